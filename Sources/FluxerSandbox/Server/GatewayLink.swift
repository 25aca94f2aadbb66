import NIOCore
import NIOWebSocket
import Synchronization

/// The way out to one gateway socket, usable from any thread; what goes in comes out in the same order.
///
/// Many frames become one flush: a burst is handed to the event loop once.
final class GatewayLink: Sendable {
    enum Item: Sendable {
        case text([UInt8])
        case close(GatewayClose)
        /// Bytes past the WebSocket encoder, for faults.
        case raw([UInt8])
        /// End the transport at once, without a close frame.
        case drop
    }

    private struct Outbox {
        var items: [Item] = []
        var isScheduled = false
        /// After a close or a drop nothing more is taken.
        var isFinished = false
        var waitingBytes = 0
    }

    /// What a client that reads nothing may leave waiting here; beyond it the socket is cut and the session waits for a
    /// resume.
    private static let mostWaiting = 64 << 20

    let channel: any Channel
    private let outbox = Mutex(Outbox())

    init(channel: any Channel) { self.channel = channel }

    func send(_ bytes: [UInt8]) { put(.text(bytes), size: bytes.count) }
    func close(_ reason: GatewayClose) { put(.close(reason), size: 0) }
    func sendRaw(_ bytes: [UInt8]) { put(.raw(bytes), size: bytes.count) }
    func drop() { put(.drop, size: 0) }

    private func put(_ item: Item, size: Int) {
        let mustSchedule = outbox.withLock { outbox in
            guard !outbox.isFinished else { return false }
            outbox.waitingBytes += size
            if outbox.waitingBytes > Self.mostWaiting {
                outbox.items = [.drop]
                outbox.isFinished = true
            } else {
                outbox.items.append(item)
                switch item {
                case .close, .drop: outbox.isFinished = true
                case .text, .raw: break
                }
            }
            defer { outbox.isScheduled = true }
            return !outbox.isScheduled
        }
        if mustSchedule { channel.eventLoop.execute { self.drain() } }
    }

    /// On the event loop: writes everything that waits.
    private func drain() {
        let items = outbox.withLock { outbox in
            defer { outbox.items = [] }
            outbox.isScheduled = false
            return outbox.items
        }
        for item in items {
            switch item {
            case .text(let bytes):
                let size = bytes.count
                channel.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: bytes)))
                    .whenComplete { _ in self.written(size) }
            case .raw(let bytes):
                writePastEncoder(ByteBuffer(bytes: bytes))
                written(bytes.count)
            case .close(let reason):
                writeClose(reason)
            case .drop:
                channel.flush()
                channel.close(promise: nil)
            }
        }
        channel.flush()
    }

    private func written(_ size: Int) {
        outbox.withLock { $0.waitingBytes -= size }
    }

    private func writePastEncoder(_ buffer: ByteBuffer) {
        guard
            let encoder = try? channel.pipeline.syncOperations.context(handlerType: WebSocketFrameEncoder.self)
        else { return }
        encoder.writeAndFlush(NIOAny(buffer), promise: nil)
    }

    /// The close frame, and the end of the transport when the client has answered or two seconds have passed: ending at
    /// once could lose the frame with a reset when the client is still writing.
    private func writeClose(_ reason: GatewayClose) {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: reason.code))
        data.writeString(String(reason.reason.utf8.prefix(123)) ?? "")
        channel.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data), promise: nil)
        let channel = self.channel
        channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }
}
