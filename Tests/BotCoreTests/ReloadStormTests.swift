import BotCore
import BotTesting
import FluxerModel
import FluxerSandbox
import LuaRuntime
import Testing

@Suite("reload under load", .timeLimit(.minutes(3)))
struct ReloadStormTests {
    static func script(_ version: Int) -> String {
        """
        -- version \(version)
        local served = 0
        bot:command("ping", function(ctx)
            served = served + 1
            if served % 50 == 0 then fluxer.sleep(0.001) end
            ctx:reply("v\(version)")
        end)
        function setup(bot, state) end
        function handover(bot) return { served = served } end
        """
    }

    /// Ways of being broken: the text, the chunk, setup.
    static func broken(_ version: Int) -> String {
        switch version % 3 {
        case 0: "bot:command(\"ping\", function(ctx) ctx:reply(\"v\(version)\" end)"
        case 1: script(version) + "\nerror(\"at load\")"
        default: script(version) + "\nfunction setup() error(\"in setup\") end"
        }
    }

    @Test("100 reloads, every third failing, while 10,000 messages stream in: each is answered exactly once")
    func storm() async throws {
        let messages = 10_000, reloads = 100
        var settings = SandboxConfiguration()
        settings.rateLimits = .off
        settings.messagesKept = 30_000
        let harness = try await BotHarness(ReloadStormTests.script(0), sandbox: settings)
        await harness.ready()
        let user = try #require(harness.sandbox.users.first)
        let channels = harness.sandbox.channels.filter { $0.type == .guildText }
        let sandbox = harness.sandbox

        var events = sandbox.events().makeAsyncIterator()
        var answered = 0
        func answers(reach count: Int) async {
            while answered < count, let event = await events.next() {
                if case .messageCreated(let message) = event, message.author.isBot { answered += 1 }
            }
        }

        var asked: [MessageID] = []
        var good = [0]
        for version in 1...reloads {
            // The messages of this round stream in while the reload is under way, some of the last are still unanswered.
            async let said = (0..<messages / reloads).map { number in
                try sandbox.say(as: user.id, in: channels[number % channels.count].id, "!ping").fields.id
            }
            let isGood = version % 3 != 0
            try harness.save(isGood ? ReloadStormTests.script(version) : ReloadStormTests.broken(version))
            #expect(await harness.bot.reload() == isGood)
            if isGood { good.append(version) }
            asked += try await said
            await answers(reach: asked.count - 40)
        }
        await answers(reach: messages)

        let given = channels.flatMap { sandbox.messages(in: $0.id) }.filter { $0.author.isBot }
        let counts = Dictionary(given.map { ($0.fields.reference?.messageID, 1) }, uniquingKeysWith: +)
        #expect(counts.count == messages)
        #expect(counts.values.allSatisfy { $0 == 1 })
        let version = Dictionary(given.map { ($0.fields.reference?.messageID, $0.content) }, uniquingKeysWith: { $1 })
        var last = 0
        var used: Set<Int> = []
        for id in asked.sorted() {
            let number = Int(version[id]?.dropFirst() ?? "") ?? -1
            #expect(number >= last, "version \(number) answered after \(last)")
            last = max(last, number)
            used.insert(number)
        }
        #expect(used.isSubset(of: good))
        #expect(used.count >= 60, "only \(used.count) versions answered")
        await harness.end()
    }
}
