import FluxerREST
import Testing

@Suite("AsyncHTTPClient transport")
struct AsyncHTTPTransportTests {
    @Test("a refused connection is known to have had no effect", arguments: ["127.0.0.1", "localhost"])
    func refused(host: String) async {
        let transport = AsyncHTTPTransport()
        // Port 1 of the own machine: nobody listens there.
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "POST", url: "http://\(host):1/v1/users/@me"))
        }
        #expect(error?.kind == .connectFailed)
        await transport.shutdown()
    }

    @Test("an address that is none is an error", arguments: ["", "nonsense", "http://"])
    func unusable(url: String) async {
        let transport = AsyncHTTPTransport()
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "GET", url: url))
        }
        #expect(error?.kind == .unusable)
        await transport.shutdown()
    }
}
