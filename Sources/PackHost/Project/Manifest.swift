import LuaRuntime

/// What a pack says of itself in `pack.lua`.
public struct Manifest: Sendable, Equatable {
    /// Another pack that it needs, can use, or cannot be beside.
    public struct Dependency: Sendable, Equatable {
        public enum Kind: Sendable { case required, optional, incompatible }
        public let kind: Kind
        public let name: String
        /// As written: `^2.1`, `>=1`; empty for any.
        public let versions: String
    }

    public var name: String
    public var version = ""
    /// Versions of the program it is for, as written.
    public var moontide = ""
    public var summary = ""
    public var authors: [String] = []
    public var license = ""
    /// The entry's module name, for example `init`.
    public var entry: String?
    public var dependencies: [Dependency] = []
    /// What it asks for.
    public var capabilities: [String] = []
    /// As written; see ``PackLimits``.
    public var limits = LuaValue.nil
    /// What a server's people can set, as written.
    public var settings = LuaValue.nil
    /// Names of what the host keeps over reloads.
    public var saved: [String] = []
    /// From a version to the module that brings data up to it.
    public var migrations: [String: String] = [:]
    /// What it keeps about people, for those who ask.
    public var userData = ""
    /// Names of `pack.export` that others may use; nil for all.
    public var exports: [String]?
    /// Names in the file that mean nothing.
    public var warnings: [String] = []

    /// The file's name.
    public static let fileName = "pack.lua"
    private static let known = [
        "name", "version", "moontide", "summary", "author", "license", "entry", "depends", "capabilities", "limits",
        "settings", "saved", "migrations", "user_data", "exports",
    ]

    /// Reads `pack.lua` in `folder`; nil where there is none.
    ///
    /// - Parameter label: the folder as errors name it.
    public static func read(in folder: String, label: String) async throws(PackError) -> Manifest? {
        let path = folder + "/" + fileName
        guard PackSource.kind(of: path) != nil else { return nil }
        let name = label.isEmpty ? fileName : label + "/" + fileName
        let base = folder.split(separator: "/").last.map(String.init) ?? "pack"
        return try Manifest(try await DataFile.read(path, name: name, pack: base), file: name, folder: base)
    }

    /// - Parameters:
    ///   - value: what the file returned.
    ///   - file: the file as errors name it.
    ///   - folder: the name of a pack that names itself not.
    public init(_ value: LuaValue, file: String, folder: String) throws(PackError) {
        let table = try Settings(value, file: file, pack: folder)
        name = try table.string("name") ?? folder
        guard PackSource.isName(name) else {
            throw table.error(
                "name", "is \"\(name.prefix(60))\": a pack's name is letters, digits, - and _, at most 64")
        }
        version = try table.string("version") ?? ""
        let isVersion = version.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-+".contains($0)) }
        }
        guard version.isEmpty || (isVersion && version.first?.isNumber == true) else {
            throw table.error("version", "is \"\(version.prefix(60))\": write one such as \"1.4.0\"")
        }
        moontide = try table.string("moontide") ?? ""
        summary = try table.string("summary") ?? ""
        authors = try table.strings("author") ?? []
        license = try table.string("license") ?? ""
        entry = try table.string("entry")
        dependencies = try Manifest.dependencies(table)
        capabilities = try table.strings("capabilities") ?? []
        for word in capabilities {
            if let problem = Capability.problem(with: word) { throw table.error("capabilities", "has " + problem) }
        }
        limits = table.value("limits")
        do throws(LimitError) { _ = try PackLimits(parsing: limits, base: .confined) } catch {
            throw PackError(.invalid, pack: folder, "\(file): \(error)")
        }
        settings = try table.table("settings").names.isEmpty ? .nil : table.value("settings")
        saved = try table.strings("saved") ?? []
        let moves = try table.table("migrations")
        for version in moves.names { migrations[version] = try moves.string(version) }
        userData = try table.string("user_data") ?? ""
        exports = try table.strings("exports")
        warnings = table.warnAboutOthers(known: Manifest.known)
    }

    /// `"store-utils ^2.1"`, `"? modlog >=1"`, `"! oldmod"`.
    private static func dependencies(_ table: Settings) throws(PackError) -> [Dependency] {
        var found: [Dependency] = []
        for text in try table.strings("depends") ?? [] {
            var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            var kind = Dependency.Kind.required
            if let mark = words.first?.first, mark == "?" || mark == "!" {
                kind = mark == "?" ? .optional : .incompatible
                if words[0].count == 1 { words.removeFirst() } else { words[0].removeFirst() }
            }
            guard let name = words.first, PackSource.isName(name) else {
                throw table.error(
                    "depends",
                    "has \"\(text.prefix(60))\": write a pack's name and versions, such as \"store-utils ^2.1\", \"? modlog >=1\", \"! oldmod\""
                )
            }
            guard !found.contains(where: { $0.name == name }) else { throw table.error("depends", "has \(name) twice") }
            found.append(
                Dependency(kind: kind, name: name, versions: words.dropFirst().joined(separator: " ")))
        }
        return found
    }
}
