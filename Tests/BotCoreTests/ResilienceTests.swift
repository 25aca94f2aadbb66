import BotCore
import BotTesting
import FluxerModel
import FluxerSandbox
import LuaRuntime
import Testing

@Suite("faults of server and network", .timeLimit(.minutes(2)))
struct ResilienceTests {
    private static let script = #"bot:command("ping", function(ctx) ctx:reply("pong " .. ctx.message.id) end)"#

    /// Says `count` messages around a fault, and checks that each was answered exactly once.
    private func answered(
        _ harness: BotHarness, _ count: Int = 40, fault: (SandboxFaults) -> Void
    ) async throws {
        var events = harness.sandbox.events().makeAsyncIterator()
        var asked: [MessageID] = []
        for number in 0..<count {
            if number == count / 2 { fault(harness.sandbox.faults) }
            asked.append(try harness.say("!ping", in: number % 2 == 0 ? "general" : "random").fields.id)
        }
        var replies: [MessageID: Int] = [:]
        while replies.count < count, let event = await events.next() {
            if case .messageCreated(let message) = event, message.author.isBot,
                let id = message.fields.reference?.messageID
            {
                replies[id, default: 0] += 1
                #expect(message.content == "pong \(id)")
            }
        }
        #expect(Set(replies.keys) == Set(asked))
        // Nothing comes late: one more question is answered, and still each reply is there once.
        _ = try await harness.ask("!ping")
        for channel in harness.sandbox.channels {
            for (id, number) in harness.sandbox.replyCounts(in: channel.id) where asked.contains(id) {
                #expect(number == 1, "\(id) was answered \(number) times")
            }
        }
    }

    @Test("a dropped socket loses and doubles nothing")
    func drop() async throws {
        let harness = try await BotHarness(ResilienceTests.script)
        await harness.ready()
        try await answered(harness) { $0.dropSockets() }
        #expect(harness.sandbox.counters.resumes == 1)
        await harness.end()
    }

    @Test(
        "op 7, closes that keep the session, half a frame: resumed", arguments: ["op7", "4000", "4009", "1001", "half"])
    func resumes(_ kind: String) async throws {
        let harness = try await BotHarness(ResilienceTests.script)
        await harness.ready()
        try await answered(harness) { faults in
            switch kind {
            case "op7": faults.sendReconnect()
            case "half": faults.sendHalfFrame()
            default: faults.closeSockets(code: Int(kind) ?? 4000)
            }
        }
        #expect(harness.sandbox.counters.resumes >= 1)
        #expect(harness.sandbox.counters.identifies == 1)
        await harness.end()
    }

    @Test("4007 and op 9 begin a new session, and the bot goes on", arguments: ["4007", "op9"])
    func newSession(_ kind: String) async throws {
        let harness = try await BotHarness(ResilienceTests.script)
        await harness.ready()
        #expect(try await harness.ask("!ping").content.hasPrefix("pong"))
        if kind == "op9" {
            harness.sandbox.faults.invalidateSessions()
        } else {
            harness.sandbox.faults.closeSockets(code: 4007)
        }
        await harness.record.wait { $0.connections.filter { $0.hasPrefix("connected") }.count == 2 }
        #expect(try await harness.ask("!ping").content.hasPrefix("pong"))
        #expect(harness.sandbox.counters.identifies == 2)
        await harness.end()
    }

    @Test("garbage, unknown ops and events, data that is a list or null: the rest goes on")
    func garbage() async throws {
        let harness = try await BotHarness(ResilienceTests.script)
        await harness.ready()
        for text in [
            "{", "[]", "null", "\u{0}", #"{"op":99,"d":[1]}"#, #"{"op":0,"t":"NO_SUCH_EVENT","s":null,"d":null}"#,
            #"{"op":0,"t":"MESSAGE_CREATE","d":[]}"#, #"{"op":0,"t":"MESSAGE_CREATE","d":null}"#,
            #"{"op":"x"}"#, #"{"op":0,"t":"SESSIONS_REPLACE","d":[{}]}"#,
        ] {
            harness.sandbox.faults.sendText(text)
            #expect(try await harness.ask("!ping").content.hasPrefix("pong"))
        }
        await harness.end()
    }

    @Test("429, 5xx and cut connections while sending: each answer arrives once")
    func rest() async throws {
        let harness = try await BotHarness(ResilienceTests.script)
        await harness.ready()
        try await answered(harness, 20) { faults in
            faults.answerNext(2, of: .createMessage, with: .rateLimited(retryAfter: 0.05))
            faults.answerNext(1, of: .createMessage, with: .status(503))
            faults.answerNext(1, of: .createMessage, with: .cut)
            faults.answerNext(1, of: .createMessage, with: .cutAfterHandling)
        }
        await harness.end()
    }

    @Test("a refusal reaches the script as an error object with status and code")
    func refusal() async throws {
        let harness = try await BotHarness(
            """
            bot:command("try", function(ctx)
                local ok, err = fluxer.try(function() ctx:send("hi") end)
                ctx:reply(("%s %s %s %s"):format(ok, err.name, err.status, err:is "HTTPException"))
            end)
            """)
        await harness.ready()
        harness.sandbox.faults.answerNext(
            1, of: .createMessage, with: .status(403, body: #"{"code":"MISSING_PERMISSIONS","message":"no"}"#))
        #expect(try await harness.ask("!try").content == "false Forbidden 403 true")
        await harness.end()
    }

    @Test("4004 ends the run as refused, with one line that has no token in it")
    func authenticationFailed() async throws {
        let harness = try await BotHarness(ResilienceTests.script)
        await harness.ready()
        let token = harness.sandbox.botToken
        harness.sandbox.faults.closeSockets(code: 4004, reason: "Invalid token")
        await harness.finished()
        let failure = await harness.end()
        #expect(failure?.code == .refused)
        #expect(failure?.description.contains("\n") == false)
        #expect(failure?.description.contains("FLUXER_TOKEN") == true)
        #expect(failure?.description.contains(token) == false)
    }
}
