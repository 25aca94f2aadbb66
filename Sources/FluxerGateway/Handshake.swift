import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One attempt to open a WebSocket: TCP, TLS where the address asks for it, the HTTP upgrade. Lives on one event loop.
final class Handshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let endpoint: GatewayEndpoint
    private let eventLoop: any EventLoop
    private weak var delegate: (any SocketDelegate)?
    private var done: ((Result<SocketHandler, Failure>) -> Void)?
    private var channel: (any Channel)?

    /// Why there is no connection, in words for one line.
    struct Failure: Error { let reason: String }

    /// Called on `eventLoop`; `done` is called there too, once, unless the attempt is abandoned.
    init(
        _ endpoint: GatewayEndpoint, on eventLoop: any EventLoop, delegate: any SocketDelegate,
        done: @escaping (Result<SocketHandler, Failure>) -> Void
    ) {
        self.endpoint = endpoint
        self.eventLoop = eventLoop
        self.delegate = delegate
        self.done = done
    }

    func start(tls: NIOSSLContext?) {
        let endpoint = endpoint
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        // A name may have several addresses, of which one wins: only that connection's pipeline is set up.
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(20))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: endpoint.host, port: endpoint.port)
            .whenComplete { result in
                switch result {
                case .success(let channel): bound.value.connected(channel, tls: tls)
                case .failure(let error): bound.value.finish(.failure(Failure(reason: endpoint.sentence(for: error))))
                }
            }
    }

    /// The attempt is no longer wanted: nothing is reported any more.
    func abandon() {
        done = nil
        channel?.close(promise: nil)
    }

    private func finish(_ result: Result<SocketHandler, Failure>) {
        guard let report = done else { return }
        done = nil
        report(result)
    }

    private func connected(_ channel: any Channel, tls: NIOSSLContext?) {
        guard done != nil else { return channel.close(promise: nil) }
        self.channel = channel
        do {
            try configure(channel, tls: tls)
        } catch {
            finish(.failure(Failure(reason: endpoint.sentence(for: error))))
            channel.close(promise: nil)
        }
    }

    private func configure(_ channel: any Channel, tls: NIOSSLContext?) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            // An address in numbers has no name to send along; its certificate is checked against the number.
            let name = endpoint.isNumeric ? nil : endpoint.host
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
        }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let upgrader = NIOWebSocketClientUpgrader(
            maxFrameSize: SocketHandler.largestMessage, automaticErrorHandling: false
        ) { channel, _ in
            channel.eventLoop.makeCompletedFuture { try bound.value.upgraded(channel) }
        }
        try pipeline.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
        try pipeline.addHandler(self)
    }

    private func upgraded(_ channel: any Channel) throws {
        guard done != nil, let delegate else { throw ChannelError.eof }
        let socket = SocketHandler(delegate: delegate)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(socket)
        pipeline.removeHandler(self, promise: nil)
        finish(.success(socket))
    }

    // MARK: The upgrade request

    func handlerAdded(context: ChannelHandlerContext) {
        let headers = HTTPHeaders([
            ("Host", endpoint.hostHeader), ("Content-Length", "0"), ("User-Agent", "moontide"),
        ])
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: endpoint.target, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// What arrives here is an answer that does not upgrade.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        fail("\(endpoint.place) answered the WebSocket handshake with HTTP \(head.status.code)", context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(endpoint.sentence(for: error), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail("\(endpoint.place) closed the connection during the handshake", context)
        context.fireChannelInactive()
    }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        finish(.failure(Failure(reason: OneLine.of(reason, limit: 300))))
        context.close(promise: nil)
    }
}

extension GatewayEndpoint {
    /// Host and port, for messages.
    var place: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    var isNumeric: Bool { (try? SocketAddress(ipAddress: host, port: port)) != nil }

    /// What a failed connection means.
    func sentence(for error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return sentence(for: first.error) }
            return "the name \(host) cannot be resolved"
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return "\(place) refuses the connection"
        case ChannelError.connectTimeout:
            return "\(place) does not answer"
        case is NIOHTTPClientUpgradeError:
            return "\(place) does not speak WebSocket"
        default:
            return "no connection to \(place): \(error)"
        }
    }
}
