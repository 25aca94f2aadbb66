import Foundation
import Synchronization

/// A program that runs beside the test, whose output is read line by line, and which never outlives ``with(_:_:in:_:)``.
///
/// Waiting for a line has no time-out of its own: a test's time limit cancels its task, which ends the wait.
final class ChildProcess: Sendable {
    private struct State {
        var output: [String] = []
        var rest: [UInt8] = []
        var ended = false
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private struct Waiter {
        var from: Int
        let condition: @Sendable (String) -> Bool
        let continuation: CheckedContinuation<String?, Never>
    }

    private let state = Mutex(State())
    private let name: String
    let pid: Int32
    private let exit: Exit
    /// What it reads, where it is given something to read.
    private let input: Pipe?

    private init(
        _ path: String, _ arguments: [String], in folder: String?, environment: [String: String], hasInput: Bool
    ) throws {
        name = URL(filePath: path).lastPathComponent
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        input = hasInput ? Pipe() : nil
        process.standardInput = input ?? FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        let exit = Exit()
        process.terminationHandler = {
            exit.set($0.terminationStatus, signalled: $0.terminationReason == .uncaughtSignal)
        }
        try process.run()
        pid = process.processIdentifier
        self.exit = exit
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.take(Array(data))
        }
    }

    /// Starts a program, lends it, and ends it and all that it started, whatever happens.
    static func with<R>(
        _ path: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:],
        hasInput: Bool = false, _ body: (ChildProcess) async throws -> R
    ) async throws -> R {
        let child = try ChildProcess(path, arguments, in: folder, environment: environment, hasInput: hasInput)
        do {
            let result = try await body(child)
            await child.end()
            return result
        } catch {
            await child.end()
            throw error
        }
    }

    /// Gives it something to read.
    func send(_ text: String) throws { try input?.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    /// Ends what it reads.
    func endInput() throws { try input?.fileHandleForWriting.close() }

    /// Everything it has written so far.
    var output: [String] { state.withLock { $0.output } }

    /// The number of lines written so far; lines from there on are what comes next.
    var position: Int { state.withLock { $0.output.count } }

    /// The first line, from the given one on, that meets the condition. Throws with the whole output if the program ends first.
    @discardableResult
    func line(from position: Int = 0, where condition: @escaping @Sendable (String) -> Bool) async throws -> String {
        let token = state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        let line = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<String?, Never>) in
                let (found, settled) = state.withLock { state -> (String?, Bool) in
                    if position < state.output.count, let line = state.output[position...].first(where: condition) {
                        return (line, true)
                    }
                    if state.ended || Task.isCancelled { return (nil, true) }
                    state.waiters[token] = Waiter(from: position, condition: condition, continuation: continuation)
                    return (nil, false)
                }
                if settled { continuation.resume(returning: found) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: token) }?.continuation.resume(returning: nil)
        }
        guard let line else { throw ChildError(program: name, output: output) }
        return line
    }

    /// Asks it to end, and answers its exit code; negative: the signal that ended it.
    func terminate(_ signal: Int32 = SIGTERM) async -> Int32 {
        kill(pid, signal)
        return await exit.value()
    }

    /// The exit code of a program that ends by itself; negative: the signal that ended it.
    func exitCode() async -> Int32 { await exit.value() }

    private func end() async {
        // Foundation makes a process the leader of a group of its own, so this reaches what it has started too.
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
        _ = await exit.value()
    }

    private func take(_ bytes: [UInt8]) {
        let resumed = state.withLock { state -> [(CheckedContinuation<String?, Never>, String?)] in
            state.rest += bytes
            if bytes.isEmpty { state.ended = true }
            while let end = state.rest.firstIndex(of: 0x0A) {
                state.output.append(String(decoding: state.rest[..<end], as: UTF8.self))
                state.rest.removeSubrange(...end)
            }
            if state.ended, !state.rest.isEmpty {
                state.output.append(String(decoding: state.rest, as: UTF8.self))
                state.rest = []
            }
            var resumed: [(CheckedContinuation<String?, Never>, String?)] = []
            for (token, waiter) in state.waiters {
                let found =
                    waiter.from < state.output.count ? state.output[waiter.from...].first(where: waiter.condition) : nil
                guard found != nil || state.ended else { continue }
                state.waiters[token] = nil
                resumed.append((waiter.continuation, found))
            }
            return resumed
        }
        for (continuation, line) in resumed { continuation.resume(returning: line) }
    }
}

/// The code with which a process ended, awaited by any number of tasks.
private final class Exit: Sendable {
    private let state = Mutex<(code: Int32?, waiting: [CheckedContinuation<Int32, Never>])>((nil, []))

    func set(_ status: Int32, signalled: Bool) {
        let code = signalled ? -status : status
        let waiting = state.withLock { state in
            state.code = code
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: code) }
    }

    func value() async -> Int32 {
        await withCheckedContinuation { continuation in
            let code = state.withLock { state in
                if state.code == nil { state.waiting.append(continuation) }
                return state.code
            }
            if let code { continuation.resume(returning: code) }
        }
    }
}

/// A program ended, or the test ran out of time, before the awaited line came.
struct ChildError: Error, CustomStringConvertible {
    let program: String
    let output: [String]
    var description: String {
        "\(program) did not write the awaited line. It wrote:\n" + output.joined(separator: "\n")
    }
}
