import LuaRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder with `moontide.lua`: the settings of a bot, and its packs.
public struct Project: Sendable {
    /// Where the bot's token is; never the token itself.
    public enum Token: Sendable, Equatable {
        case variable(String)
        /// The file's path.
        case file(String)
    }

    /// Which members the cache keeps.
    public enum Members: String, Sendable, CaseIterable {
        /// Those that arrive, up to the limit.
        case onDemand = "on_demand"
        /// The bot's own alone.
        case own = "self"
        /// All, fetched after the start.
        case all
    }

    /// Calls to the platform in a second over all routes.
    public enum GlobalLimit: Sendable, Equatable {
        case learnt
        case none
        case calls(Int)
    }

    /// The folder, as a real path.
    public let root: String
    public var token = Token.variable("FLUXER_TOKEN")
    public var api: String?
    /// What `commands.Bot{ … }` takes, as written.
    public var bot = LuaValue.nil
    /// The entry pack; nil where the project has none.
    public var entry: PackSite?
    public var packs: [PackSite] = []
    /// Messages that the cache keeps; nil for its own default.
    public var cachedMessages: Int?
    public var members = Members.onDemand
    public var globalLimit = GlobalLimit.learnt
    public var ignoredEvents: [String] = []
    public var shards = 1
    /// The least level of packs' log lines that is shown; nil for all.
    public var logLevel: String?
    /// The data folder's path.
    public var data: String
    /// What is written and means nothing, and what this version does not do.
    public var warnings: [String] = []

    /// The file's name.
    public static let fileName = "moontide.lua"
    /// Variables that hold a token, which no script reads.
    public var hiddenVariables: Set<String> {
        if case .variable(let name) = token { return ["FLUXER_TOKEN", name] }
        return ["FLUXER_TOKEN"]
    }
    /// Files that hold a token.
    public var secretFiles: [String] {
        if case .file(let path) = token { return [path] }
        return []
    }

    /// Whether `path` is a project's folder.
    public static func isProject(_ path: String) -> Bool { PackSource.kind(of: path + "/" + fileName) == .file }

    private static let known = [
        "token", "api", "entry", "bot", "packs", "cache", "ignored_events", "shards", "limits", "rest", "log", "data",
    ]

    /// Reads the project in `folder`.
    ///
    /// - Throws: `PackError` that names the setting by its path: `packs.quotes.order`.
    public static func read(_ folder: String) async throws(PackError) -> Project {
        let root = FileText.real(folder) ?? folder
        let value = try await DataFile.read(root + "/" + fileName, name: fileName, pack: "project")
        return try Project(value, root: root)
    }

    /// - Parameters:
    ///   - value: what `moontide.lua` returned.
    ///   - root: the project's folder.
    public init(_ value: LuaValue, root: String) throws(PackError) {
        self.root = root
        data = root + "/.moontide"
        let table = try Settings(value, file: Project.fileName, pack: "project")
        warnings += table.warnAboutOthers(known: Project.known)
        try readToken(table)
        if let api = try table.string("api") {
            guard api.hasPrefix("https://") || api.hasPrefix("http://") else {
                throw table.error(
                    "api", "is \"\(api.prefix(100))\": write an address such as \"https://api.fluxer.app/v1\"")
            }
            self.api = api
        }
        bot = try table.table("bot").names.isEmpty ? .nil : table.value("bot")
        try readCache(table)
        ignoredEvents = try (table.strings("ignored_events") ?? []).map { $0.uppercased() }
        guard ignoredEvents.count <= 256 else { throw table.error("ignored_events", "has more than 256 names") }
        shards = try table.integer("shards", in: 1...1_000) ?? 1
        if shards > 1 { warnings.append("moontide.lua: shards is \(shards), and this version has one connection") }
        try readRest(table)
        let log = try table.table("log")
        warnings += log.warnAboutOthers(known: ["level"])
        logLevel = try log.string("level")
        let levels = ["debug", "info", "warning", "error"]
        if let logLevel, !levels.contains(logLevel) {
            throw log.error("level", "is \"\(logLevel.prefix(40))\": it may be \(levels.joined(separator: ", "))")
        }
        if let folder = try table.string("data") {
            guard !folder.isEmpty else { throw table.error("data", "is empty: write a folder such as \".moontide\"") }
            data = folder.hasPrefix("/") ? folder : root + "/" + folder
        }
        try readPacks(table)
    }

    private mutating func readToken(_ table: Settings) throws(PackError) {
        let how = "write token = { env = \"FLUXER_TOKEN\" }, or { file = \"token.txt\" }"
        switch table.value("token") {
        case .nil: return
        case .table: break
        case .string:
            // The text is not shown: it may be the token.
            throw table.error("token", "is a text: a token does not stand in a project's files. \(how)")
        case let other: throw table.error("token", "is \(other.kind): \(how)")
        }
        let token = try table.table("token")
        warnings += token.warnAboutOthers(known: ["env", "file"])
        switch (try token.string("env"), try token.string("file")) {
        case (let name?, nil):
            guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
                throw token.error("env", "is no name of a variable: \(how)")
            }
            self.token = .variable(name)
        case (nil, let file?):
            guard !file.isEmpty, !file.hasSuffix(".lua") else {
                throw token.error("file", "is \"\(file.prefix(100))\": name a text file that holds nothing else")
            }
            self.token = .file(file.hasPrefix("/") ? file : root + "/" + file)
        default: throw table.error("token", "names no place, or two: \(how)")
        }
    }

    private mutating func readCache(_ table: Settings) throws(PackError) {
        let cache = try table.table("cache")
        warnings += cache.warnAboutOthers(known: ["messages", "members"])
        cachedMessages = try cache.integer("messages", in: 0...1_000_000)
        if let word = try cache.string("members") {
            guard let members = Members(rawValue: word) else {
                throw cache.error("members", "is \"\(word.prefix(40))\": it may be \"on_demand\", \"self\" or \"all\"")
            }
            self.members = members
            if members == .all {
                warnings.append(
                    "moontide.lua: cache.members = \"all\" is not there yet: members are kept as they arrive")
            }
        }
    }

    private mutating func readRest(_ table: Settings) throws(PackError) {
        let rest = try table.table("rest")
        warnings += rest.warnAboutOthers(known: ["global"])
        switch rest.value("global") {
        case .nil: globalLimit = .learnt
        case .bool(false): globalLimit = .none
        default:
            guard let calls = try rest.integer("global", in: 1...10_000) else { return }
            globalLimit = .calls(calls)
        }
    }
}

extension Project.Token {
    /// Reads the token.
    ///
    /// - Throws: `PackError` that says where it was looked for.
    public func read() throws(PackError) -> String {
        let text: String
        switch self {
        case .variable(let name): text = getenv(name).map { String(cString: $0) } ?? ""
        case .file(let path):
            do throws(FileText.Failure) {
                text = String(decoding: try FileText.bytes(path, limit: 4_096), as: UTF8.self)
            } catch {
                throw PackError(
                    .unreadable, pack: "project",
                    "the token's file \(path) cannot be read: \(error.text(limit: "4 KiB"))")
            }
        }
        var token = Substring(text)
        while token.first?.isWhitespace == true { token.removeFirst() }
        while token.last?.isWhitespace == true { token.removeLast() }
        return String(token)
    }

    /// What to do where it is empty.
    public var advice: String {
        switch self {
        case .variable(let name): "set \(name) to your bot's token"
        case .file(let path): "put your bot's token into \(path)"
        }
    }
}
