import BotBindings
import BotTesting
import Testing

@Suite("events by their gateway names", .timeLimit(.minutes(1)))
struct RawEventTests {
    @Test("message_create comes with its data, beside message and not instead of it")
    func messageCreate() async throws {
        let harness = try await BotHarness(
            """
            bot:listen("message_create", function(data) log.info("raw " .. data.content .. " by " .. data.author.username) end)
            bot:listen("message", function(message) log.info("message " .. message.content) end)
            bot:listen("raw_guild_create", function(data) end)
            """)
        await harness.ready()
        _ = try harness.say("hello", as: nil)
        await harness.record.wait { $0.lines.filter { $0.contains("hello") }.count == 2 }
        let lines = harness.record.now.lines
        #expect(lines.contains { $0.contains("message hello") })
        #expect(lines.contains { $0.contains("raw hello by ") })
        // Names of the gateway are no mistakes.
        #expect(!lines.contains { $0.contains("did you mean") })
        await harness.end()
    }

    @Test("a gateway name that scripts know with other arguments comes raw behind raw_")
    func names() {
        #expect(Events.gatewayNames.isSuperset(of: ["message_create", "raw_guild_update", "raw_message_delete"]))
        #expect(Events.gatewayNames.isDisjoint(with: Events.known))
    }
}
