import NIOCore

/// One connection: HTTP until it becomes the gateway's WebSocket. Writes leave together at the end of a turn.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: LoadServer
    private var context: ChannelHandlerContext?
    private var input = ByteBuffer()
    private var output = ByteBuffer()
    private var isFlushing = false
    private(set) var isGateway = false

    init(_ server: LoadServer) { self.server = server }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    // MARK: Writing

    /// Appends to what leaves at the end of this turn of the loop.
    func write(_ body: (inout ByteBuffer) -> Void) {
        body(&output)
        guard !isFlushing, let context else { return }
        isFlushing = true
        context.eventLoop.assumeIsolated().execute { self.flush() }
    }

    func write(_ bytes: [UInt8]) { write { $0.writeBytes(bytes) } }

    /// Sends what has been appended now.
    func flush() {
        isFlushing = false
        guard output.readableBytes > 0, let context else { return }
        let whole = output
        output = context.channel.allocator.buffer(capacity: whole.readableBytes)
        context.writeAndFlush(wrapOutboundOut(whole), promise: nil)
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = part } else { input.writeBuffer(&part) }
        while isGateway ? readFrame() : readRequest() {}
        if input.readableBytes == 0 { input.clear() }
        if !isGateway { flush() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isGateway, context.channel.isWritable { server.gatewayIsWritable() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isGateway { server.gatewayClosed(self) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func readFrame() -> Bool {
        guard let frame = WebSocketWire.next(in: &input) else { return false }
        switch frame {
        case .message(let bytes): server.received(String(decoding: bytes, as: UTF8.self), on: self)
        case .ping(let bytes): write([0x8A, UInt8(min(bytes.count, 125))] + bytes.prefix(125))
        case .close:
            write([0x88, 0])
            flush()
            context?.close(promise: nil)
            return false
        case .other: break
        }
        return true
    }

    private func readRequest() -> Bool {
        let action = input.withUnsafeReadableBytes { bytes -> (Int, Action)? in
            guard let head = RequestHead(bytes), bytes.count >= head.length + head.contentLength else { return nil }
            return (head.length + head.contentLength, Action(head, bytes))
        }
        guard let (length, action) = action else { return false }
        input.moveReaderIndex(forwardBy: length)
        switch action {
        case .post(let channel): server.posted(in: channel, on: self)
        case .upgrade(let key):
            isGateway = true
            write(
                Array(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(WebSocketWire.acceptKey(key))\r\n\r\n"
                        .utf8))
            server.gatewayOpened(self)
        case .other(let path): write(server.answer(path))
        }
        return true
    }

    private enum Action {
        case post(channel: UInt64)
        case upgrade(String)
        case other(String)

        init(_ head: RequestHead, _ bytes: UnsafeRawBufferPointer) {
            if head.isPost, let channel = Action.channel(bytes[head.path]) {
                self = .post(channel: channel)
            } else if let key = head.webSocketKey {
                self = .upgrade(String(decoding: bytes[key], as: UTF8.self))
            } else {
                self = .other(String(decoding: bytes[head.path], as: UTF8.self))
            }
        }

        /// The number in `…/channels/NUMBER/messages`.
        private static func channel(_ path: Slice<UnsafeRawBufferPointer>) -> UInt64? {
            let tail = "/messages".utf8.count
            guard path.count > tail + 19, path[path.endIndex - tail] == UInt8(ascii: "/") else { return nil }
            var value: UInt64 = 0
            for byte in path[(path.endIndex - tail - 19)..<(path.endIndex - tail)] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value &* 10 &+ UInt64(byte - 48)
            }
            return value
        }
    }
}
