import NIOCore
import NIOPosix

/// A bot that looks for `!ping` in the bytes and posts bytes made beforehand: what it leaves over is the server's limit.
final class NullBot {
    private var posts: [Post] = []
    private var post: FrameTemplate

    init() {
        let body =
            #"{"content":"pong","message_reference":{"message_id":"1430000000000000000"},"nonce":"1430000000000000001"}"#
        post = FrameTemplate(
            "POST /v1/channels/\(FrameTemplate.Slot.channel.marker)/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bot nobody\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                + body)
    }

    static func run(_ options: Options) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let bot = try loop.submit { NIOLoopBound(NullBot(), eventLoop: loop) }.wait()
        let bootstrap = ClientBootstrap(group: group).channelOption(.tcpOption(.tcp_nodelay), value: 1)
        for _ in 0..<options.connections {
            _ = try bootstrap.channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let post = Post()
                    bot.value.posts.append(post)
                    try channel.pipeline.syncOperations.addHandler(post)
                }
            }.connect(host: "127.0.0.1", port: options.port).wait()
        }
        let gateway =
            try bootstrap
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 131_072))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Listener(bot.value))
                }
            }.connect(host: "127.0.0.1", port: options.port).wait()
        Report.line("ready", [:])
        try gateway.closeFuture.wait()
    }

    func asked(in channel: UInt64) {
        guard !posts.isEmpty else { return }
        let connection = posts[Int(channel % UInt64(posts.count))]
        connection.write { post.write(to: &$0, message: 0, channel: channel) }
    }

    /// A connection for posts; what comes back is not looked at.
    final class Post: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }
        func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

        func write(_ body: (inout ByteBuffer) -> Void) {
            guard let context else { return }
            var buffer = context.channel.allocator.buffer(capacity: 512)
            body(&buffer)
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
    }

    /// The gateway's connection.
    final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let bot: NullBot
        private var input = ByteBuffer()
        private var isOpen = false

        init(_ bot: NullBot) { self.bot = bot }

        func channelActive(context: ChannelHandlerContext) {
            send(
                Array(
                    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                        .utf8), context)
        }

        private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var part = unwrapInboundIn(data)
            if input.readableBytes == 0 { input = part } else { input.writeBuffer(&part) }
            if !isOpen {
                guard let end = input.withUnsafeReadableBytes({ RequestHead($0)?.length }) else { return }
                input.moveReaderIndex(forwardBy: end)
                isOpen = true
                send(WebSocketWire.clientFrame(#"{"op":2,"d":{"token":"nobody"}}"#), context)
            }
            let used = input.withUnsafeReadableBytes { bytes in
                var at = 0
                while at < bytes.count {
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[at...])
                    guard let (body, length, _) = WebSocketWire.extent(rest), rest.count - body >= length else { break }
                    if length < 4096 { look(at: UnsafeRawBufferPointer(rebasing: rest[body..<(body + length)])) }
                    at += body + length
                }
                return at
            }
            input.moveReaderIndex(forwardBy: used)
            if input.readableBytes == 0 { input.clear() } else { input.discardReadBytes() }
        }

        private func look(at frame: UnsafeRawBufferPointer) {
            guard frame.place(of: "\"!ping\"") != nil, let place = frame.place(of: "\"channel_id\":\"") else { return }
            let start = place + 14
            guard frame.count >= start + 19 else { return }
            bot.asked(in: frame[start..<(start + 19)].reduce(0) { $0 &* 10 &+ UInt64($1 &- 48) })
        }
    }
}
