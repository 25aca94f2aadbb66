import BotCore
import BotTesting
import Testing

@Suite("ends of a bot", .timeLimit(.minutes(1)))
struct StopTests {
    @Test(
        "a bot that is told to stop while its script waits in the first load ends at once, and complains of nothing",
        arguments: [
            "log.info('begun') fluxer.sleep(3600)",
            "log.info('begun') while true do pcall(fluxer.sleep, 3600) end",
            "bot:command('a', function() end) function setup() log.info('begun') fluxer.sleep(3600) end",
        ])
    func whileLoading(script: String) async throws {
        let harness = try await BotHarness(script)
        await harness.record.wait { $0.lines.contains { $0.contains("begun") } }
        let begun = ContinuousClock.now
        #expect(await harness.end() == nil)
        // A load may wait for 10 s.
        #expect(begun.duration(to: .now) < .seconds(5))
        #expect(harness.record.now.failures.isEmpty)
    }

    @Test("a bot that is told to stop while a reload waits ends at once")
    func whileReloading() async throws {
        let harness = try await BotHarness(#"bot:command("ping", function(ctx) ctx:reply("pong") end)"#)
        await harness.ready()
        try harness.save("log.info('begun') fluxer.sleep(3600)")
        async let reload = harness.bot.reload()
        await harness.record.wait { $0.lines.contains { $0.contains("begun") } }
        let begun = ContinuousClock.now
        #expect(await harness.end() == nil)
        #expect(begun.duration(to: .now) < .seconds(5))
        #expect(await !reload)
    }
}
