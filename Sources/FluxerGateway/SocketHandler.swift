import NIOCore
import NIOWebSocket

/// What a socket reports, on its event loop.
protocol SocketDelegate: AnyObject {
    /// One whole message, text or binary, its fragments joined.
    func socketReceived(_ message: ByteBuffer)
    /// The peer closed (with its code), or the connection ended without a close frame (nil).
    func socketClosed(code: UInt16?, reason: String)
    /// The peer broke the rules of WebSocket; the owner closes with this code.
    func socketBroken(code: UInt16, reason: String)
}

/// One WebSocket connection: joins fragments, answers pings, closes in order. Knows nothing of the protocol inside.
///
/// It reports the end at most once, and nothing after `close`.
final class SocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// The longest message accepted, one frame or joined; beyond it the socket is closed with 1009.
    static let largestMessage = 1 << 24
    /// How long the peer has to answer a close frame before the connection is cut.
    private static let closeGrace = TimeAmount.seconds(1)

    private weak var delegate: (any SocketDelegate)?
    private var context: ChannelHandlerContext?
    /// The message whose fragments are coming in.
    private var joined: ByteBuffer?
    private var isClosing = false
    private var failure: String?

    init(delegate: any SocketDelegate) { self.delegate = delegate }

    // MARK: For the owner

    func send(_ bytes: [UInt8]) {
        guard let context, !isClosing else { return }
        write(.text, context.channel.allocator.buffer(bytes: bytes), context)
    }

    /// Says goodbye with this code and cuts the connection when the peer has answered, or after 1 s.
    func close(code: UInt16) {
        delegate = nil
        guard let context, !isClosing else { return }
        isClosing = true
        joined = nil
        _ = writeClose(code: code, context)
        cutAfterGrace(context)
    }

    var closeFuture: EventLoopFuture<Void>? { context?.channel.closeFuture }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if isClosing {
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        if frame.rsv1 || frame.rsv2 || frame.rsv3 {
            return broken(1002, "the server used a WebSocket extension that was not agreed on")
        }
        // Servers must not mask; one that does is understood all the same.
        var payload = frame.maskKey == nil ? frame.data : frame.unmaskedData
        switch frame.opcode {
        case .text, .binary:
            guard joined == nil else { return broken(1002, "a message began inside another") }
            if frame.fin {
                delegate?.socketReceived(payload)
            } else {
                joined = payload
            }
        case .continuation:
            guard var message = joined else { return broken(1002, "a fragment belongs to no message") }
            joined = nil
            guard message.readableBytes + payload.readableBytes <= Self.largestMessage else {
                return broken(1009, "the server sent a message of more than 16 MiB")
            }
            message.writeBuffer(&payload)
            if frame.fin {
                delegate?.socketReceived(message)
            } else {
                joined = message
            }
        case .ping:
            write(.pong, payload, context)
        case .pong:
            break
        case .connectionClose:
            peerClosed(&payload, context)
        default:
            broken(1002, "the server sent a WebSocket frame of an unknown kind")
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isClosing else { return }
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            broken(1009, "the server sent a frame of more than 16 MiB")
        case is NIOWebSocketError:
            broken(1002, "the server broke the rules of WebSocket")
        default:
            failure = "\(error)"
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        joined = nil
        let reason = failure ?? "the connection ended without a close frame"
        report { $0.socketClosed(code: nil, reason: reason) }
        context.fireChannelInactive()
    }

    // MARK: Parts

    private func broken(_ code: UInt16, _ reason: String) {
        joined = nil
        report { $0.socketBroken(code: code, reason: reason) }
    }

    /// The last report: nothing follows it.
    private func report(_ body: (any SocketDelegate) -> Void) {
        guard let receiver = delegate else { return }
        delegate = nil
        body(receiver)
    }

    private func peerClosed(_ payload: inout ByteBuffer, _ context: ChannelHandlerContext) {
        let code = payload.readInteger(as: UInt16.self)
        let reason = code == nil ? "" : String(buffer: payload)
        isClosing = true
        joined = nil
        // First the report: once the answer is out the connection is cut, which would look like an end without a word.
        report { $0.socketClosed(code: code, reason: reason) }
        let channel = context.channel
        writeClose(code: code, context).whenComplete { _ in channel.close(promise: nil) }
        cutAfterGrace(context)
    }

    private func writeClose(code: UInt16?, _ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        var data = context.channel.allocator.buffer(capacity: 2)
        if let code, Self.mayBeSent(code) { data.writeInteger(code) }
        let written = context.eventLoop.makePromise(of: Void.self)
        write(.connectionClose, data, context, promise: written)
        return written.futureResult
    }

    /// A peer that reads no more must not keep the connection.
    private func cutAfterGrace(_ context: ChannelHandlerContext) {
        let channel = context.channel
        let cut = context.eventLoop.scheduleTask(in: Self.closeGrace) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in cut.cancel() }
    }

    /// Codes that stand for "no code" must not travel in a frame (RFC 6455, 7.4.1).
    private static func mayBeSent(_ code: UInt16) -> Bool {
        code >= 1000 && code < 5000 && ![1004, 1005, 1006, 1015].contains(code)
    }

    private func write(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>? = nil
    ) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }
}

/// Text from the other end, fit for one line of a message or a log.
enum OneLine {
    static func of(_ text: String, limit: Int = 123) -> String {
        String(
            text.unicodeScalars.prefix(limit).reduce(into: String.UnicodeScalarView()) { line, scalar in
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator, .format: line.append(" ")
                default: line.append(scalar)
                }
            })
    }
}
