import FluxerSandbox
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Testing

/// A bare WebSocket client that shows what a gateway socket receives. For one task at a time.
final class GatewayProbe {
    enum Event: Sendable, Equatable {
        case text(String)
        case closed(Int, String)
        /// The transport is gone.
        case ended
    }

    struct Frame {
        let op: Int
        let name: String?
        let sequence: Int?
        let data: JSONValue?
    }

    struct NotUpgraded: Error {}

    private let channel: any Channel
    private var iterator: AsyncStream<Event>.AsyncIterator

    private init(channel: any Channel, events: AsyncStream<Event>) {
        self.channel = channel
        iterator = events.makeAsyncIterator()
    }

    static func connect(to address: SandboxAddress, path: String = "/gateway?v=1&encoding=json") async throws
        -> GatewayProbe
    {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let upgraded = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketClientUpgrader<Bool>(maxFrameSize: 1 << 24) { channel, _ in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(ProbeHandler(continuation))
                            return true
                        }
                    }
                    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
                    head.headers.add(name: "Host", value: "\(address.host):\(address.port)")
                    var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
                        upgradeConfiguration: .init(
                            upgradeRequestHead: head, upgraders: [upgrader],
                            notUpgradingCompletionHandler: { channel in
                                channel.eventLoop.makeSucceededFuture(false)
                            }))
                    // HELLO may come in the same packet as the answer to the upgrade.
                    configuration.leftOverBytesStrategy = .forwardBytes
                    let upgraded = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: configuration)
                    return (upgraded, channel)
                }
            }
        guard try await upgraded.0.get() else { throw NotUpgraded() }
        return GatewayProbe(channel: upgraded.1, events: events)
    }

    func next() async -> Event? { await iterator.next() }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(
            WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(string: text)))
    }

    /// Ends the transport without a close frame.
    func drop() async throws { try await channel.close() }

    /// The next frame of the gateway.
    func frame(sourceLocation: SourceLocation = #_sourceLocation) async throws -> Frame {
        let event = await next()
        guard case .text(let text)? = event else {
            Issue.record("expected a frame, got \(String(describing: event))", sourceLocation: sourceLocation)
            return Frame(op: -1, name: nil, sequence: nil, data: nil)
        }
        let value = try JSONValue(parsing: text)
        return Frame(
            op: value["op"]?.intValue ?? -1, name: value["t"]?.stringValue, sequence: value["s"]?.intValue,
            data: value["d"])
    }

    /// HELLO, IDENTIFY, READY and the guild.
    /// - Returns: the session's id.
    func identify(token: String, extra: String = "") async throws -> String {
        #expect(try await frame().op == 10)
        try await send(Self.identifyText(token: token, extra: extra))
        let ready = try await frame()
        #expect(ready.name == "READY")
        #expect(ready.sequence == 1)
        return ready.data?["session_id"]?.stringValue ?? ""
    }

    static func identifyText(token: String, extra: String = "") -> String {
        """
        {"op":2,"d":{"token":"\(token)","properties":{"os":"linux","browser":"probe","device":"bot"}\(extra)}}
        """
    }
}

private final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    private let continuation: AsyncStream<GatewayProbe.Event>.Continuation

    init(_ continuation: AsyncStream<GatewayProbe.Event>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var bytes = frame.unmaskedData
        switch frame.opcode {
        case .text:
            continuation.yield(.text(bytes.readString(length: bytes.readableBytes) ?? ""))
        case .connectionClose:
            let code = bytes.readInteger(as: UInt16.self).map(Int.init) ?? 1005
            continuation.yield(.closed(code, bytes.readString(length: bytes.readableBytes) ?? ""))
            let channel = context.channel
            let echo = WebSocketFrame(
                fin: true, opcode: .connectionClose, maskKey: .random(), data: frame.unmaskedData)
            context.writeAndFlush(NIOAny(echo)).whenComplete { _ in channel.close(promise: nil) }
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        continuation.yield(.ended)
        continuation.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
