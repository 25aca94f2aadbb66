import LuaRuntime
import Testing

@testable import PackHost

@Suite("pack.lua and grants", .timeLimit(.minutes(1)))
struct ManifestTests {
    private func read(_ text: String) async throws -> Manifest {
        let value = try await DataFile.evaluate("return " + text, name: "pack.lua", pack: "moderation")
        return try Manifest(value, file: "pack.lua", folder: "moderation")
    }

    @Test("the manifest of the guide is read whole")
    func whole() async throws {
        let manifest = try await read(
            """
            {
              name = "moderation", version = "1.4.0", moontide = ">=0.1 <2",
              summary = "Warn, mute, ban with a log", author = { "you" }, license = "MIT",
              entry = "init",
              depends = { "store-utils ^2.1", "? modlog >=1", "! oldmod" },
              capabilities = { "members:kick", "messages:send", "events:message", "store", "http:api.example.com", "env:WEATHER_KEY" },
              limits = { memory = "16M", cpu = "50ms", cpu_share = 0.5, rest = "5/s" },
              settings = { log_channel = { "channel", scope = "guild" }, max_warns = { "int(1..10)", default = 3 } },
              saved = { "history" },
              migrations = { ["1.4.0"] = "migrations/140" },
              user_data = "Stores user ids.",
              exports = { "warn" },
            }
            """)
        #expect(manifest.name == "moderation")
        #expect(manifest.version == "1.4.0")
        #expect(manifest.authors == ["you"])
        #expect(manifest.entry == "init")
        #expect(manifest.dependencies.map(\.name) == ["store-utils", "modlog", "oldmod"])
        #expect(manifest.dependencies.map(\.kind) == [.required, .optional, .incompatible])
        #expect(manifest.dependencies.map(\.versions) == ["^2.1", ">=1", ""])
        #expect(manifest.capabilities.count == 6)
        #expect(manifest.saved == ["history"])
        #expect(manifest.migrations == ["1.4.0": "migrations/140"])
        #expect(manifest.exports == ["warn"])
        #expect(manifest.warnings == [])
    }

    @Test(
        "what is wrong in it is named",
        arguments: [
            ("{ name = 'a b' }", "name is \"a b\": a pack's name is letters"),
            ("{ version = 'one' }", "version is \"one\": write one such as \"1.4.0\""),
            ("{ version = 1.4 }", "version is a number, expected a string"),
            ("{ capabilities = { 'kick' } }", "capabilities has \"kick\" is no capability"),
            ("{ capabilities = { 'http:' } }", "has to be http:<host>"),
            ("{ capabilities = { 'http:*' } }", "has to be http:<host>"),
            ("{ capabilities = { 'env:A B' } }", "has to be env:<NAME>"),
            ("{ capabilities = 3 }", "capabilities is a number, expected a list of strings"),
            ("{ limits = { cpu_shar = 1 } }", "did you mean \"cpu_share\"?"),
            ("{ depends = { '' } }", "depends has \"\": write a pack's name"),
            ("{ depends = { 'a', '? a' } }", "depends has a twice"),
            ("{ migrations = { ['1'] = 2 } }", "migrations.1 is a number, expected a string"),
        ])
    func wrong(_ text: String, _ expected: String) async throws {
        let error = await #expect(throws: PackError.self) { try await read(text) }
        #expect(error?.detail.contains(expected) == true, "\(error?.detail ?? "")")
    }

    @Test("an unknown name is warned about, with the nearest")
    func unknown() async throws {
        #expect(
            try await read("{ capabilites = {} }").warnings
                == ["pack.lua: capabilites is no setting: did you mean capabilities?"])
    }

    @Test("a pack may do what was granted and its manifest names, and without a grant nothing")
    func grants() async throws {
        let manifest = try await read("{ capabilities = { 'messages:send', 'reactions' } }")
        func words(_ grant: Grant) throws -> [String]? {
            try grant.capabilities(of: manifest, pack: "quotes")?.map(\.word).sorted()
        }
        #expect(try words(.trusted) == nil)
        #expect(try words(.none) == [])
        #expect(try words(.manifest) == ["messages:send", "reactions"])
        #expect(try words(.list(["reactions"])) == ["reactions"])
    }

    @Test("a grant that cannot be names what")
    func impossible() async throws {
        let manifest = try await read("{ capabilities = { 'messages:send' } }")
        let more = #expect(throws: PackError.self) {
            try Grant.list(["roles"]).capabilities(of: manifest, pack: "quotes")
        }
        #expect(
            more?.detail
                == "moontide.lua: packs.quotes.grant has \"roles\", and its pack.lua asks for \"messages:send\": take it out, or add it to capabilities in pack.lua"
        )
        for grant in [Grant.manifest, .list(["roles"])] {
            let none = #expect(throws: PackError.self) { try grant.capabilities(of: nil, pack: "quotes") }
            #expect(none?.detail.contains("it has no pack.lua") == true)
        }
    }

    @Test("the hint of a refusal says what to write where")
    func hints() async throws {
        let manifest = try await read("{ capabilities = { 'messages:send', 'reactions' } }")
        func hint(_ grant: Grant, _ word: String) -> String {
            grant.hint(for: LuaCapability(word), manifest: manifest, pack: "quotes")
        }
        #expect(
            hint(.list(["messages:send"]), "reactions")
                == "write grant = { \"messages:send\", \"reactions\" } at packs.quotes in moontide.lua")
        #expect(
            hint(.none, "roles")
                == "add \"roles\" to capabilities in the pack.lua of quotes, and write grant = { \"roles\" } at packs.quotes in moontide.lua"
        )
        #expect(hint(.manifest, "roles") == "add \"roles\" to capabilities in the pack.lua of quotes")
    }

    @Test("a manifest asks within the limits of packs that are not trusted; the operator may give more")
    func limits() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("", to: "packs/big/init.lua")
        try folder.write("return { name = 'big', limits = { memory = '1G', cpu = '20ms' } }", to: "packs/big/pack.lua")
        try folder.write(
            "return { packs = { big = { path = 'packs/big' } } }", to: "moontide.lua")
        let site = try #require(try await Project.read(folder.path).packs.first)
        let resolved = try await site.resolve()
        #expect(resolved.limits[.memory] == PackLimits.confined[.memory])
        #expect(resolved.limits[.cpu] == 0.02)
        #expect(resolved.limits.isConfined)
        #expect(resolved.warnings.first?.contains("big asks for memory = \"1G\" and has 64M") == true)
        try folder.write(
            "return { packs = { big = { path = 'packs/big', limits = { memory = '128M' } } } }", to: "moontide.lua")
        let given = try #require(try await Project.read(folder.path).packs.first)
        #expect(try await given.resolve().limits[.memory] == 128 * 1_048_576)
    }

    @Test("the name in moontide.lua and in pack.lua must be one")
    func names() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("", to: "q/init.lua")
        try folder.write("return { name = 'quote' }", to: "q/pack.lua")
        try folder.write("return { packs = { quotes = { path = 'q' } } }", to: "moontide.lua")
        let site = try #require(try await Project.read(folder.path).packs.first)
        let error = await #expect(throws: PackError.self) { try await site.resolve() }
        #expect(error?.detail == "moontide.lua calls it quotes, its pack.lua quote: write packs.quote")
    }
}
