import FluxerModel
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Testing

@testable import FluxerGateway

@Suite("a bad server, on real sockets", .timeLimit(.minutes(1)))
struct GatewayFaultTests {
    @Test("the server ends in mid-frame")
    func midFrame() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let first = try await client.establish(server)
        first.sendRaw([0x81, 126, 0x10, 0x00] + Array(#"{"op":0,"t":"MESS"#.utf8))
        first.cut()
        let end = try await client.passPause()
        #expect(end.code == nil)
        #expect(end.willResume)
        let second = try await server.connections.next()
        second.hello()
        #expect(try await second.payload(op: 6)["d"]?["seq"]?.intValue == 1)
        await client.stop()
        await server.stop()
    }

    @Test("frames of garbage are counted; three in a row end the connection, and it is resumed")
    func garbage() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let first = try await client.establish(server)
        first.send("nonsense")
        first.send("\u{0}\u{1}", opcode: .binary)
        first.event("MESSAGE_CREATE", 2)
        #expect(try await client.event("MESSAGE_CREATE").sequence == 2)
        for text in ["", "[1,2]", "{\"op\":\"zero\"}"] { first.send(text) }
        #expect(try await first.closeCode() == 4002)
        let end = try await client.passPause()
        #expect(end.reason == "the server sent 3 frames in a row that are no JSON payload")
        #expect(client.gateway.counters.malformedFrames == 5)
        let second = try await server.connections.next()
        second.hello()
        #expect(try await second.payload(op: 6)["d"]?["seq"]?.intValue == 2)
        await client.stop()
        await server.stop()
    }

    @Test("unknown ops are passed over, unknown events and data of any kind come through")
    func unknown() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let connection = try await client.establish(server)
        connection.send(#"{"op":12,"d":{"code":"X"}}"#)
        connection.send(#"{"op":99}"#)
        connection.event("SESSIONS_REPLACE", 2, "[{\"session_id\":\"all\"}]")
        connection.event("NEVER_HEARD_OF", 3, "null")
        connection.send(#"{"op":0,"t":"NO_DATA","s":4}"#)
        #expect(try await client.event().data == Array("[{\"session_id\":\"all\"}]".utf8))
        let second = try await client.event()
        #expect(second.name == "NEVER_HEARD_OF")
        #expect(second.data == Array("null".utf8))
        #expect(try await client.event().byteCount == 0)
        await client.stop()
        await server.stop()
    }

    @Test("a message may come in fragments, with a ping between them, or as a binary frame")
    func fragments() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let connection = try await client.establish(server)
        connection.send(#"{"op":0,"t":"MESSAGE_"#, fin: false)
        connection.send("are you there", opcode: .ping)
        connection.send(#"CREATE","s":2,"#, opcode: .continuation, fin: false)
        connection.send("", opcode: .continuation, fin: false)
        connection.send(#""d":{"id":"5"}}"#, opcode: .continuation)
        let event = try await client.event("MESSAGE_CREATE")
        #expect(event.data == Array(#"{"id":"5"}"#.utf8))
        #expect(
            try await connection.inbox.next { if case .pong(let text) = $0 { text } else { nil } } == "are you there")
        connection.send(#"{"op":0,"t":"TYPING_START","s":3,"d":{}}"#, opcode: .binary)
        #expect(try await client.event("TYPING_START").sequence == 3)
        await client.stop()
        await server.stop()
    }

    @Test("16 MiB are accepted, more is closed with 1009 and the session goes on", arguments: [false, true])
    func oversized(inFragments: Bool) async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let first = try await client.establish(server)
        let frame = #"{"op":0,"t":"GUILD_CREATE","s":2,"d":""#
        let filling = (1 << 24) - frame.utf8.count - 2
        var largest = ByteBuffer(string: frame)
        largest.writeRepeatingByte(UInt8(ascii: "x"), count: filling)
        largest.writeString("\"}")
        first.send(bytes: largest)
        #expect(try await client.event("GUILD_CREATE").byteCount == filling + 2)
        if inFragments {
            let piece = String(repeating: "x", count: 1 << 20)
            first.send(piece, fin: false)
            for _ in 0..<16 { first.send(piece, opcode: .continuation, fin: false) }
        } else {
            first.send(bytes: ByteBuffer(repeating: UInt8(ascii: "x"), count: 17 << 20))
        }
        #expect(try await first.closeCode() == 1009)
        let end = try await client.passPause()
        #expect(end.reason.contains("16 MiB"))
        let second = try await server.connections.next()
        second.hello()
        #expect(try await second.payload(op: 6)["d"]?["seq"]?.intValue == 2)
        await client.stop()
        await server.stop()
    }

    @Test(
        "a breach of the WebSocket rules is closed with 1002",
        arguments: [
            [0xC1, 0x00], [0x80, 0x00], [0x01, 0x01, 0x7B, 0x81, 0x00], [0x09, 0x00], [0x83, 0x00],
            [0x89, 126, 0x00, 0x7E],
        ] as [[UInt8]])
    func protocolBreach(bytes: [UInt8]) async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let connection = try await client.establish(server)
        connection.sendRaw(bytes)
        #expect(try await connection.closeCode() == 1002)
        let end = try await client.disconnect()
        #expect(end.willResume)
        await client.stop()
        await server.stop()
    }

    @Test("refused connections are tried again, ever more slowly, and the address is asked for anew")
    func refused() async throws {
        let gone = try await ScriptedServer.start()
        let port = gone.port
        await gone.stop()
        let asked = Inbox<Int>()
        let client = GatewayUnderTest(configuration: .init(token: "1.x")) {
            asked.put(1)
            return "ws://127.0.0.1:\(port)"
        }
        var pauses: [Double] = []
        for _ in 0..<6 {
            let end = try await client.passPause()
            #expect(end.reason == "127.0.0.1:\(port) refuses the connection")
            pauses.append(end.retryAfter)
        }
        #expect(pauses[0] <= 1_000)
        #expect(pauses[5] >= 12_000)
        #expect(asked.all.count >= 6)
        await client.stop()
    }

    @Test("a server that answers the handshake with an error is tried again")
    func refusedHandshake() async throws {
        let server = try await ScriptedServer.start()
        server.refusesWith = .serviceUnavailable
        let client = GatewayUnderTest(server)
        let end = try await client.disconnect()
        #expect(end.reason == "127.0.0.1:\(server.port) answered the WebSocket handshake with HTTP 503")
        server.refusesWith = nil
        client.clock.advance(by: end.retryAfter + 0.001)
        _ = try await client.establish(server)
        await client.stop()
        await server.stop()
    }

    @Test("a peer that speaks no HTTP, or nothing at all")
    func notAServer() async throws {
        let talker = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Babbler()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = talker.localAddress?.port ?? 0
        let client = GatewayUnderTest { "ws://localhost:\(port)" }
        #expect(try await client.disconnect().reason.hasPrefix("no connection to localhost:\(port): "))
        await client.stop()
        try await talker.close().get()

        let mute = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let mutePort = mute.localAddress?.port ?? 0
        let waiting = GatewayUnderTest { "ws://127.0.0.1:\(mutePort)" }
        // The handshake's deadline is set once the address is known.
        while waiting.clock.nextDeadline != waiting.clock.now + 20_000 { await Task.yield() }
        waiting.clock.advance(by: 20_000)
        #expect(try await waiting.disconnect().reason == "no connection within 20 s")
        await waiting.stop()
        try await mute.close().get()
    }

    @Test("an address provider that fails is tried again; one that cannot succeed ends run")
    func addressFaults() async throws {
        struct Unreachable: Error, CustomStringConvertible { let description = "the API is away" }
        let server = try await ScriptedServer.start()
        let url = server.url
        let answers = Inbox<Result<String, any Error>>()
        answers.put(.failure(Unreachable()))
        answers.put(.success("http://nonsense"))
        answers.put(.success(url))
        let client = GatewayUnderTest { try await answers.next().get() }
        #expect(try await client.passPause().reason == "no gateway address: the API is away")
        #expect(try await client.passPause().reason.contains("'http://nonsense' cannot be used"))
        let connection = try await client.establish(server)
        // A resume uses the address that is known.
        connection.cut()
        try await client.passPause()
        let second = try await server.connections.next()
        second.hello()
        _ = try await second.payload(op: 6)
        await client.stop()
        await server.stop()

        let refused = GatewayUnderTest { throw GatewayError(code: .tokenRefused, description: "HTTP 401: the token") }
        guard case .failure(let error) = await refused.end() else {
            Issue.record("run ended without an error")
            return
        }
        #expect(error.description == "HTTP 401: the token")
    }

    @Test("an address provider that hangs is cancelled after 30 s, and asked again")
    func hangingAddress() async throws {
        let server = try await ScriptedServer.start()
        let url = server.url
        let calls = Inbox<Int>()
        let client = GatewayUnderTest {
            calls.put(1)
            if calls.all.count == 1 { try await Task.sleep(for: .seconds(3_600)) }
            return url
        }
        _ = try await calls.next()
        client.clock.advance(by: 30_000)
        #expect(try await client.passPause().reason == "no gateway address within 30 s")
        _ = try await client.establish(server)
        await client.stop()
        await server.stop()
    }

    @Test("an IDENTIFY that no server would accept is refused before anything is sent")
    func oversizedIdentify() async {
        var configuration = GatewayConfiguration(token: "1.x")
        configuration.ignoredEvents = Array(repeating: "MESSAGE_REACTION_REMOVE_EMOJI", count: 256)
        let client = GatewayUnderTest(configuration: configuration) { "ws://127.0.0.1:1" }
        guard case .failure(let error) = await client.end() else {
            Issue.record("run ended without an error")
            return
        }
        #expect(error.code == .configuration)
        #expect(error.isFatal)
    }

    @Test("close ends run while it connects, waits or has not begun")
    func closeEarly() async throws {
        let gone = try await ScriptedServer.start()
        let port = gone.port
        await gone.stop()
        let waiting = GatewayUnderTest { "ws://127.0.0.1:\(port)" }
        _ = try await waiting.disconnect()
        await waiting.stop()

        let hanging = GatewayUnderTest {
            try await Task.sleep(for: .seconds(3_600))
            return ""
        }
        _ = try await hanging.notice { if case .connecting = $0 { true } else { false } }
        await hanging.stop()
    }

    @Test("a server that reads nothing does not hold run back for longer than a second")
    func deafServer() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let connection = try await client.establish(server)
        connection.isDeaf = true
        client.gateway.close()
        _ = await client.end()
        try await connection.ended()
        await server.stop()
    }
}

/// Answers whatever comes with something that is not HTTP.
private final class Babbler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(NIOAny(ByteBuffer(string: "220 smtp ready\r\n\r\n")), promise: nil)
    }
}
