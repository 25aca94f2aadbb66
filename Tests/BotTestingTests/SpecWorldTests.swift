import BotCore
import FluxerModel
import FluxerSandbox
import LuaRuntime
import Synchronization
import Testing

@testable import BotTesting

@Suite("a spec's world", .timeLimit(.minutes(2)))
struct SpecWorldTests {
    private static let echo = """
        bot:command("ping", function(ctx) ctx:reply "pong" end)
        bot:command("chain", function(ctx)
            for index = 1, 5 do
                fluxer.spawn(function() ctx:send("spawned " .. index) end)
                fluxer.sleep(0)
                ctx:send("sent " .. index)
            end
        end)
        bot:command("sleepers", function(ctx)
            for index = 1, 20 do
                fluxer.spawn(function() fluxer.sleep(index % 5) ctx:send(tostring(index)) end)
            end
        end)
        """

    private func withWorld(_ script: String, _ body: (SpecWorld, UserID, ChannelID) async throws -> Void) async throws {
        let world = SpecWorld(.script(script))
        do {
            let guild = try world.guild(named: "guild", channels: ["general"], roles: [], owner: "owner", bot: nil)
            let ann = try world.member(named: "ann", roles: nil, in: guild.id)
            let channel = try world.channel(named: "general", in: guild.id)
            try await body(world, ann.id, channel.id)
        } catch {
            await world.end()
            throw error
        }
        await world.end()
    }

    @Test("is at rest only when everything that follows from what was said has happened")
    func quiet() async throws {
        try await withWorld(Self.echo) { world, ann, channel in
            var expected = 0
            for round in 0..<30 {
                for _ in 0..<(round % 4) {
                    _ = try await world.say("!ping", as: ann, in: channel, replyTo: nil)
                    expected += 1
                }
                if round % 7 == 0 {
                    _ = try await world.say("!chain", as: ann, in: channel, replyTo: nil)
                    expected += 10
                }
                try await world.settle()
                #expect(world.sandbox.botMessages.count == expected, "round \(round)")
                try await world.advance(60)
                #expect(world.sandbox.botMessages.count == expected, "round \(round), a minute later")
            }
        }
    }

    @Test("moves its clock timer by timer, and all of one moment end before the next")
    func timers() async throws {
        try await withWorld(Self.echo) { world, ann, channel in
            _ = try await world.say("!sleepers", as: ann, in: channel, replyTo: nil)
            try await world.advance(10)
            // Twenty sleepers, four for each of five moments. Which of one moment is first is left open.
            let rests = world.sandbox.botMessages.compactMap { Int($0.content) }.map { $0 % 5 }
            #expect(rests == (0..<5).flatMap { Array(repeating: $0, count: 4) })
        }
    }

    @Test("comes to the same at rest after its connection was cut in the middle of things")
    func drops() async throws {
        try await withWorld(Self.echo) { world, ann, channel in
            for round in 1...12 {
                _ = try await world.say("!ping", as: ann, in: channel, replyTo: nil)
                try await world.dropConnection()
                #expect(world.sandbox.botMessages.count == round)
            }
            #expect(world.sandbox.counters.resumes == 12)
        }
    }

    @Test("steps through what a script waits for while it loads, and through its teardown")
    func loading() async throws {
        let script = """
            fluxer.sleep(5)
            bot:command("ping", function(ctx) ctx:reply "pong" end)
            function teardown() fluxer.sleep(1) log.info "torn down" end
            """
        try await withWorld(script) { world, ann, channel in
            _ = try await world.say("!ping", as: ann, in: channel, replyTo: nil)
            #expect(world.clock.now == 5)
            try await world.restart()
            #expect(world.record.now.lines == ["info: torn down"])
            #expect(world.sandbox.botMessages.map(\.content) == ["pong"])
        }
    }

    @Test("leaves nothing on disk, and refuses everything once it has ended")
    func end() async throws {
        let world = SpecWorld(.script(Self.echo))
        try await world.settle()
        let folder = try #require(world.state.withLock { $0.folder })
        #expect(SpecPaths.isFile(folder + "/bot.lua"))
        await world.end()
        #expect(!SpecPaths.isFolder(folder))
        await #expect(throws: LuaError.self) { try await world.settle() }
        await world.end()
    }

    @Test("many at once do not disturb each other")
    func several() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 1...8 {
                group.addTask {
                    let world = SpecWorld(.script(Self.echo))
                    let guild = try world.guild(
                        named: "guild", channels: ["general"], roles: [], owner: "owner", bot: nil)
                    let ann = try world.member(named: "ann", roles: nil, in: guild.id)
                    let channel = try world.channel(named: "general", in: guild.id)
                    for _ in 0..<number { _ = try await world.say("!ping", as: ann.id, in: channel.id, replyTo: nil) }
                    try await world.settle()
                    let count = world.sandbox.botMessages.count
                    await world.end()
                    return count - number
                }
            }
            for try await difference in group { #expect(difference == 0) }
        }
    }
}
