import NIOCore
import NIOHTTP1
import NIOSSL

/// One kept HTTP/1.1 connection: carries one exchange after the other. Lives on one event loop.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    let origin: HTTPAddress.Origin
    /// Since when it has nothing to do.
    private(set) var idleSince = NIODeadline.distantPast
    private weak var owner: HTTPConnections?
    private var context: ChannelHandlerContext?
    private(set) var exchange: HTTPExchange?
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var hasAnswered = false

    init(_ origin: HTTPAddress.Origin, owner: HTTPConnections) {
        self.origin = origin
        self.owner = owner
    }

    var isOpen: Bool { context?.channel.isActive ?? false }
    var closed: EventLoopFuture<Void>? { context?.channel.closeFuture }

    /// Puts TLS, where the origin wants it, HTTP and this handler into a fresh connection.
    func install(in channel: any Channel, tls: NIOSSLContext?) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            // An address in numbers has no name to send along; its certificate is checked against the number.
            let isNumeric = (try? SocketAddress(ipAddress: origin.host, port: origin.port)) != nil
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: isNumeric ? nil : origin.host))
        }
        // The transport has looked at method, address and headers before.
        try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes, enableOutboundHeaderValidation: false)
        try pipeline.addHandler(self)
    }

    /// Sends a request. The connection must be idle.
    func carry(_ exchange: HTTPExchange) {
        guard let context else { return exchange.fail(.interrupted, "the connection failed: it is closed") }
        self.exchange = exchange
        exchange.connection = self
        let request = exchange.request
        var headers = HTTPHeaders()
        headers.reserveCapacity(request.headers.count + 2)
        headers.add(name: "Host", value: exchange.address.hostHeader)
        for header in request.headers { headers.add(name: header.name, value: header.value) }
        if request.body != nil || request.method != "GET" {
            headers.add(name: "Content-Length", value: String(request.body?.count ?? 0))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: exchange.address.target,
            headers: headers)
        // One flush for all parts: they leave together.
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body = request.body, !body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Gives up what it carries, and the connection with it: the answer would be taken for the next one's.
    func abandon(_ kind: TransportError.Kind, _ detail: String) {
        let given = exchange
        exchange = nil
        given?.fail(kind, detail)
        close()
    }

    func close() { context?.close(promise: nil) }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let exchange else { return close() }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            hasAnswered = true
        case .body(let part):
            guard part.readableBytes <= exchange.request.maxBody - body.count else {
                return abandon(.interrupted, "the answer is longer than \(exchange.request.maxBody) bytes")
            }
            if body.isEmpty { body = Array(buffer: part) } else { body.append(contentsOf: part.readableBytesView) }
        case .end:
            answered(exchange)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // While TLS is not agreed on nothing of the request has left.
        if error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError, !hasAnswered {
            abandon(.connectFailed, "no secure connection to \(origin.host): \(error)")
        } else {
            abandon(.interrupted, "the connection failed: \(error)")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let given = exchange
        exchange = nil
        given?.fail(.interrupted, "the connection ended before the answer was there")
        owner?.ended(self)
        context.fireChannelInactive()
    }

    private func answered(_ exchange: HTTPExchange) {
        guard let head else { return abandon(.interrupted, "the connection failed: an answer without a head") }
        let response = HTTPResponse(
            status: Int(head.status.code), headers: head.headers.map { HTTPHeader($0.name, $0.value) }, body: body)
        self.exchange = nil
        self.head = nil
        body = []
        idleSince = .now()
        // First the connection is free, then whoever waits goes on: the next request is often sent at once.
        if head.isKeepAlive { owner?.isFree(self) } else { close() }
        exchange.finish(.success(response))
    }
}
