import FluxerModel
import JSON
import Testing

@testable import FluxerSandbox

@Suite("gateway over a real WebSocket", .timeLimit(.minutes(1)))
struct GatewayTests {
    @Test("a bot identifies, gets its guild nested and then messages with member and channel type")
    func start() async throws {
        try await SandboxSession.run { session async throws in
            let info = try await session.api("GET", "/gateway/bot")
            #expect(info.json?["url"]?.stringValue == session.address.gatewayURL)
            let probe = try await GatewayProbe.connect(to: session.address)
            let sessionID = try await probe.identify(token: session.sandbox.botToken)
            #expect(sessionID.count == 32)
            #expect(session.sandbox.isBotOnline)
            let guild = try await probe.frame()
            #expect(guild.name == "GUILD_CREATE")
            #expect(guild.data?["name"] == nil)
            #expect(guild.data?["properties"]?["name"]?.stringValue == "Moonlit Harbour")
            #expect(guild.data?["channels"]?.arrayValue?.count == 3)
            #expect(guild.data?["members"]?[0]?["user"]?["id"]?.stringValue == session.sandbox.bot.id.description)

            let said = try session.sandbox.say(as: session.mira, in: session.general, "hello")
            let created = try await probe.frame()
            #expect(created.name == "MESSAGE_CREATE")
            #expect(created.sequence == 3)
            #expect(created.data?["id"]?.stringValue == said.id.description)
            #expect(created.data?["guild_id"]?.stringValue == session.sandbox.guild.id.description)
            #expect(created.data?["channel_type"]?.intValue == 0)
            #expect(created.data?["member"]?["user"] == nil)
            #expect(created.data?["member"]?["roles"]?.arrayValue?.count == 1)
        }
    }

    @Test("own messages, edits, reactions, typing and deletions come back to the bot")
    func ownEvents() async throws {
        try await SandboxSession.run { session async throws in
            let probe = try await GatewayProbe.connect(to: session.address)
            _ = try await probe.identify(token: session.sandbox.botToken)
            _ = try await probe.frame()
            let path = "/channels/\(session.general)/messages"
            let sent = try await session.api("POST", path, #"{"content":"mine","nonce":"n1"}"#)
            let created = try await probe.frame()
            #expect(created.data?["nonce"]?.stringValue == "n1")
            #expect(created.data?["author"]?["bot"]?.boolValue == true)
            _ = try await session.api("PATCH", "\(path)/\(sent.id)", #"{"content":"changed"}"#)
            let updated = try await probe.frame()
            #expect(updated.name == "MESSAGE_UPDATE")
            #expect(updated.data?["content"]?.stringValue == "changed")
            #expect(updated.data?["channel_type"] == nil)
            _ = try await session.api("PUT", "\(path)/\(sent.id)/reactions/%F0%9F%91%8D/@me")
            let added = try await probe.frame()
            #expect(added.name == "MESSAGE_REACTION_ADD")
            #expect(added.data?["emoji"]?["name"]?.stringValue == "👍")
            #expect(added.data?["emoji"]?["id"] == nil)
            _ = try await session.api("POST", "/channels/\(session.general)/typing")
            let typing = try await probe.frame()
            #expect(typing.name == "TYPING_START")
            #expect((typing.data?["timestamp"]?.intValue ?? .max) < 100_000_000_000, "seconds")
            _ = try await session.api("DELETE", "\(path)/\(sent.id)")
            let deleted = try await probe.frame()
            #expect(deleted.name == "MESSAGE_DELETE")
            #expect(deleted.data?["content"]?.stringValue == "changed")
        }
    }

    @Test("what happens while the socket is gone is replayed once")
    func resume() async throws {
        try await SandboxSession.run { session async throws in
            let first = try await GatewayProbe.connect(to: session.address)
            let id = try await first.identify(token: session.sandbox.botToken)
            _ = try await first.frame()
            session.sandbox.faults.dropSockets()
            #expect(await first.next() == .ended)
            for number in 1...3 { try session.sandbox.say(as: session.mira, in: session.general, "\(number)") }
            let second = try await GatewayProbe.connect(to: session.address)
            _ = try await second.frame()
            try await second.send(
                #"{"op":6,"d":{"token":"\#(session.sandbox.botToken)","session_id":"\#(id)","seq":2}}"#)
            for number in 1...3 {
                let frame = try await second.frame()
                #expect(frame.data?["content"]?.stringValue == "\(number)")
                #expect(frame.sequence == number + 2)
            }
            let resumed = try await second.frame()
            #expect(resumed.name == "RESUMED")
            #expect(resumed.sequence == 5)
        }
    }

    @Test("a client's large frames, whole or in pieces, are closed with 4002")
    func largeFrames() async throws {
        try await SandboxSession.run { session async throws in
            for size in [4_097, 70_000] {
                let probe = try await GatewayProbe.connect(to: session.address)
                _ = try await probe.frame()
                try await probe.send(String(repeating: "x", count: size))
                #expect(await probe.next() == .closed(4002, "Payload too large"))
            }
            let probe = try await GatewayProbe.connect(to: session.address)
            _ = try await probe.frame()
            let padding = String(repeating: " ", count: 4_096 - 16)
            try await probe.send(#"{"op":1,"d":null}"#.dropLast() + padding.dropLast() + "}")
            #expect(try await probe.frame().op == 11, "4,096 bytes pass")
        }
    }

    @Test("only the gateway's path is upgraded, and only with v=1")
    func paths() async throws {
        try await SandboxSession.run { session async throws in
            await #expect(throws: (any Error).self) {
                _ = try await GatewayProbe.connect(to: session.address, path: "/elsewhere?v=1")
            }
            let probe = try await GatewayProbe.connect(to: session.address, path: "/gateway?encoding=json")
            #expect(await probe.next() == .closed(4012, "Invalid API version"))
        }
    }

    @Test("a silent client is closed when the gateway's clock says so")
    func heartbeats() async throws {
        let clock = HandClock()
        try await SandboxSession.run({ $0.clocks.gateway = { clock.now } }) { session async throws in
            let probe = try await GatewayProbe.connect(to: session.address)
            _ = try await probe.frame()
            clock.move(.milliseconds(41_250))
            session.sandbox.timePassed()
            #expect(try await probe.frame().op == 1)
            clock.move(.milliseconds(13_750))
            session.sandbox.timePassed()
            #expect(await probe.next() == .closed(4009, "Heartbeat timeout"))
        }
    }

    @Test("members are found by prefix, by id and all together")
    func members() async throws {
        try await SandboxSession.run { session async throws in
            let probe = try await GatewayProbe.connect(to: session.address)
            _ = try await probe.identify(token: session.sandbox.botToken)
            _ = try await probe.frame()
            let guild = session.sandbox.guild.id
            for (query, count) in [
                (#""query":"mi","limit":5"#, 1), (#""query":"","limit":0"#, 5),
                (#""user_ids":["\#(session.mira)","17"]"#, 1),
            ] {
                try await probe.send(#"{"op":8,"d":{"guild_id":"\#(guild)",\#(query),"nonce":"q"}}"#)
                let chunk = try await probe.frame()
                #expect(chunk.name == "GUILD_MEMBERS_CHUNK")
                #expect(chunk.data?["members"]?.arrayValue?.count == count)
                #expect(chunk.data?["nonce"]?.stringValue == "q")
            }
        }
    }

    @Test("10,000 messages arrive in order, each once", .timeLimit(.minutes(1)))
    func throughput() async throws {
        try await SandboxSession.run({ $0.messagesKept = 20_000 }) { session async throws in
            let probe = try await GatewayProbe.connect(to: session.address)
            _ = try await probe.identify(token: session.sandbox.botToken)
            _ = try await probe.frame()
            let sender = Task {
                for number in 0..<10_000 {
                    try session.sandbox.say(as: session.mira, in: session.general, "message \(number)")
                }
            }
            for number in 0..<10_000 {
                guard case .text(let text)? = await probe.next() else {
                    Issue.record("the socket ended at \(number)")
                    return
                }
                #expect(text.contains(#""content":"message \#(number)""#))
            }
            try await sender.value
            #expect(session.sandbox.messages(in: session.general).count == 10_000)
        }
    }
}
