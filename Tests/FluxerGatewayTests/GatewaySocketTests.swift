import FluxerModel
import JSON
import NIOCore
import Testing

@testable import FluxerGateway

@Suite("the client on real sockets", .timeLimit(.minutes(1)))
struct GatewaySocketTests {
    @Test("HELLO, IDENTIFY with the bare token, READY, events in order, close with 1000")
    func session() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let connection = try await server.connections.next()
        #expect(connection.target == "/gateway?v=1&encoding=json")
        connection.hello()
        let identify = try await connection.payload(op: 2)
        #expect(identify["d"]?["token"]?.stringValue == GatewayUnderTest.token)
        #expect(identify["d"]?["properties"]?["browser"]?.stringValue == "moontide")
        connection.ready()
        let ready = try await client.event()
        #expect(ready.name == "READY")
        #expect(client.gateway.latency != nil)
        for number in 2...500 { connection.event("MESSAGE_CREATE", number, "{\"n\":\(number)}") }
        for number in 2...500 {
            let event = try await client.event()
            #expect(event.sequence == number)
            #expect(String(decoding: event.data, as: UTF8.self) == "{\"n\":\(number)}")
        }
        client.gateway.close()
        #expect(try await connection.closeCode() == 1000)
        guard case .success = await client.end() else {
            Issue.record("run ended with an error")
            return
        }
        await server.stop()
    }

    @Test("notices come in order with the events")
    func notices() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let connection = try await client.establish(server)
        connection.cut()
        try await client.passPause()
        let second = try await server.connections.next()
        second.hello()
        _ = try await second.payload(op: 6)
        second.event("MESSAGE_CREATE", 2)
        second.send(#"{"op":0,"t":"RESUMED","s":2,"d":null}"#)
        _ = try await client.event("RESUMED")
        await client.stop()
        let names = client.updates.all.map { update in
            switch update {
            case .dispatch(let event): event.name
            case .notice(.connecting(let attempt)): "connecting \(attempt)"
            case .notice(.connected): "connected"
            case .notice(.ready): "ready"
            case .notice(.resumed(let replayed, let gap)): "resumed \(replayed) \(gap)"
            case .notice(.disconnected(let end)): "lost \(end.willResume)"
            case .notice(.fatal): "fatal"
            }
        }
        #expect(
            names == [
                "connecting 1", "connected", "ready", "READY", "lost true", "connecting 1", "connected",
                "MESSAGE_CREATE", "resumed 1 0", "RESUMED",
            ])
        await server.stop()
    }

    @Test("a dropped socket is resumed with the number of the last event handed over")
    func droppedSocket() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let first = try await client.establish(server)
        for number in 2...9 { first.event("MESSAGE_CREATE", number) }
        while try await client.event().sequence != 9 {}
        first.cut()
        let end = try await client.passPause()
        #expect(end.willResume)
        let second = try await server.connections.next()
        second.hello()
        let resume = try await second.payload(op: 6)
        #expect(resume["d"]?["session_id"]?.stringValue == "S")
        #expect(resume["d"]?["seq"]?.intValue == 9)
        #expect(resume["d"]?["token"]?.stringValue == GatewayUnderTest.token)
        second.event("MESSAGE_CREATE", 10)
        second.send(#"{"op":0,"t":"RESUMED","s":9,"d":null}"#)
        #expect(try await client.event("MESSAGE_CREATE").sequence == 10)
        _ = try await client.event("RESUMED")
        // The number that RESUMED repeated is not the one acknowledged.
        second.send(#"{"op":1,"d":null}"#)
        #expect(try await second.payload(op: 1)["d"]?.intValue == 10)
        await client.stop()
        await server.stop()
    }

    @Test("op 7: the client closes its old socket and resumes on a new one")
    func opSeven() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let first = try await client.establish(server)
        first.send(#"{"op":7}"#)
        #expect(try await first.closeCode() == 4000)
        first.cut()
        try await client.passPause()
        let second = try await server.connections.next()
        second.hello()
        #expect(try await second.payload(op: 6)["d"]?["seq"]?.intValue == 1)
        await client.stop()
        await server.stop()
    }

    @Test("an old socket that goes on sending after op 7 is not heard, and is cut")
    func oldSocketIsMute() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let first = try await client.establish(server)
        first.send(#"{"op":7}"#)
        first.event("MESSAGE_CREATE", 2)
        try await client.passPause()
        let second = try await server.connections.next()
        first.event("MESSAGE_CREATE", 3)
        second.hello()
        #expect(try await second.payload(op: 6)["d"]?["seq"]?.intValue == 1)
        try await first.ended()
        await client.stop()
        await server.stop()
    }

    @Test("op 9: IDENTIFY on the same socket after a pause")
    func opNine() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let connection = try await client.establish(server)
        connection.send(#"{"op":9,"d":false}"#)
        let end = try await client.passPause()
        #expect(!end.willResume)
        #expect((2_500...3_500).contains(end.retryAfter))
        _ = try await connection.payload(op: 2)
        connection.ready(session: "T")
        #expect(try await client.notice { if case .ready = $0 { true } else { false } } == .ready(session: "T"))
        await client.stop()
        await server.stop()
    }

    @Test("4007: a new socket and a new session")
    func invalidSequence() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let first = try await client.establish(server)
        first.close(4007, "Invalid sequence")
        let end = try await client.passPause()
        #expect(end.code == 4007)
        #expect(end.reason == "Invalid sequence")
        let second = try await server.connections.next()
        second.hello()
        _ = try await second.payload(op: 2)
        await client.stop()
        await server.stop()
    }

    @Test("4004 ends run with one line that does not hold the token")
    func refusedToken() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let connection = try await server.connections.next()
        connection.hello()
        _ = try await connection.payload(op: 2)
        connection.close(4004, "Invalid token \(GatewayUnderTest.token)\nsee elsewhere")
        guard case .failure(let error) = await client.end() else {
            Issue.record("run ended without an error")
            return
        }
        #expect(error.code == .tokenRefused)
        #expect(error.description.hasPrefix("the server refused the token (4004 Invalid token …"))
        #expect(error.description.contains("FLUXER_TOKEN"))
        #expect(!error.description.contains(GatewayUnderTest.token))
        #expect(!error.description.contains("\n"))
        guard case .notice(.fatal(error)) = client.updates.all.last else {
            Issue.record("the last update is not the error")
            return
        }
        await server.stop()
    }

    @Test("heartbeats go out by the clock, with the sequence, and a dead server is left")
    func heartbeats() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let first = try await client.establish(server)
        first.event("MESSAGE_CREATE", 2)
        _ = try await client.event("MESSAGE_CREATE")
        #expect(try await client.advance(first) { $0.heartbeats.count == 1 } <= 36_300)
        first.send(#"{"op":11}"#)
        first.event("MESSAGE_CREATE", 3)
        _ = try await client.event("MESSAGE_CREATE")
        #expect((33_000...37_300).contains(try await client.advance(first) { $0.heartbeats.count == 2 }))
        #expect(first.heartbeats == [2, 3])
        // No answer to that one.
        let silence = try await client.advance(first) { $0.inbox.all.contains(.ended) }
        #expect((14_000...21_000).contains(silence))
        let end = try await client.passPause()
        #expect(end.reason.hasPrefix("no answer to a heartbeat for "))
        let second = try await server.connections.next()
        second.hello()
        #expect(try await second.payload(op: 6)["d"]?["seq"]?.intValue == 3)
        await client.stop()
        await server.stop()
    }

    @Test("a payload of the owner goes out; one of 4,097 bytes does not")
    func commands() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        await #expect(throws: GatewayError.self) { try await client.gateway.send(op: 8) { $0.null() } }
        let connection = try await client.establish(server)
        let room = 4_096 - #"{"op":8,"d":""}"#.utf8.count
        await #expect(throws: GatewayError.self) {
            try await client.gateway.send(op: 8) { $0.string(String(repeating: "x", count: room + 1)) }
        }
        try await client.gateway.send(op: 8) { $0.string(String(repeating: "x", count: room)) }
        #expect(try await connection.payload(op: 8)["d"]?.stringValue?.count == room)
        try await client.gateway.setPresence(GatewayPresence(status: .doNotDisturb))
        #expect(try await connection.payload(op: 3)["d"]?["status"]?.stringValue == "dnd")
        connection.send(#"{"op":9,"d":false}"#)
        try await client.passPause()
        #expect(try await connection.payload(op: 2)["d"]?["presence"]?["status"]?.stringValue == "dnd")
        await client.stop()
        await server.stop()
    }

    @Test("cancelling the task that runs closes with 1000")
    func cancellation() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        let connection = try await client.establish(server)
        client.cancel()
        #expect(try await connection.closeCode() == 1000)
        _ = await client.end()
        await server.stop()
    }

    @Test("run runs once")
    func once() async throws {
        let server = try await ScriptedServer.start()
        let client = GatewayUnderTest(server)
        _ = try await client.establish(server)
        await #expect(throws: GatewayError.self) { try await client.gateway.run { _ in } }
        await client.stop()
        try await client.gateway.run { _ in }
        await server.stop()
    }
}
