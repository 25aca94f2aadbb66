import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server on loopback that answers as a test says, and keeps what it was asked.
final class HTTPTestServer: Sendable {
    struct Request: Sendable {
        var method: String
        var target: String
        /// By their names in lower case.
        var headers: [String: String]
        var body: String
    }

    enum Reply: Sendable {
        case answer(Int, [String: String], [UInt8])
        /// Nothing ever.
        case silence
        /// Half of an answer, then the end of the connection.
        case cut
        /// An answer that is sent when the test lets it go, if the connection is still there.
        case held([UInt8])
    }

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var held: [@Sendable () -> Void] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let channel = Mutex<(any Channel)?>(nil)
    private let reply: @Sendable (Request) -> Reply

    private init(_ reply: @escaping @Sendable (Request) -> Reply) { self.reply = reply }

    static func start(tls: Bool = false, _ reply: @escaping @Sendable (Request) -> Reply) async throws -> HTTPTestServer
    {
        let server = HTTPTestServer(reply)
        let context = tls ? try serverContext() : nil
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(Handler(server))
                    server.state.withLock { $0.connections += 1 }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.channel.withLock { $0 = channel }
        return server
    }

    var port: Int { channel.withLock { $0?.localAddress?.port } ?? 0 }
    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var connectionCount: Int { state.withLock { $0.connections } }

    /// Waits until so many requests have come in all.
    func arrived(_ count: Int) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isThere = state.withLock { state in
                if state.requests.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Sends the answers that were held back.
    func letGo() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for send in held { send() }
    }

    func stop() async { try? await channel.withLock({ $0 })?.close().get() }

    private func take(_ request: Request, holding send: @escaping @Sendable () -> Void) -> Reply {
        let reply = reply(request)
        let ready = state.withLock { state in
            state.requests.append(request)
            if case .held = reply { state.held.append(send) }
            let ready = state.watchers.filter { $0.count <= state.requests.count }.map(\.continuation)
            state.watchers.removeAll { $0.count <= state.requests.count }
            return ready
        }
        for watcher in ready { watcher.resume() }
        return reply
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let server: HTTPTestServer
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(_ server: HTTPTestServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body.clear()
            case .body(var part): body.writeBuffer(&part)
            case .end: if let head { answer(head, context) }
            }
        }

        private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
            let request = Request(
                method: head.method.rawValue, target: head.uri,
                headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 },
                body: String(buffer: body))
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let held: @Sendable () -> Void = {
                bound.eventLoop.execute {
                    let (handler, context) = bound.value
                    handler.send(200, [:], Array("late".utf8), context)
                }
            }
            switch server.take(request, holding: held) {
            case .answer(let status, let headers, let bytes): send(status, headers, bytes, context)
            case .silence, .held: break
            case .cut:
                let headers = HTTPHeaders([("Content-Length", "100")])
                context.write(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))),
                    promise: nil)
                let half = context.channel.allocator.buffer(string: "half")
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(half)))).whenComplete { _ in
                    bound.value.1.close(promise: nil)
                }
            }
        }

        private func send(
            _ status: Int, _ headers: [String: String], _ bytes: [UInt8], _ context: ChannelHandlerContext
        ) {
            var all = HTTPHeaders(headers.map { ($0.key, $0.value) })
            if status != 204 { all.add(name: "Content-Length", value: String(bytes.count)) }
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: all)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if !bytes.isEmpty {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
            }
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            let closes = headers["Connection"] == "close"
            context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
                if closes { bound.value.close(promise: nil) }
            }
        }
    }

    private static func serverContext() throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))],
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))))
    }

    /// Made for these tests and used nowhere else: localhost and 127.0.0.1, signed by itself.
    static let certificate = """
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
