import FluxerModel
import JSON
import Testing

@testable import FluxerSandbox

@Suite("faults on demand", .timeLimit(.minutes(1)))
struct FaultTests {
    @Test("the next requests of a route get another answer, others do not")
    func answers() async throws {
        try await SandboxSession.run { session async throws in
            session.sandbox.faults.answerNext(
                2, of: .createMessage, with: .status(502, body: "<html>", contentType: "text/html"))
            let path = "/channels/\(session.general)/messages"
            #expect(try await session.api("GET", "/users/@me").status == 200)
            for _ in 0..<2 {
                let reply = try await session.api("POST", path, #"{"content":"a"}"#)
                #expect(reply.status == 502)
                #expect(reply.text == "<html>")
            }
            #expect(try await session.api("POST", path, #"{"content":"a"}"#).status == 200)
            session.sandbox.faults.answerNext(with: .rateLimited(retryAfter: 0.25, global: true))
            let limited = try await session.api("GET", "/users/@me")
            #expect(limited.json?["retry_after"]?.doubleValue == 0.25)
            #expect(limited.headers["x-ratelimit-global"] == "true")
            #expect(session.sandbox.counters.requests["createMessage"] == 3)
        }
    }

    @Test("a cut request leaves no trace, one cut after handling does")
    func cuts() async throws {
        try await SandboxSession.run { session async throws in
            let path = "/channels/\(session.general)/messages"
            session.sandbox.faults.answerNext(of: .createMessage, with: .cut)
            await #expect(throws: (any Error).self) { _ = try await session.api("POST", path, #"{"content":"a"}"#) }
            #expect(session.sandbox.messages(in: session.general).isEmpty)
            session.sandbox.faults.answerNext(of: .createMessage, with: .cutAfterHandling)
            let body = #"{"content":"a","nonce":"n"}"#
            await #expect(throws: (any Error).self) { _ = try await session.api("POST", path, body) }
            #expect(session.sandbox.messages(in: session.general).count == 1)
            let again = try await session.api("POST", path, body)
            #expect(again.id == session.sandbox.messages(in: session.general).first?.id.description)
        }
    }

    @Test("refused connections are cut, and then taken again")
    func refusals() async throws {
        try await SandboxSession.run { session async throws in
            session.sandbox.faults.refusesConnections = true
            await #expect(throws: (any Error).self) { _ = try await session.api("GET", "/users/@me") }
            await #expect(throws: (any Error).self) { _ = try await GatewayProbe.connect(to: session.address) }
            session.sandbox.faults.refusesConnections = false
            #expect(try await session.api("GET", "/users/@me").status == 200)
            #expect(session.sandbox.counters.refusedConnections >= 2)
        }
    }

    @Test("gateway faults reach the socket as they are named")
    func gateway() async throws {
        try await SandboxSession.run { session async throws in
            let faults = session.sandbox.faults
            func authenticated() async throws -> GatewayProbe {
                let probe = try await GatewayProbe.connect(to: session.address)
                _ = try await probe.identify(token: session.sandbox.botToken)
                _ = try await probe.frame()
                return probe
            }
            var probe = try await authenticated()
            faults.closeSockets(code: 4_008, reason: "Rate limited")
            #expect(await probe.next() == .closed(4008, "Rate limited"))
            probe = try await authenticated()
            faults.sendReconnect()
            #expect(try await probe.frame().op == 7)
            #expect(await probe.next() == .closed(4000, "Session drain requested; reconnect to continue"))
            probe = try await authenticated()
            faults.invalidateSessions()
            #expect(await probe.next() == .text(#"{"op":9,"d":false}"#))
            try await probe.send(GatewayProbe.identifyText(token: session.sandbox.botToken))
            #expect(try await probe.frame().name == "READY")
            _ = try await probe.frame()
            faults.sendText("garbage")
            #expect(await probe.next() == .text("garbage"))
            faults.acknowledgesHeartbeats = false
            try await probe.send(#"{"op":1,"d":null}"#)
            faults.sendText("marker")
            #expect(await probe.next() == .text("marker"))
            faults.sendHalfFrame()
            #expect(await probe.next() == .ended)
        }
    }

    @Test("a held IDENTIFY gets nothing while heartbeats are answered")
    func heldIdentify() async throws {
        try await SandboxSession.run { session async throws in
            session.sandbox.faults.holdsIdentify = true
            let probe = try await GatewayProbe.connect(to: session.address)
            _ = try await probe.frame()
            try await probe.send(GatewayProbe.identifyText(token: session.sandbox.botToken))
            try await probe.send(#"{"op":1,"d":null}"#)
            #expect(try await probe.frame().op == 11)
            #expect(session.sandbox.counters.identifies == 1)
        }
    }

    @Test("a port in use is said with its number and a way out")
    func portInUse() async throws {
        try await SandboxSession.run { session async throws in
            let second = Sandbox(configuration: SandboxConfiguration(port: session.address.port))
            let error = await #expect(throws: SandboxError.self) { _ = try await second.start() }
            #expect(error?.code == .portInUse)
            #expect(
                error?.description
                    == "Port \(session.address.port) on 127.0.0.1 is in use. Stop the program that has it, or choose "
                    + "another port; 0 takes a free one.")
        }
    }

    @Test("only loopback addresses are listened on", arguments: ["0.0.0.0", "192.168.1.5", "example.com", "127.1"])
    func loopback(host: String) async throws {
        let error = await #expect(throws: SandboxError.self) {
            _ = try await Sandbox(configuration: SandboxConfiguration(host: host)).start()
        }
        #expect(error?.code == .notLoopback)
    }

    @Test("a sandbox that was shut down comes back on its port with its world and sessions")
    func restart() async throws {
        try await SandboxSession.run { session async throws in
            let probe = try await GatewayProbe.connect(to: session.address)
            let id = try await probe.identify(token: session.sandbox.botToken)
            _ = try await probe.frame()
            try await session.sandbox.shutdown()
            #expect(await probe.next() == .closed(1001, "The sandbox is shutting down"))
            await #expect(throws: (any Error).self) { _ = try await GatewayProbe.connect(to: session.address) }
            try session.sandbox.say(as: session.mira, in: session.general, "while away")
            #expect(try await session.sandbox.start() == session.address)
            await #expect(throws: SandboxError.self) { _ = try await session.sandbox.start() }
            let second = try await GatewayProbe.connect(to: session.address)
            _ = try await second.frame()
            try await second.send(
                #"{"op":6,"d":{"token":"\#(session.sandbox.botToken)","session_id":"\#(id)","seq":2}}"#)
            #expect(try await second.frame().data?["content"]?.stringValue == "while away")
            #expect(try await second.frame().name == "RESUMED")
        }
    }
}
