import NIOSSL
import Testing

@testable import FluxerGateway

@Suite("wss", .timeLimit(.minutes(1)))
struct GatewayTLSTests {
    private func serverContext() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(Self.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(Self.key.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    }

    @Test(
        "a server whose certificate is trusted is spoken to, by name and by number",
        arguments: ["localhost", "127.0.0.1"])
    func trusted(host: String) async throws {
        let server = try await ScriptedServer.start(tls: serverContext())
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([try NIOSSLCertificate(bytes: Array(Self.certificate.utf8), format: .pem)])
        let port = server.port
        let client = GatewayUnderTest(tls: tls) { "wss://\(host):\(port)/gateway" }
        let connection = try await client.establish(server)
        connection.event("MESSAGE_CREATE", 2)
        #expect(try await client.event("MESSAGE_CREATE").sequence == 2)
        client.gateway.close()
        #expect(try await connection.closeCode() == 1000)
        _ = await client.end()
        await server.stop()
    }

    @Test("a certificate that nobody vouches for gets no token")
    func untrusted() async throws {
        let server = try await ScriptedServer.start(tls: serverContext())
        let port = server.port
        let client = GatewayUnderTest { "wss://localhost:\(port)" }
        let end = try await client.disconnect()
        #expect(end.reason.hasPrefix("no connection to localhost:\(port): "))
        #expect(end.reason.contains("CERTIFICATE_VERIFY_FAILED"))
        #expect(server.connections.all.isEmpty)
        await client.stop()
        await server.stop()
    }

    /// Made for these tests and used nowhere else: localhost and 127.0.0.1, signed by itself.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUGunbwoP8SB0gXApUBPx7FXWYqXwwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTA2MDE0MVoYDzIxMjYxMTAx
        MDYwMTQxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAATxujWG7QxjnLboHJT4UrHHwidRTzL/bFcsV6258ZJIPRaGbIzd4BxB
        Y1DXv2DqnnUM4r7fIZJL2D68XsPaBNCoo28wbTAdBgNVHQ4EFgQUQinpWl+usHtY
        ucYy+pviz6WCQtQwHwYDVR0jBBgwFoAUQinpWl+usHtYucYy+pviz6WCQtQwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIhAP+zxBAwyJqkTA7NRvRvp/G2aBKnx6jh/yAoeef9esW0AiAJ
        TOxl3GxpWQFgG7/WyWuexYqcbjpuSD3lHy6U8s6d8g==
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgph/Lo1ao+f2xJRUr
        OVRLHGzvKNEhoPaIXKYDInnj2wShRANCAATxujWG7QxjnLboHJT4UrHHwidRTzL/
        bFcsV6258ZJIPRaGbIzd4BxBY1DXv2DqnnUM4r7fIZJL2D68XsPaBNCo
        -----END PRIVATE KEY-----
        """
}
