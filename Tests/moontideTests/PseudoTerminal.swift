import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program on a terminal of its own: keys go in, what it draws comes out.
final class PseudoTerminal: Sendable {
    private struct State {
        var output: [UInt8] = []
        var hasEnded = false
        var waiters: [Int: (text: [UInt8], from: Int, continuation: CheckedContinuation<Int?, Never>)] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())
    private let master: FileHandle
    private let process: Process

    /// - Parameter columns: how wide the terminal is.
    init(_ path: String, _ arguments: [String], columns: UInt16 = 80) throws {
        let (descriptor, name) = try Self.pair()
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
        let slave = open(name, O_RDWR | O_NOCTTY)
        guard slave >= 0 else { throw TerminalError(output: "the pseudo-terminal does not open") }
        master = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let other = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
        process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm", "LC_ALL": "C.UTF-8"]) { $1 }
        process.standardInput = other
        process.standardOutput = other
        process.standardError = other
        try process.run()
        try other.close()
        master.readabilityHandler = { [weak self] handle in
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(handle.fileDescriptor, &bytes, bytes.count)
            if count <= 0 { handle.readabilityHandler = nil }
            self?.take(bytes.prefix(max(0, count)))
        }
    }

    /// A fresh pair: one end, and the path of the other.
    private static func pair() throws -> (Int32, String) {
        #if canImport(Darwin)
            let descriptor = posix_openpt(O_RDWR | O_NOCTTY)
            guard descriptor >= 0, grantpt(descriptor) == 0, unlockpt(descriptor) == 0, let name = ptsname(descriptor)
            else { throw TerminalError(output: "no pseudo-terminal") }
            return (descriptor, String(cString: name))
        #else
            // Glibc's module leaves the functions for it out; these are the calls below them.
            let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            var number: UInt32 = 0
            var isLocked: Int32 = 0
            guard descriptor >= 0, ioctl(descriptor, 0x4004_5431, &isLocked) == 0,
                ioctl(descriptor, 0x8004_5430, &number) == 0
            else { throw TerminalError(output: "no pseudo-terminal") }
            return (descriptor, "/dev/pts/\(number)")
        #endif
    }

    /// Presses keys.
    func type(_ keys: String) throws { try master.write(contentsOf: Data(keys.utf8)) }

    /// Waits until a text has been drawn, from a place on.
    /// - Returns: the place behind it.
    @discardableResult
    func wait(for text: String, from: Int = 0) async throws -> Int {
        let wanted = Array(text.utf8)
        let token = state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        let place = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Int?, Never>) in
                let known = state.withLock { state -> Int?? in
                    if let place = Self.place(of: wanted, in: state.output, from: from) { return place }
                    if state.hasEnded || Task.isCancelled { return .some(nil) }
                    state.waiters[token] = (wanted, from, continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: token) }?.continuation.resume(returning: nil)
        }
        guard let place else { throw TerminalError(output: output) }
        return place
    }

    var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }

    /// Waits for the program's end and answers its code.
    func exitCode() async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [process] in
                process.waitUntilExit()
                continuation.resume(returning: process.terminationStatus)
            }
        }
    }

    func interrupt() { process.interrupt() }

    func end() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    private func take(_ bytes: ArraySlice<UInt8>) {
        let found = state.withLock { state -> [(CheckedContinuation<Int?, Never>, Int?)] in
            state.output += bytes
            if bytes.isEmpty { state.hasEnded = true }
            var found: [(CheckedContinuation<Int?, Never>, Int?)] = []
            for (token, waiter) in state.waiters {
                let place = Self.place(of: waiter.text, in: state.output, from: waiter.from)
                guard place != nil || state.hasEnded else { continue }
                state.waiters[token] = nil
                found.append((waiter.continuation, place))
            }
            return found
        }
        for (continuation, place) in found { continuation.resume(returning: place) }
    }

    private static func place(of text: [UInt8], in output: [UInt8], from: Int) -> Int? {
        guard from <= output.count else { return nil }
        return output[from...].firstRange(of: text)?.upperBound
    }
}

/// What was awaited was not drawn.
struct TerminalError: Error, CustomStringConvertible {
    let output: String
    var description: String { "the awaited text was not drawn. Drawn was:\n\(output.debugDescription)" }
}
