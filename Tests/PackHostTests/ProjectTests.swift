import LuaRuntime
import Testing

@testable import PackHost

@Suite("moontide.lua", .timeLimit(.minutes(1)))
struct ProjectTests {
    private func read(_ text: String, files: [String: String] = ["bot.lua": ""]) async throws -> Project {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("return " + text, to: "moontide.lua")
        for (name, content) in files { try folder.write(content, to: name) }
        return try await Project.read(folder.path)
    }

    @Test("every setting of the guide is read")
    func whole() async throws {
        let project = try await read(
            """
            {
              token = { env = "HARBOUR_TOKEN" }, api = "https://api.example.com/v1", entry = "main.lua",
              bot = { command_prefix = "?" },
              packs = {
                moderation = { path = "packs/moderation", grant = "manifest" },
                quotes = { path = "vendor/quotes", order = 1, grant = { "messages:send", "events:message" },
                           limits = { memory = "8M" }, settings = { max = 10 } },
                lab = { path = "packs/lab", trusted = true },
                bare = { path = "packs/bare" },
              },
              cache = { messages = 500, members = "self" }, ignored_events = { "presence_update" }, shards = 1,
              limits = { memory = "32M" }, rest = { global = false }, log = { level = "warning" }, data = "kept",
            }
            """, files: ["main.lua": ""])
        #expect(project.token == .variable("HARBOUR_TOKEN"))
        #expect(project.hiddenVariables == ["FLUXER_TOKEN", "HARBOUR_TOKEN"])
        #expect(project.api == "https://api.example.com/v1")
        #expect(project.entry?.name == "main")
        #expect(project.packs.map(\.name) == ["bare", "lab", "moderation", "quotes"])
        #expect(
            project.packs.map(\.grant) == [.none, .trusted, .manifest, .list(["messages:send", "events:message"])])
        #expect(project.packs[3].order == 1)
        #expect(project.packs[3].settings == .table([.string("max"): 10]))
        #expect(project.cachedMessages == 500)
        #expect(project.members == .own)
        #expect(project.ignoredEvents == ["PRESENCE_UPDATE"])
        #expect(project.globalLimit == .none)
        #expect(project.logLevel == "warning")
        #expect(project.data == project.root + "/kept")
        #expect(project.warnings == [])
    }

    @Test("an empty project with a bot.lua is one pack, with the usual places")
    func empty() async throws {
        let project = try await read("{}")
        #expect(project.entry?.name == "bot")
        #expect(project.entry?.isEntry == true)
        #expect(project.token == .variable("FLUXER_TOKEN"))
        #expect(project.data == project.root + "/.moontide")
    }

    @Test(
        "what is wrong is named by its path",
        arguments: [
            (
                "{ packs = { quotes = { path = 'q', order = 'first' } } }",
                "moontide.lua: packs.quotes.order is a string, expected a whole number"
            ),
            ("{ packs = { quotes = {} } }", "packs.quotes has no path: write path = \"packs/quotes\""),
            (
                "{ packs = { quotes = { path = 'q', grant = 'all' } } }",
                "packs.quotes.grant is \"all\": write \"manifest\", or a list"
            ),
            (
                "{ packs = { quotes = { path = 'q', grant = { 'mesages:send' } } } }",
                "packs.quotes.grant has \"mesages:send\" is no capability: did you mean \"messages:send\"?"
            ),
            (
                "{ packs = { quotes = { path = 'q', grant = { 'events:mesage' } } } }",
                "did you mean \"events:message\"?"
            ),
            ("{ packs = { quotes = { path = 'q', grant = 'manifest', trusted = true } } }", "beside trusted = true"),
            ("{ packs = { quotes = { path = 'q', limits = { memroy = '1M' } } } }", "did you mean \"memory\"?"),
            ("{ packs = { ['a b'] = { path = 'q' } } }", "is no name of a pack"),
            ("{ packs = { bot = { path = 'q' } } }", "has the entry's name"),
            ("{ packs = 3 }", "moontide.lua: packs is a number, expected a table with names"),
            ("{ limits = { cpu = 'fast' } }", "moontide.lua: limits.cpu is \"fast\""),
            ("{ cache = { members = 'some' } }", "cache.members is \"some\""),
            ("{ cache = { messages = -1 } }", "cache.messages is -1: it may be 0 to 1000000"),
            ("{ log = { level = 'loud' } }", "log.level is \"loud\": it may be debug, info, warning, error"),
            ("{ api = 'fluxer.app' }", "api is \"fluxer.app\": write an address"),
            ("{ entry = 'missing.lua' }", "entry names missing.lua"),
            ("{ entry = '../bot.lua' }", "entry names ../bot.lua"),
            ("{ token = {} }", "token names no place, or two"),
            ("{ token = { env = 'A', file = 'b' } }", "token names no place, or two"),
            ("{ token = { file = 'token.lua' } }", "token.file is \"token.lua\""),
            ("{ shards = 0 }", "shards is 0: it may be 1 to 1000"),
            ("{ ignored_events = { 1 } }", "ignored_events[1] is a number, expected a string"),
        ])
    func wrong(_ text: String, _ expected: String) async throws {
        let error = await #expect(throws: PackError.self) { try await read(text) }
        #expect(error?.detail.contains(expected) == true, "\(error?.detail ?? "")")
    }

    @Test("a token written as text is refused, and not shown")
    func tokenText() async throws {
        let error = await #expect(throws: PackError.self) { try await read("{ token = '123.secret-text' }") }
        #expect(error?.detail.contains("a token does not stand in a project's files") == true)
        #expect(error?.detail.contains("secret-text") == false)
    }

    @Test("names that mean nothing are warned about, with the nearest")
    func unknown() async throws {
        let project = try await read(
            "{ tokn = 1, zzz = 2, packs = { quotes = { path = 'q', grants = 'manifest' } } }")
        #expect(project.warnings.contains("moontide.lua: tokn is no setting: did you mean token?"))
        #expect(project.warnings.contains { $0.hasPrefix("moontide.lua: zzz is no setting: known are api, bot,") })
        #expect(project.warnings.contains("moontide.lua: packs.quotes.grants is no setting: did you mean grant?"))
    }

    @Test("a folder without anything to run says what to put there")
    func nothing() async throws {
        let error = await #expect(throws: PackError.self) { try await read("{}", files: [:]) }
        #expect(error?.detail.contains("put a bot.lua beside moontide.lua, or list packs") == true)
    }

    @Test("a token file is read without the line's end; a missing one is named")
    func tokenFile() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("  1.abc\n", to: "token.txt")
        #expect(try Project.Token.file(folder.path + "/token.txt").read() == "1.abc")
        let error = #expect(throws: PackError.self) { try Project.Token.file(folder.path + "/none.txt").read() }
        #expect(error?.detail.contains("none.txt cannot be read: there is no such file") == true)
    }
}
