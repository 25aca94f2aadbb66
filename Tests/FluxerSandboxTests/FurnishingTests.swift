import FluxerModel
import JSON
import Testing

@testable import FluxerSandbox

@Suite("guilds, people, channels and roles that come later", .timeLimit(.minutes(1)))
struct FurnishingTests {
    @Test("the bot hears of each as from the platform, and READY brings all guilds")
    func events() async throws {
        try await SandboxSession.run({ $0.isFurnished = false }) { session async throws in
            let sandbox = session.sandbox
            #expect(sandbox.guilds.isEmpty)
            #expect(sandbox.users.isEmpty)
            let probe = try await GatewayProbe.connect(to: session.address)
            _ = try await probe.identify(token: sandbox.botToken)

            let mira = sandbox.person(named: "mira")
            #expect(sandbox.person(named: "mira") == mira)
            let guild = sandbox.addGuild(named: "Harbour", owner: mira.id, bot: [.viewChannel, .sendMessages])
            let created = try await probe.frame()
            #expect(created.name == "GUILD_CREATE")
            #expect(created.data?["properties"]?["name"]?.stringValue == "Harbour")
            #expect(created.data?["member_count"]?.intValue == 2)

            let channel = try sandbox.addChannel(named: "general", in: guild.id)
            let opened = try await probe.frame()
            #expect(opened.name == "CHANNEL_CREATE")
            #expect(opened.data?["guild_id"]?.stringValue == guild.id.description)

            let role = try sandbox.addRole(named: "Mods", [.banMembers], in: guild.id)
            let made = try await probe.frame()
            #expect(made.name == "GUILD_ROLE_CREATE")
            #expect(made.data?["role"]?["name"]?.stringValue == "Mods")

            let ann = sandbox.person(named: "ann")
            try sandbox.setMember(ann.id, roles: [], in: guild.id)
            let joined = try await probe.frame()
            #expect(joined.name == "GUILD_MEMBER_ADD")
            #expect(joined.data?["user"]?["username"]?.stringValue == "ann")
            #expect(joined.data?["guild_id"]?.stringValue == guild.id.description)
            try sandbox.setMember(ann.id, roles: [role.id], in: guild.id)
            let changed = try await probe.frame()
            #expect(changed.name == "GUILD_MEMBER_UPDATE")
            #expect(changed.data?["roles"]?[0]?.stringValue == role.id.description)

            try sandbox.say(as: ann.id, in: channel.id, "hello")
            let said = try await probe.frame()
            #expect(said.name == "MESSAGE_CREATE")
            #expect(said.data?["guild_id"]?.stringValue == guild.id.description)
            #expect(said.data?["member"]?["roles"]?[0]?.stringValue == role.id.description)

            try sandbox.removeMember(ann.id, from: guild.id)
            let left = try await probe.frame()
            #expect(left.name == "GUILD_MEMBER_REMOVE")
            #expect(left.data?["user"]?["id"]?.stringValue == ann.id.description)
            #expect(sandbox.member(ann.id, in: guild.id) == nil)

            _ = sandbox.addGuild(named: "Second", owner: ann.id, bot: [])
            let second = try await GatewayProbe.connect(to: session.address)
            _ = try await second.identify(token: sandbox.botToken)
            #expect(try await second.frame().data?["properties"]?["name"]?.stringValue == "Harbour")
            #expect(try await second.frame().data?["properties"]?["name"]?.stringValue == "Second")
        }
    }

    @Test("REST pages the guilds by id, and permissions are those of each guild")
    func rest() async throws {
        try await SandboxSession.run { session async throws in
            let sandbox = session.sandbox
            let ann = sandbox.person(named: "ann")
            let guilds = (1...4).map { sandbox.addGuild(named: "Guild \($0)", owner: ann.id, bot: []) }
            func page(_ query: String) async throws -> [String] {
                let answer = try await session.api("GET", "/users/@me/guilds?\(query)")
                return answer.json?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
            }
            #expect(try await page("") == ["Moonlit Harbour", "Guild 1", "Guild 2", "Guild 3", "Guild 4"])
            #expect(try await page("limit=2") == ["Moonlit Harbour", "Guild 1"])
            #expect(try await page("limit=2&after=\(guilds[0].id)") == ["Guild 2", "Guild 3"])
            #expect(try await page("limit=2&before=\(guilds[3].id)") == ["Guild 2", "Guild 3"])

            let channel = try sandbox.addChannel(named: "closed", in: guilds[0].id)
            let everyone = try sandbox.addRole(named: "none", [], in: guilds[0].id)
            #expect(everyone.position == 2)
            // The bot is in the guild with @everyone's rights; who is not in it has none.
            #expect(try await session.api("GET", "/channels/\(channel.id)").status == 200)
            let error = #expect(throws: SandboxError.self) {
                try sandbox.say(as: session.mira, in: channel.id, "hello")
            }
            #expect(error?.detail.contains("MISSING_PERMISSIONS") == true)
            #expect(sandbox.channels(of: guilds[0].id).map(\.name) == ["closed"])
            #expect(sandbox.roles(of: guilds[0].id).map(\.name) == ["@everyone", "moontide", "none"])
            for body in [
                { _ = try sandbox.addChannel(named: "x", in: GuildID(1)) },
                { try sandbox.removeMember(ann.id, from: GuildID(1)) },
            ] {
                #expect(throws: SandboxError.self) { try body() }
            }
        }
    }

    @Test("the page shows its own guild and nothing of the others")
    func page() async throws {
        try await SandboxSession.run { session async throws in
            let sandbox = session.sandbox
            let before = try await session.page("GET", "/_sandbox/state").json?["cursor"]?.intValue
            let guild = sandbox.addGuild(named: "Other", owner: session.mira, bot: [])
            let channel = try sandbox.addChannel(named: "general", in: guild.id)
            try sandbox.say(as: session.mira, in: channel.id, "elsewhere")
            let state = try await session.page("GET", "/_sandbox/state").json
            #expect(state?["guild"]?["name"]?.stringValue == "Moonlit Harbour")
            #expect(state?["channels"]?.arrayValue?.count == 3)
            #expect(state?["cursor"]?.intValue == before)
        }
    }

    @Test("what the gateway has sent, and to whom, can be asked")
    func standing() async throws {
        try await SandboxSession.run { session async throws in
            let sandbox = session.sandbox
            #expect(sandbox.gatewayStanding == Sandbox.GatewayStanding(attached: [], detached: 0))
            let probe = try await GatewayProbe.connect(to: session.address)
            _ = try await probe.identify(token: sandbox.botToken)
            #expect(sandbox.gatewayStanding == Sandbox.GatewayStanding(attached: [2], detached: 0))
            try sandbox.say(as: session.mira, in: session.general, "hello")
            #expect(sandbox.gatewayStanding.attached == [3])
            try await probe.drop()
            while sandbox.gatewayStanding.detached == 0 { await Task.yield() }
            #expect(sandbox.gatewayStanding.attached == [])
        }
    }
}
