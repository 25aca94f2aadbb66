import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// A WebSocket server that does what a test says: each connection is handed to the test, which plays the gateway on it.
final class ScriptedServer: Sendable {
    let connections = Inbox<ServerConnection>()
    private let channel: any Channel
    /// While set, handshakes are answered with this status.
    private let refusal: RefusalBox

    final class RefusalBox: Sendable {
        private let status = Mutex<HTTPResponseStatus?>(nil)
        var value: HTTPResponseStatus? {
            get { status.withLock { $0 } }
            set { status.withLock { $0 = newValue } }
        }
    }

    var refusesWith: HTTPResponseStatus? {
        get { refusal.value }
        set { refusal.value = newValue }
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var url: String { "ws://127.0.0.1:\(port)/gateway" }

    private init(channel: any Channel, refusal: RefusalBox, connections: Inbox<ServerConnection>) {
        self.channel = channel
        self.refusal = refusal
        for connection in connections.all { self.connections.put(connection) }
    }

    static func start(port: Int = 0, tls: NIOSSLContext? = nil) async throws -> ScriptedServer {
        let box = RefusalBox()
        let holder = Mutex<ScriptedServer?>(nil)
        let early = Inbox<ServerConnection>()
        let sink: @Sendable (ServerConnection) -> Void = { connection in
            if let server = holder.withLock({ $0 }) {
                server.connections.put(connection)
            } else {
                early.put(connection)
            }
        }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try configure(channel, box, sink)
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        let server = ScriptedServer(channel: channel, refusal: box, connections: early)
        holder.withLock { $0 = server }
        return server
    }

    private static func configure(
        _ channel: any Channel, _ refusal: RefusalBox, _ sink: @escaping @Sendable (ServerConnection) -> Void
    ) throws {
        let refuser = NIOLoopBound(Refuser(refusal), eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: 1 << 20,
            shouldUpgrade: { channel, _ in
                channel.eventLoop.makeSucceededFuture(refusal.value == nil ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ServerConnection(channel: channel, target: head.uri)
                    channel.pipeline.syncOperations.removeHandler(refuser.value, promise: nil)
                    try channel.pipeline.syncOperations.addHandler(ServerFrames(connection))
                    sink(connection)
                }
            })
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }),
            withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(refuser.value)
    }

    func stop() async { try? await channel.close().get() }
}

/// The server's end of one WebSocket.
final class ServerConnection: Sendable {
    enum Received: Sendable, Equatable {
        case payload(JSONValue)
        case pong(String)
        case close(UInt16?)
        case ended
    }

    let inbox = Inbox<Received>()
    let target: String
    private let channel: any Channel
    private let deaf = Mutex(false)

    /// Keeps the connection when the client closes.
    var isDeaf: Bool {
        get { deaf.withLock { $0 } }
        set { deaf.withLock { $0 = newValue } }
    }

    init(channel: any Channel, target: String) {
        self.channel = channel
        self.target = target
    }

    /// The next payload of the client with this op; others are passed over.
    func payload(op: Int) async throws -> JSONValue {
        try await inbox.next { if case .payload(let value) = $0, value["op"]?.intValue == op { value } else { nil } }
    }

    /// The code with which the client closes.
    func closeCode() async throws -> UInt16? {
        try await inbox.next { if case .close(let code) = $0 { .some(code) } else { nil } }
    }

    /// The sequences of all heartbeats so far.
    var heartbeats: [Int?] {
        inbox.all.compactMap {
            if case .payload(let value) = $0, value["op"]?.intValue == 1 { value["d"]?.intValue } else { nil }
        }
    }

    /// Waits until the client has seen and answered a ping, or is gone.
    func roundTrip() async throws {
        send("round trip", opcode: .ping)
        try await inbox.next {
            switch $0 {
            case .pong, .close, .ended: ()
            case .payload: nil
            }
        }
    }

    func ended() async throws {
        try await inbox.next { $0 == .ended ? () : nil }
    }

    func hello(interval: Int = 41_250) { send(#"{"op":10,"d":{"heartbeat_interval":\#(interval)}}"#) }

    func ready(session: String = "S", sequence: Int = 1) {
        send(#"{"op":0,"t":"READY","s":\#(sequence),"d":{"session_id":"\#(session)","user":{"id":"1"},"guilds":[]}}"#)
    }

    func event(_ name: String, _ sequence: Int, _ data: String = "{}") {
        send(#"{"op":0,"t":"\#(name)","s":\#(sequence),"d":\#(data)}"#)
    }

    func send(_ text: String, opcode: WebSocketOpcode = .text, fin: Bool = true) {
        channel.writeAndFlush(WebSocketFrame(fin: fin, opcode: opcode, data: ByteBuffer(string: text)), promise: nil)
    }

    func send(bytes: ByteBuffer) {
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: bytes), promise: nil)
    }

    /// Bytes on the wire, past the WebSocket encoder.
    func sendRaw(_ bytes: [UInt8]) {
        let channel = channel
        channel.eventLoop.execute {
            guard let context = try? channel.pipeline.syncOperations.context(handlerType: WebSocketFrameEncoder.self)
            else { return }
            context.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
        }
    }

    func close(_ code: UInt16, _ reason: String = "") {
        var data = ByteBuffer()
        data.writeInteger(code)
        data.writeString(reason)
        let channel = channel
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .connectionClose, data: data), promise: nil)
    }

    /// Ends the connection without a word.
    func cut() {
        let channel = channel
        channel.eventLoop.execute { channel.close(promise: nil) }
    }
}

private final class ServerFrames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    private let connection: ServerConnection

    init(_ connection: ServerConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var payload = unwrapInboundIn(data).unmaskedData
        switch unwrapInboundIn(data).opcode {
        case .text, .binary:
            if let value = try? JSONValue(parsing: Array(buffer: payload)) { connection.inbox.put(.payload(value)) }
        case .pong: connection.inbox.put(.pong(String(buffer: payload)))
        case .connectionClose:
            connection.inbox.put(.close(payload.readInteger(as: UInt16.self)))
            if !connection.isDeaf { context.close(promise: nil) }
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) { connection.inbox.put(.ended) }
}

private final class Refuser: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let refusal: ScriptedServer.RefusalBox

    init(_ refusal: ScriptedServer.RefusalBox) { self.refusal = refusal }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        let head = HTTPResponseHead(
            version: .http1_1, status: refusal.value ?? .badRequest, headers: ["Content-Length": "0"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
