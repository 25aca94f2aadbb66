import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes to standard output, or to another descriptor, from a thread of its own, so that a terminal that does not take anything holds up nobody else.
///
/// What waits is bounded: past a mebibyte further lines are dropped, and how many is written once there is room.
final class TerminalWriter: Sendable {
    /// Standard output has one writer.
    static let shared = TerminalWriter()

    private struct State {
        var waiting: [[UInt8]] = []
        var bytes = 0
        var dropped = 0
        var isWriting = false
        var isStarted = false
        /// Takes what is to be written while a line is being edited.
        var sink: (@Sendable ([UInt8]) -> Void)?
    }

    /// Bytes that wait at most.
    static let limit = 1 << 20
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let descriptor: Int32

    init(descriptor: Int32 = 1) { self.descriptor = descriptor }

    /// Adds bytes to what is written. Never waits.
    func write(_ bytes: [UInt8]) {
        let mustStart = state.withLock { state -> Bool in
            if state.bytes + bytes.count > TerminalWriter.limit {
                state.dropped += 1
                return false
            }
            state.waiting.append(bytes)
            state.bytes += bytes.count
            defer { state.isStarted = true }
            return !state.isStarted
        }
        if mustStart { start() }
        work.signal()
    }

    /// Waits until all is written, at most so many milliseconds.
    func flush(milliseconds: Int = 2_000) {
        for _ in 0..<max(1, milliseconds / 2) {
            let isIdle = state.withLock { $0.waiting.isEmpty && !$0.isWriting && $0.dropped == 0 }
            if isIdle { return }
            usleep(2_000)
        }
    }

    /// Hands what is written to somebody else, or takes it back with nil.
    func redirect(to sink: (@Sendable ([UInt8]) -> Void)?) { state.withLock { $0.sink = sink } }

    private func start() {
        // Whatever ends the program in an orderly way, what was written comes out first.
        atexit { TerminalWriter.shared.flush() }
        Thread.detach { [self] in
            while true {
                work.wait()
                drain()
            }
        }
    }

    private func drain() {
        while true {
            let (bytes, sink) = state.withLock { state -> ([UInt8]?, (@Sendable ([UInt8]) -> Void)?) in
                guard !state.waiting.isEmpty else {
                    state.isWriting = state.dropped > 0
                    guard state.dropped > 0 else { return (nil, nil) }
                    defer { state.dropped = 0 }
                    let line = "… \(state.dropped) lines were dropped: the terminal does not keep up\n"
                    return (Array(line.utf8), state.sink)
                }
                state.isWriting = true
                let bytes = Array(state.waiting.joined())
                state.waiting = []
                state.bytes = 0
                return (bytes, state.sink)
            }
            guard let bytes else { return }
            if let sink { sink(bytes) } else { TerminalWriter.put(bytes, to: descriptor) }
        }
    }

    /// Writes all of it, or as much as the other end takes before it is gone.
    static func put(_ bytes: [UInt8], to descriptor: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                unsafeWrite(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            sent += count
        }
    }
}

private func unsafeWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
