import FluxerModel
import JSON
import Testing

@testable import FluxerSandbox

@Suite("REST over real sockets")
struct RESTTests {
    @Test("the bot sees itself, its guild and its channels")
    func itself() async throws {
        try await SandboxSession.run { session in
            let me = try await session.api("GET", "/users/@me")
            #expect(me.status == 200)
            #expect(me.id == session.sandbox.bot.id.description)
            #expect(me.json?["bot"]?.boolValue == true)
            let guilds = try await session.api("GET", "/users/@me/guilds?limit=100")
            #expect(guilds.json?[0]?["name"]?.stringValue == "Moonlit Harbour")
            #expect(guilds.json?[0]?["permissions"]?.stringValue != nil)
            let channel = try await session.api("GET", "/channels/\(session.general)")
            #expect(channel.json?["name"]?.stringValue == "general")
            #expect(channel.headers["content-type"] == "application/json")
        }
    }
}
