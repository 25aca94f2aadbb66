import BotBindings
import LuaRuntime
import PackHost

/// One pack of a bot: where it is, what it may do, what it was told.
public struct PackConfiguration: Sendable {
    public var source: PackSource
    /// Its name in commands' clashes, logs and the data folder; unique in a bot.
    public var name: String { source.name }
    public var limits: PackLimits
    /// Whether it is the operator's own entry: the only one that may set the bot up with `commands.Bot{ … }`.
    public var isEntry: Bool
    /// What it may do. Nil: everything that packs can be given, as the operator's own code may.
    public var capabilities: Set<LuaCapability>?
    /// Whether it is held to `capabilities`: neither the operator's own code nor marked as trusted.
    public var isConfined: Bool { capabilities != nil }
    /// What a script reads as `pack.settings`.
    public var settings = LuaValue.table([:])
    /// Its place among packs that do not depend on each other; lower loads first.
    public var order = 0
    /// What it says of itself; nil where it has no `pack.lua`.
    public var manifest: Manifest?
    /// Where its files are looked for anew at each load; nil for a pack that is fixed.
    public var site: PackSite?
    /// What was noticed when it was found.
    public var warnings: [String] = []

    public init(_ source: PackSource, isEntry: Bool = false, capabilities: Set<LuaCapability>? = nil) {
        self.source = source
        self.isEntry = isEntry
        self.capabilities = capabilities
        limits = capabilities == nil ? .own : .confined
    }

    /// A pack of a project as its files are now. One that cannot be found, or whose manifest is wrong, is a pack that does
    /// not load: the reason is told then.
    public init(_ site: PackSite) async {
        self.init(site.placeholder, isEntry: site.isEntry, capabilities: site.grant == .trusted ? nil : [])
        settings = site.settings
        order = site.order
        self.site = site
        do throws(PackError) { take(try await site.resolve()) } catch { return }
    }

    /// Takes over what the pack's files say now.
    mutating func take(_ resolved: PackSite.Resolved) {
        source = resolved.source
        limits = resolved.limits
        capabilities = resolved.capabilities
        manifest = resolved.manifest
        warnings = resolved.warnings
    }

    /// Names of packs that must be loaded before it.
    public var dependencies: [String] { names(of: .required) }
    /// Names of packs it cannot be beside.
    var incompatible: [String] { names(of: .incompatible) }

    private func names(of kind: Manifest.Dependency.Kind) -> [String] {
        (manifest?.dependencies ?? []).filter { $0.kind == kind }.map(\.name)
    }

    /// The order in which packs are loaded: what they depend on first, then the entry, then by `order`, then by name.
    /// Packs that depend on each other in a circle come last, in that same order.
    public static func loadOrder(of packs: [PackConfiguration]) -> [PackConfiguration] {
        var waiting = packs.sorted { left, right in
            if left.isEntry != right.isEntry { return left.isEntry }
            return left.order != right.order ? left.order < right.order : left.name < right.name
        }
        let known = Set(packs.map(\.name))
        var ordered: [PackConfiguration] = []
        var placed: Set<String> = []
        while !waiting.isEmpty {
            let next = waiting.firstIndex { pack in
                let before = pack.dependencies + pack.names(of: .optional)
                return before.allSatisfy { placed.contains($0) || !known.contains($0) || $0 == pack.name }
            }
            let pack = waiting.remove(at: next ?? 0)
            placed.insert(pack.name)
            ordered.append(pack)
        }
        return ordered
    }

    /// What the pack's program gives its scripts.
    func role(in bot: BotConfiguration) -> PackRole {
        var role = PackRole(isEntry: isEntry, capabilities: capabilities, settings: settings)
        role.version = manifest?.version ?? ""
        role.data = DataFolder(bot.data + "/data/" + name)
        role.hiddenVariables = bot.hiddenVariables
        role.secretFiles = bot.secretFiles
        // Shorter ones are no tokens, and would be found everywhere.
        if bot.token.utf8.count >= 8 {
            let token = BotConfiguration.bare(bot.token)
            role.holdsSecret = { $0.contains(token) }
        }
        let grant = site?.grant ?? (isConfined ? .none : .trusted)
        let manifest = manifest, name = name
        role.hint = { grant.hint(for: $0, manifest: manifest, pack: name) }
        return role
    }
}
