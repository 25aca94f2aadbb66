import Logging
import LuaRuntime
import Synchronization

@testable import PackHost

/// What hostile and healthy scripts find: `emit`, `pause` (a wait that ends), `park` (one that does not), `timer`, `spawn`,
/// `call` (a nested call of the host), `give` (an object that the host keeps 10 kB for), `keep`, `log`, `send`, `answer`.
final class HostilityProgram: PackProgram {
    let lines = Mutex<[String]>([])
    /// Answers to probes, by number, with the time they came at.
    let answers = Mutex<[Int: ContinuousClock.Instant]>([:])

    struct Heavy: LuaBound {
        static let luaType = LuaType<Heavy>("Heavy", "Something that the host keeps much for.", members: [])
        var luaCost: Int { 10_000 }
    }

    private static let forever = LuaOperation(isTimer: true) {
        try await Task.sleep(for: .seconds(3_600))
        return LuaNothing()
    }

    func prepare(_ state: LuaState, for generation: Generation) throws(LuaError) {
        let budget = generation.budget
        func install(_ name: String, _ body: @escaping @Sendable (LuaState) throws -> LuaReturn) {
            state.pushFunction(name, body)
            state.setGlobal(name)
        }
        install("emit") { [weak self] state in
            let line = state.string(at: 1) ?? "?"
            self?.lines.withLock { $0.append(line) }
            return .values(0)
        }
        install("pause") { _ in
            .wait(
                LuaOperation {
                    await Task.yield()
                    return LuaNothing()
                })
        }
        install("park") { _ in .wait(HostilityProgram.forever) }
        install("timer") { state in
            try state.beginTimer()
            return .values(0)
        }
        install("spawn") { state in
            try state.checkInvocations(for: "spawn")
            let function = state.reference(at: 1)
            try state.start("spawned") { state throws(LuaError) in
                state.push(function)
                return 0
            } finished: { _, _ in
            }
            return .values(0)
        }
        install("call") { state in
            let function = state.reference(at: 1)
            try state.call(
                "nested",
                push: { state throws(LuaError) in
                    state.push(function)
                    return 0
                }, read: { _, _ throws(LuaError) in })
            return .values(0)
        }
        install("give") { state in
            if state.type(at: 1) != .none { throw LuaError("Forbidden", bases: [LuaError.rootName], "not that") }
            return .values(Heavy().push(to: state))
        }
        install("keep") { state in
            state.charge(100_000)
            return .values(0)
        }
        install("log") { state in
            _ = budget.line(state.string(at: 1) ?? "") { _ in }
            return .values(0)
        }
        install("send") { _ in
            guard case .refused = budget.admit(isMessage: true, {}) else { return .values(0) }
            throw LuaError("RateLimited", bases: [LuaError.rootName], "too many calls wait for their turn")
        }
        install("answer") { [weak self] state in
            let number = Int(state.integer(at: 1) ?? 0), now = ContinuousClock.now
            self?.answers.withLock { $0[number] = now }
            return .values(0)
        }
    }

    func registrations(_ state: LuaState) -> [String: String]? { ["x": ""] }
    func validate(_ state: LuaState, for generation: Generation) throws(PackError) {}
    func committed(_ state: LuaState, for generation: Generation, reloaded: Bool) {}
    func pushBot(_ state: LuaState) { state.pushNil() }
}

/// A pack with its folder.
struct HostilityBench {
    let pack: Pack
    let program = HostilityProgram()
    let folder: Folder

    init(_ script: String, _ limits: PackLimits) throws {
        folder = try Folder()
        try folder.write(script, to: "init.lua")
        pack = Pack(
            try PackSource(path: folder.path), program: program, limits: limits, clock: RealScriptClock(), grace: 0.05,
            logger: Logger(label: "test"))
    }

    /// Calls a global function of the pack's through its mailbox; how it ended.
    func call(_ function: String, _ number: Int = 0) async -> LuaError? {
        await withCheckedContinuation { continuation in
            pack.deliver(
                Delivery(isDroppable: false) { state in
                    do throws(LuaError) {
                        try state.start(function) { state throws(LuaError) in
                            state.getGlobal(function)
                            state.push(Int64(number))
                            return 1
                        } finished: { _, outcome in
                            if case .raised(let error) = outcome {
                                continuation.resume(returning: error)
                            } else {
                                continuation.resume(returning: nil)
                            }
                        }
                    } catch {
                        continuation.resume(returning: error)
                    }
                })
        }
    }

    func end() async {
        await pack.close("shutdown", within: 0)
        folder.remove()
    }
}

/// A pack that answers, and how long it takes to.
struct HealthyPack {
    let bench: HostilityBench

    init() async throws {
        bench = try HostilityBench(
            "function probe(n) local t = {} for i = 1, 20 do t[i] = n .. i end answer(n) end", .own)
        _ = try await bench.pack.load()
    }

    /// Probes until `isOver`, `least` times at least; answers milliseconds, sorted.
    func probe(atLeast least: Int, until isOver: @Sendable () -> Bool) async throws -> [Double] {
        let clock = ContinuousClock()
        var times: [Double] = []
        while times.count < least || !isOver() {
            let began = clock.now
            _ = await bench.call("probe", times.count)
            let ended = bench.program.answers.withLock { $0.removeValue(forKey: times.count) } ?? clock.now
            let took = began.duration(to: ended).components
            times.append(Double(took.seconds) * 1e3 + Double(took.attoseconds) / 1e15)
            try await clock.sleep(for: .milliseconds(1))
        }
        return times.sorted()
    }

    static func p99(_ sorted: [Double]) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
    }
}
