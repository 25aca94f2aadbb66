import LuaRuntime

/// Where a pack is and what the operator gave it. Its files are looked at anew at each load.
public struct PackSite: Sendable {
    public let name: String
    /// Its file or folder.
    public let path: String
    /// The path as it was written, for errors.
    public let label: String
    public let grant: Grant
    /// What the operator wrote of its limits.
    let limits: LuaValue
    /// The limits that hold where neither manifest nor operator says anything.
    let base: PackLimits
    public let settings: LuaValue
    public let order: Int
    public let isEntry: Bool

    init(
        name: String, path: String, label: String, grant: Grant, limits: LuaValue, base: PackLimits, settings: LuaValue,
        order: Int, isEntry: Bool = false
    ) {
        self.name = name
        self.path = path
        self.label = label
        self.grant = grant
        self.limits = limits
        self.base = base
        self.settings = settings
        self.order = order
        self.isEntry = isEntry
    }

    /// A pack as PATH on the command line names it: the operator's own.
    public init(own path: String) throws(PackError) {
        let source = try PackSource(path: path)
        self.init(
            name: source.name, path: path, label: path, grant: .trusted, limits: .nil, base: .own,
            settings: .table([:]), order: 0, isEntry: true)
    }

    /// What its files say now.
    public struct Resolved: Sendable {
        public let source: PackSource
        public let manifest: Manifest?
        public let limits: PackLimits
        /// Nil: everything.
        public let capabilities: Set<LuaCapability>?
        /// What a person should know and what stops nothing.
        public let warnings: [String]
    }

    /// Where it would be, while it cannot be found.
    public var placeholder: PackSource { PackSource(missing: path, name: name) }

    /// The files that decide about it, and how they are now: to be watched with those it loads.
    public var watched: [String: FileStamp?] {
        guard !path.hasSuffix(".lua") else { return [path: FileStamp.read(path)] }
        let manifest = path + "/" + Manifest.fileName
        return [manifest: FileStamp.read(manifest), path: FileStamp.read(path)]
    }

    /// Reads its manifest and finds its entry.
    ///
    /// - Throws: `PackError` where it is not there, its manifest is wrong, or what was granted cannot be.
    public func resolve() async throws(PackError) -> Resolved {
        let isFolder = PackSource.kind(of: path) == .folder
        let manifest = isFolder ? try await Manifest.read(in: path, label: label) : nil
        if let manifest, manifest.name != name, !isEntry {
            throw PackError(
                .invalid, pack: name,
                "moontide.lua calls it \(name), its pack.lua \(manifest.name): write packs.\(manifest.name)")
        }
        let capabilities = try grant.capabilities(of: manifest, pack: name)
        let source = try PackSource(
            path: path, name: isEntry ? manifest?.name ?? name : name, entry: manifest?.entry,
            isConfined: capabilities != nil)
        var warnings = manifest?.warnings ?? []
        var effective = base
        if let manifest {
            do throws(LimitError) {
                let asked = try PackLimits(parsing: manifest.limits, base: base)
                for limit in Limit.allCases where asked[limit] != base[limit] {
                    if capabilities == nil || asked[limit] < base[limit] {
                        effective[limit] = asked[limit]
                    } else if !isSet(limit) {
                        warnings.append(
                            "\(name) asks for \(limit.name) = \"\(limit.text(asked[limit]))\" and has \(limit.text(base[limit])): packs.\(name).limits in moontide.lua can give it"
                        )
                    }
                }
            } catch {
                throw PackError(.invalid, pack: name, "\(label)/\(Manifest.fileName): \(error)")
            }
        }
        do throws(LimitError) { effective = try PackLimits(parsing: limits, base: effective) } catch {
            throw PackError(.invalid, pack: name, "moontide.lua: packs.\(name).\(error)")
        }
        return Resolved(
            source: source, manifest: manifest, limits: effective, capabilities: capabilities, warnings: warnings)
    }

    private func isSet(_ limit: Limit) -> Bool {
        if case .table(let entries) = limits { return entries[.string(limit.name)] != nil }
        return false
    }
}
