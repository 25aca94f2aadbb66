import Synchronization
import Testing

@testable import LuaRuntime

/// A state on the script threads with a few host functions for tests.
struct Script: Sendable {
    let engine: LuaEngine
    let gate = Gate()

    init(
        _ limits: LuaLimits = LuaLimits(cpu: 60_000_000_000), confined: Bool = false, without: LuaFences = [],
        threads: ScriptThreads = .shared
    ) async throws {
        engine = try await LuaEngine("test", limits: limits, confined: confined, without: without, threads: threads)
        let gate = gate
        await engine.run { state in
            for function in Script.functions(gate).functions {
                state.push(module: LuaModule("", "", [function]))
                state.getField(function.name, of: -1)
                state.setGlobal(function.name)
                state.pop()
            }
        }
    }

    static func functions(_ gate: Gate) -> LuaModule {
        LuaModule(
            "", "",
            [
                .function(
                    "wait", "Waits for a moment, answers its argument.", waits: true, Param<LuaValue?>("value", "")
                ) {
                    _, value in
                    .wait(
                        LuaOperation {
                            await Task.yield()
                            return value ?? .nil
                        })
                },
                .function("park", "Waits until the test opens the gate.", waits: true, Param<String>("name", "")) {
                    _, name in
                    .wait(LuaOperation { try await gate.pass(name) })
                },
                .function("fail", "Raises a Swift error.", Param<Int>("status", "")) { _, status in
                    throw Refused(status: status)
                },
                .function("wait_fail", "Raises a Swift error after a wait.", Param<Int>("status", "")) { _, status in
                    .wait(LuaOperation { throw Refused(status: status) })
                },
                .function("note", "Tells the test.", Param<String>("text", "")) { _, text in
                    gate.note(text)
                    return .values(0)
                },
                .function("call", "Calls a function that may not wait.", Param<LuaReference>("body", "")) {
                    state, body in
                    let value = try state.call("nested") { state throws(LuaError) in
                        state.push(body)
                        return 0
                    } read: { state, count throws(LuaError) in
                        count > 0 ? try state.value(at: -count) : .nil
                    }
                    return .values(value.push(to: state))
                },
            ])
    }

    /// Runs a chunk to its end and answers what it returned.
    @discardableResult
    func run(_ text: String, mayWait: Bool = true, budget: UInt64? = nil, label: String = "test") async throws
        -> [LuaValue]
    {
        try await withCheckedThrowingContinuation { continuation in
            engine.enqueue { state in
                let top = state.top
                do {
                    try state.start(
                        label, mayWait: mayWait, budget: budget,
                        push: { state throws(LuaError) in
                            try state.load(text, name: "test.lua")
                            return 0
                        },
                        finished: { state, outcome in
                            switch outcome {
                            case .returned(let count):
                                continuation.resume(
                                    with: Result {
                                        try (0..<count).map { try state.value(at: $0 - count) }
                                    })
                            case .raised(let error): continuation.resume(throwing: error)
                            }
                        })
                } catch {
                    continuation.resume(throwing: error)
                }
                #expect(state.top == top)
            }
        }
    }

    /// The one value that a chunk returns.
    func value(_ text: String) async throws -> LuaValue { try await run(text).first ?? .nil }

    func text(_ text: String) async throws -> String {
        guard case .string(let result) = try await value(text) else { return "not a string" }
        return result
    }

    /// The error that a chunk raises.
    func error(_ text: String, mayWait: Bool = true, budget: UInt64? = nil, label: String = "test") async throws
        -> LuaError
    {
        do {
            let values = try await run(text, mayWait: mayWait, budget: budget, label: label)
            throw NotRaised(values: values)
        } catch let error as LuaError {
            return error
        }
    }

    /// Collects everything that is garbage.
    func collect() async throws {
        try await run("for i = 1, 400 do collectgarbage() end")
        try await run("for i = 1, 400 do collectgarbage() end")
    }
}

struct NotRaised: Error, CustomStringConvertible {
    let values: [LuaValue]
    var description: String { "nothing was raised: " + String("\(values)".prefix(200)) }
}

/// A Swift error with a name and a field for scripts.
struct Refused: LuaErrorConvertible, Equatable {
    let status: Int
    var luaError: LuaError {
        LuaError(
            "Forbidden", bases: ["HTTPException", LuaError.rootName], "refused with \(status)",
            fields: ["status": .int(Int64(status))])
    }
}

/// Doors that a test opens by name, and what scripts told it.
final class Gate: Sendable {
    private struct Doors {
        var next = 0
        var waiting: [(name: String, number: Int, continuation: CheckedContinuation<LuaValue, any Error>)] = []
        var arrivals: [(name: String, continuation: CheckedContinuation<Void, Never>)] = []
        var notes: [String] = []
    }
    private let doors = Mutex(Doors())

    var notes: [String] { doors.withLock { $0.notes } }
    func note(_ text: String) { doors.withLock { $0.notes.append(text) } }

    func pass(_ name: String) async throws -> LuaValue {
        let number = doors.withLock {
            $0.next += 1
            return $0.next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let arrived = doors.withLock { doors in
                    doors.waiting.append((name, number, continuation))
                    let arrived = doors.arrivals.filter { $0.name == name }
                    doors.arrivals.removeAll { $0.name == name }
                    return arrived
                }
                for arrival in arrived { arrival.continuation.resume() }
                if Task.isCancelled { giveUp(number) }
            }
        } onCancel: {
            giveUp(number)
        }
    }

    private func giveUp(_ number: Int) {
        let found = doors.withLock { doors in
            doors.waiting.firstIndex { $0.number == number }.map { doors.waiting.remove(at: $0) }
        }
        found?.continuation.resume(throwing: CancellationError())
    }

    /// Returns as soon as somebody waits at the door.
    func arrival(at name: String) async {
        await withCheckedContinuation { continuation in
            let there = doors.withLock { doors in
                if doors.waiting.contains(where: { $0.name == name }) { return true }
                doors.arrivals.append((name, continuation))
                return false
            }
            if there { continuation.resume() }
        }
    }

    /// Lets everybody at the door pass with a value.
    func open(_ name: String, _ value: LuaValue = .nil) {
        let passing = doors.withLock { doors in
            let passing = doors.waiting.filter { $0.name == name }
            doors.waiting.removeAll { $0.name == name }
            return passing
        }
        for one in passing { one.continuation.resume(returning: value) }
    }
}

/// Counts its living instances.
final class Counted: Sendable {
    private let counter: Counter
    init(_ counter: Counter) {
        self.counter = counter
        counter.alive.add(1, ordering: .relaxed)
    }
    deinit { counter.alive.subtract(1, ordering: .relaxed) }
}

final class Counter: Sendable {
    let alive = Atomic<Int>(0)
    var count: Int { alive.load(ordering: .relaxed) }
}
