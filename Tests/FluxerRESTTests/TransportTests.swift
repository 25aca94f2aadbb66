import FluxerREST
import Testing

@Suite("every transport", .timeLimit(.minutes(1)))
struct TransportTests {
    enum Kind: CaseIterable, Sendable {
        case keepAlive, general

        func make() -> any HTTPTransport {
            switch self {
            case .keepAlive: KeepAliveTransport()
            case .general: AsyncHTTPTransport()
            }
        }
    }

    @Test(
        "a refused connection is known to have had no effect", arguments: Kind.allCases, ["127.0.0.1", "localhost"])
    func refused(kind: Kind, host: String) async {
        let transport = kind.make()
        // Port 1 of the own machine: nobody listens there.
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "POST", url: "http://\(host):1/v1/users/@me"))
        }
        #expect(error?.kind == .connectFailed)
        await transport.shutdown()
    }

    @Test("an address that is none is an error", arguments: Kind.allCases, ["", "nonsense", "http://"])
    func unusable(kind: Kind, url: String) async {
        let transport = kind.make()
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "GET", url: url))
        }
        #expect(error?.kind == .unusable)
        await transport.shutdown()
    }

    @Test("a request and its answer arrive as they were sent", arguments: Kind.allCases)
    func whole(kind: Kind) async throws {
        let server = try await HTTPTestServer.start { request in
            .answer(201, ["X-Seen": request.headers["x-mark"] ?? "nothing"], Array("<\(request.body)>".utf8))
        }
        let transport = kind.make()
        let answer = try await transport.send(
            HTTPRequest(
                method: "POST", url: server.url + "/v1/channels/7/messages?limit=2&q=a%20b",
                headers: [HTTPHeader("X-Mark", "grüß dich")], body: Array("{\"content\":\"ä\"}".utf8)))
        #expect(answer.status == 201)
        #expect(answer.header("x-seen") == "grüß dich")
        #expect(String(decoding: answer.body, as: UTF8.self) == "<{\"content\":\"ä\"}>")
        let seen = try #require(server.requests.first)
        #expect(seen.method == "POST")
        #expect(seen.target == "/v1/channels/7/messages?limit=2&q=a%20b")
        #expect(seen.headers["host"] == "127.0.0.1:\(server.port)")
        #expect(seen.headers["content-length"] == "16")
        await transport.shutdown()
        await server.stop()
    }

    @Test("every status is an answer, redirects too", arguments: Kind.allCases, [204, 302, 404, 429, 503])
    func statuses(kind: Kind, status: Int) async throws {
        let server = try await HTTPTestServer.start { _ in .answer(status, ["Location": "/elsewhere"], []) }
        let transport = kind.make()
        #expect(try await transport.send(HTTPRequest(method: "GET", url: server.url + "/")).status == status)
        #expect(server.requests.count == 1)
        await transport.shutdown()
        await server.stop()
    }

    @Test("an answer longer than wanted is an error", arguments: Kind.allCases)
    func tooLong(kind: Kind) async throws {
        let server = try await HTTPTestServer.start { _ in .answer(200, [:], Array(repeating: 65, count: 70_000)) }
        let transport = kind.make()
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "GET", url: server.url + "/", maxBody: 69_999))
        }
        #expect(error == TransportError(.interrupted, "the answer is longer than 69999 bytes"))
        let whole = try await transport.send(HTTPRequest(method: "GET", url: server.url + "/", maxBody: 70_000))
        #expect(whole.body.count == 70_000)
        await transport.shutdown()
        await server.stop()
    }

    @Test(
        "a connection that ends in the middle of an answer leaves it open what the server did", arguments: Kind.allCases
    )
    func cutOff(kind: Kind) async throws {
        let server = try await HTTPTestServer.start { request in
            request.target == "/cut" ? .cut : .answer(200, [:], Array("well".utf8))
        }
        let transport = kind.make()
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "POST", url: server.url + "/cut"))
        }
        #expect(error?.kind == .interrupted)
        #expect(try await transport.send(HTTPRequest(method: "GET", url: server.url + "/")).status == 200)
        await transport.shutdown()
        await server.stop()
    }

    @Test("an answer that does not come in time ends the request", arguments: Kind.allCases)
    func late(kind: Kind) async throws {
        let server = try await HTTPTestServer.start { $0.target == "/never" ? .silence : .answer(200, [:], []) }
        let transport = kind.make()
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "GET", url: server.url + "/never", timeout: 20))
        }
        #expect(error?.kind == .timedOut)
        #expect(try await transport.send(HTTPRequest(method: "GET", url: server.url + "/")).status == 200)
        await transport.shutdown()
        await server.stop()
    }

    @Test("a task that is cancelled gives its request up", arguments: Kind.allCases)
    func cancelled(kind: Kind) async throws {
        let server = try await HTTPTestServer.start { _ in .silence }
        let transport = kind.make()
        let task = Task { try await transport.send(HTTPRequest(method: "GET", url: server.url + "/")) }
        await server.arrived(1)
        task.cancel()
        let error = await #expect(throws: TransportError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        await transport.shutdown()
        await server.stop()
    }
}
