import NIOCore
import NIOWebSocket

/// Stands at the end of a gateway socket's pipeline and tells the core what arrives.
final class GatewayHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let core: SandboxCore
    private let link: GatewayLink
    private let version: String?
    private var id: GatewayHub.ConnectionID?
    private var hasAnsweredClose = false
    private var hasFailed = false

    init(core: SandboxCore, link: GatewayLink, version: String?) {
        self.core = core
        self.link = link
        self.version = version
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { open() }
    }

    func channelActive(context: ChannelHandlerContext) {
        open()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let id { core.connectionClosed(id) }
        id = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text, .binary:
            guard let id else { return }
            core.received(Array(frame.unmaskedData.readableBytesView), on: id)
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        case .connectionClose:
            answerClose(frame, context: context)
        default:
            break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    /// Broken frames. A frame too large for the decoder is what the gateway calls a payload too large. What arrives
    /// after the first error is an error to the decoder as well, and is passed over.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !hasFailed else { return }
        hasFailed = true
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            link.close(.payloadTooLarge)
        case NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge,
            NIOWebSocketFrameAggregator.Error.tooManyFragments:
            link.close(.payloadTooLarge)
        case is NIOWebSocketError, is NIOWebSocketFrameAggregator.Error:
            link.close(GatewayClose(1002, "Protocol error"))
        default:
            context.close(promise: nil)
        }
    }

    private func open() {
        guard id == nil else { return }
        id = core.connectionOpened(link, version: version)
    }

    private func answerClose(_ frame: WebSocketFrame, context: ChannelHandlerContext) {
        guard !hasAnsweredClose else { return }
        hasAnsweredClose = true
        let echo = WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(echo)).whenComplete { _ in channel.close(promise: nil) }
    }
}
