import NIOSSL
import Synchronization
import Testing

@testable import FluxerREST

@Suite("kept connections", .timeLimit(.minutes(1)))
struct KeepAliveTransportTests {
    private func get(_ server: HTTPTestServer, _ path: String = "/", timeout: Int64 = 15_000) -> HTTPRequest {
        HTTPRequest(method: "GET", url: server.url + path, timeout: timeout)
    }

    @Test("one request after the other goes over one connection")
    func kept() async throws {
        let server = try await HTTPTestServer.start { .answer(200, [:], Array($0.target.utf8)) }
        let transport = KeepAliveTransport()
        for number in 0..<20 {
            let answer = try await transport.send(get(server, "/\(number)"))
            #expect(String(decoding: answer.body, as: UTF8.self) == "/\(number)")
        }
        #expect(server.connectionCount == 1)
        await transport.shutdown()
        await server.stop()
    }

    @Test("no more connections are opened than allowed, and every request is answered with its own answer")
    func bounded() async throws {
        let server = try await HTTPTestServer.start { .answer(200, [:], Array($0.target.utf8)) }
        let transport = KeepAliveTransport(connections: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let answer = try await transport.send(get(server, "/\(number)"))
                    #expect(String(decoding: answer.body, as: UTF8.self) == "/\(number)")
                }
            }
            try await group.waitForAll()
        }
        #expect((1...4).contains(server.connectionCount))
        #expect(server.requests.count == 200)
        await transport.shutdown()
        await server.stop()
    }

    @Test("a server that keeps no connection is given a new one each time")
    func notKept() async throws {
        let server = try await HTTPTestServer.start { _ in .answer(200, ["Connection": "close"], []) }
        let transport = KeepAliveTransport()
        for _ in 0..<3 { #expect(try await transport.send(get(server)).status == 200) }
        #expect(server.connectionCount == 3)
        await transport.shutdown()
        await server.stop()
    }

    @Test("an answer that comes after its time is not taken for the next one's")
    func lateAnswer() async throws {
        let server = try await HTTPTestServer.start { request in
            request.target == "/held" ? .held(Array("late".utf8)) : .answer(200, [:], Array("own".utf8))
        }
        let transport = KeepAliveTransport(connections: 1)
        await #expect(throws: TransportError(.timedOut, "no answer within its time")) {
            try await transport.send(get(server, "/held", timeout: 20))
        }
        server.letGo()
        let answer = try await transport.send(get(server))
        #expect(String(decoding: answer.body, as: UTF8.self) == "own")
        await transport.shutdown()
        await server.stop()
    }

    @Test("a request that waits for a connection ends in time too, and nothing of it has left")
    func waitsInVain() async throws {
        let server = try await HTTPTestServer.start { _ in .silence }
        let transport = KeepAliveTransport(connections: 1)
        let first = Task { try await transport.send(get(server, "/first")) }
        await server.arrived(1)
        await #expect(throws: TransportError(.connectFailed, "no connection within its time")) {
            try await transport.send(get(server, "/second", timeout: 20))
        }
        first.cancel()
        _ = await first.result
        #expect(server.requests.map(\.target) == ["/first"])
        await transport.shutdown()
        await server.stop()
    }

    @Test("shutting down ends what is under way and what waits, and takes nothing more")
    func shutDown() async throws {
        let server = try await HTTPTestServer.start { _ in .silence }
        let transport = KeepAliveTransport(connections: 1)
        let flying = Task { try await transport.send(get(server)) }
        await server.arrived(1)
        let waiting = Task { try await transport.send(get(server)) }
        await transport.shutdown()
        let closed = TransportError(.cancelled, "the transport is closed")
        await #expect(throws: closed) { try await flying.value }
        await #expect(throws: closed) { try await waiting.value }
        await #expect(throws: closed) { try await transport.send(get(server)) }
        await server.stop()
    }

    @Test(
        "a header that would make two is not sent",
        arguments: [("X-Audit-Log-Reason", "a\r\nX-More: b"), ("X-Audit-Log-Reason", "a\0b"), ("X Y", "a"), ("", "a")])
    func splitHeader(name: String, value: String) async throws {
        let server = try await HTTPTestServer.start { _ in .answer(200, [:], []) }
        let transport = KeepAliveTransport()
        var request = get(server)
        request.headers = [HTTPHeader(name, value)]
        let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
        #expect(error?.kind == .unusable)
        #expect(server.requests.isEmpty)
        await transport.shutdown()
        await server.stop()
    }

    @Test("a certificate that nobody vouches for gets no request; one that is trusted does")
    func secure() async throws {
        let server = try await HTTPTestServer.start(tls: true) { _ in .answer(200, [:], []) }
        let request = HTTPRequest(method: "GET", url: "https://localhost:\(server.port)/")
        let doubting = KeepAliveTransport()
        let error = await #expect(throws: TransportError.self) { try await doubting.send(request) }
        #expect(error?.kind == .connectFailed)
        #expect(error?.detail.contains("CERTIFICATE_VERIFY_FAILED") == true)
        #expect(server.requests.isEmpty)
        await doubting.shutdown()

        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: Array(HTTPTestServer.certificate.utf8), format: .pem)
        ])
        let trusting = KeepAliveTransport(tlsConfiguration: tls)
        for _ in 0..<2 { #expect(try await trusting.send(request).status == 200) }
        #expect(server.requests.count == 2)
        await trusting.shutdown()
        await server.stop()
    }
}

@Suite("addresses of requests")
struct HTTPAddressTests {
    @Test(
        "an address is taken apart",
        arguments: [
            ("http://a.example/x?y=1#z", false, "a.example", 80, "/x?y=1", "a.example"),
            ("HTTPS://a.example", true, "a.example", 443, "/", "a.example"),
            ("https://a.example:443/", true, "a.example", 443, "/", "a.example"),
            ("https://a.example:8443?q", true, "a.example", 8443, "/?q", "a.example:8443"),
            ("http://[::1]:8080/p", false, "::1", 8080, "/p", "[::1]:8080"),
            ("http://127.0.0.1:65535", false, "127.0.0.1", 65_535, "/", "127.0.0.1:65535"),
        ])
    func parts(text: String, isSecure: Bool, host: String, port: Int, target: String, header: String) throws {
        let address = try #require(HTTPAddress(text))
        #expect(address.origin == HTTPAddress.Origin(isSecure: isSecure, host: host, port: port))
        #expect(address.target == target)
        #expect(address.hostHeader == header)
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", "http:/a", "ftp://a", "http://", "http:///x", "http://:80/", "http://a:0", "http://a:65536",
            "http://a:",
            "http://a:8x", "http://a:123456", "http://u@a/", "http://[::1", "http://[::1]x", "http://a/ b",
            "http://a/\r\nX: y", "http://#",
        ])
    func none(text: String) {
        #expect(HTTPAddress(text) == nil)
    }
}
