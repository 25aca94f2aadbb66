import Logging
import LuaRuntime
import Synchronization
import Testing

@testable import PackHost

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Scripts see `emit(text)`, `sleep()` which waits for good, `keep()`, for which the host keeps 100 kB, and `block()`, a call of C that the test ends.
private final class HostileProgram: PackProgram {
    let lines = Mutex<[String]>([])
    let isBlocked = Atomic(false)
    let blocks = Atomic<Int>(0)

    func prepare(_ state: LuaState, for generation: Generation) throws(LuaError) {
        state.pushFunction("emit") { [weak self] state in
            let line = state.string(at: 1) ?? "?"
            self?.lines.withLock { $0.append(line) }
            return .values(0)
        }
        state.setGlobal("emit")
        state.pushFunction("sleep") { _ in
            .wait(
                LuaOperation(isTimer: true) {
                    try await Task.sleep(for: .seconds(3_600))
                    return LuaNothing()
                })
        }
        state.setGlobal("sleep")
        state.pushFunction("block") { [weak self] _ in
            self?.blocks.add(1, ordering: .relaxed)
            while self?.isBlocked.load(ordering: .acquiring) == true { usleep(1_000) }
            return .values(0)
        }
        state.setGlobal("block")
        state.pushFunction("keep") { state in
            // The host keeps something for the script for good.
            state.charge(100_000)
            return .values(0)
        }
        state.setGlobal("keep")
    }
    func registrations(_ state: LuaState) -> [String: String]? { ["x": ""] }
    func validate(_ state: LuaState, for generation: Generation) throws(PackError) {}
    func committed(_ state: LuaState, for generation: Generation, reloaded: Bool) {}
    func pushBot(_ state: LuaState) { state.pushNil() }
}

@Suite("packs that go past their limits", .serialized, .timeLimit(.minutes(2)))
struct SuspensionTests {
    private struct Bench {
        let pack: Pack
        let program = HostileProgram()
        let clock: HandClock
        let folder: Folder
        let notices = Notices()

        init(
            _ script: String, base: PackLimits = .confined, _ limits: [LuaKey: LuaValue] = [:],
            threads: ScriptThreads = .shared
        ) throws {
            folder = try Folder()
            try folder.write(script, to: "init.lua")
            clock = HandClock()
            let notices = notices
            pack = Pack(
                try PackSource(path: folder.path), program: program,
                limits: try PackLimits(parsing: .table(limits), base: base), clock: clock, grace: 1,
                logger: Logger(label: "test"), threads: threads
            ) { notice in notices.add(notice) }
        }

        /// Delivers a call of the global function; returns how it ended.
        @discardableResult
        func call(_ function: String) async -> LuaError? {
            await withCheckedContinuation { continuation in
                pack.deliver(
                    Delivery(isDroppable: false) { state in
                        do throws(LuaError) {
                            try state.start(function) { state throws(LuaError) in
                                state.getGlobal(function)
                                return 0
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

    private final class Notices: Sendable {
        private let all = Mutex<[PackNotice]>([])
        func add(_ notice: PackNotice) { all.withLock { $0.append(notice) } }
        var kinds: [PackNotice.Kind] { all.withLock { $0.map(\.kind) } }
        func text(_ kind: PackNotice.Kind) -> String { all.withLock { $0.first { $0.kind == kind }?.text ?? "" } }
        func wait(for kind: PackNotice.Kind) async { while !kinds.contains(kind) { await Task.yield() } }
    }

    private static let script = """
        function spin() while true do end end
        function fine() emit("fine") end
        function park() emit("parked") sleep() emit("woke") end
        function bomb() local t = {} for i = 1, math.huge do t[i] = ("x"):rep(1000) .. i end end
        function careful() pcall(bomb) end
        """

    @Test("three breaches within a minute suspend a confined pack; a reload ends that")
    func suspended() async throws {
        let bench = try Bench(SuspensionTests.script, [.string("memory"): "2M", .string("cpu"): "300ms"])
        _ = try await bench.pack.load()
        async let parked: LuaError? = bench.call("park")
        while bench.program.lines.withLock({ $0 }) != ["parked"] { await Task.yield() }
        #expect(await bench.call("spin")?.name == "BudgetExceeded")
        #expect(await bench.call("bomb")?.message.hasSuffix("not enough memory") == true)
        #expect(!bench.pack.isSuspended)
        #expect(await bench.call("spin")?.name == "BudgetExceeded")
        // What was under way ends with it.
        #expect(await parked?.name == "Cancelled")
        #expect(bench.pack.isSuspended)
        await bench.notices.wait(for: .suspended)
        let name = bench.pack.source.name
        #expect(
            bench.notices.text(.suspended)
                == "\(name) is suspended: it went past its limits 3 times within a minute (cpu in spin, 2 times; memory in bomb). "
                + "It hears nothing and answers nothing until it is loaded anew: save its file, or send SIGHUP")
        for _ in 0..<10 { bench.pack.deliver(Delivery(isDroppable: false) { _ in Issue.record("it heard") }) }
        #expect(bench.pack.usage.unheard == 10)
        #expect(bench.pack.usage.breaches == ["cpu": 2, "memory": 1])
        _ = try await bench.pack.reload()
        #expect(!bench.pack.isSuspended)
        #expect(await bench.call("fine") == nil)
        #expect(bench.notices.kinds == [.suspended])
        await bench.end()
    }

    @Test("breaches that are a minute apart, and errors that are caught, suspend nothing")
    func apart() async throws {
        let bench = try Bench(SuspensionTests.script, [.string("memory"): "2M", .string("cpu"): "300ms"])
        _ = try await bench.pack.load()
        for _ in 0..<4 {
            await bench.call("spin")
            bench.clock.advance(by: 31)
        }
        for _ in 0..<5 { #expect(await bench.call("careful") == nil) }
        #expect(await bench.call("fine") == nil)
        #expect(!bench.pack.isSuspended)
        await bench.end()
    }

    @Test("the operator's own code is warned about and goes on")
    func own() async throws {
        let bench = try Bench(SuspensionTests.script, base: .own, [.string("cpu"): "50ms"])
        _ = try await bench.pack.load()
        for _ in 0..<3 { await bench.call("spin") }
        await bench.notices.wait(for: .breaches)
        #expect(bench.notices.text(.breaches).hasSuffix("(cpu in spin, 3 times); as your own code it goes on"))
        #expect(await bench.call("fine") == nil)
        #expect(!bench.pack.isSuspended)
        await bench.end()
    }

    @Test("a state that is left over its cap is a breach, caught or not")
    func hoarding() async throws {
        let bench = try Bench(
            "function hoard_quietly() pcall(function() for i = 1, 40 do keep() end end) end",
            [.string("memory"): "2M", .string("cpu"): "300ms"])
        _ = try await bench.pack.load()
        for _ in 0..<3 { await bench.call("hoard_quietly") }
        await bench.notices.wait(for: .suspended)
        #expect(bench.pack.usage.breaches["memory"] == 3)
        await bench.end()
    }

    @Test("a pack that is stuck inside C is told of, given up, and started anew")
    func stuck() async throws {
        let threads = ScriptThreads(
            limit: 1, patience: .init(replaced: 15_000_000, reported: 50_000_000, abandoned: 200_000_000))
        let bench = try Bench(
            "emit('loaded') function stuck() block() emit('came back') end function fine() emit('fine') end",
            threads: threads)
        let other = try Bench(SuspensionTests.script, threads: threads)
        _ = try await bench.pack.load()
        _ = try await other.pack.load()
        bench.program.isBlocked.store(true, ordering: .releasing)
        async let outcome: LuaError? = bench.call("stuck")
        while bench.program.blocks.load(ordering: .relaxed) == 0 { await Task.yield() }
        // The only thread is stuck; others go on.
        #expect(await other.call("fine") == nil)
        await bench.notices.wait(for: .replaced)
        #expect(bench.notices.kinds == [.stuck, .replaced])
        #expect(bench.pack.serving?.number == 2)
        #expect(await bench.call("fine") == nil)
        #expect(bench.program.lines.withLock { $0 } == ["loaded", "loaded", "fine"])
        #expect(bench.pack.usage.breaches == ["stuck": 1])
        // When it comes back after all, it ends.
        bench.program.isBlocked.store(false, ordering: .releasing)
        #expect(await outcome?.name == "Cancelled")
        #expect(!bench.program.lines.withLock { $0 }.contains("came back"))
        await bench.end()
        await other.end()
    }

    @Test("a reload does not wait for a version that is stuck")
    func stuckReload() async throws {
        let threads = ScriptThreads(
            limit: 1, patience: .init(replaced: 15_000_000, reported: 50_000_000, abandoned: 200_000_000))
        let bench = try Bench("function stuck() block() end function handover() return {} end", threads: threads)
        _ = try await bench.pack.load()
        bench.program.isBlocked.store(true, ordering: .releasing)
        async let outcome: LuaError? = bench.call("stuck")
        while bench.program.blocks.load(ordering: .relaxed) == 0 { await Task.yield() }
        let report = try await bench.pack.reload()
        #expect(report.warnings.count == 1)
        #expect((bench.pack.serving?.number ?? 0) >= 2)
        bench.program.isBlocked.store(false, ordering: .releasing)
        _ = await outcome
        await bench.end()
    }

    @Test("a load that is stuck inside C fails")
    func stuckLoad() async throws {
        let threads = ScriptThreads(
            limit: 1, patience: .init(replaced: 15_000_000, reported: 50_000_000, abandoned: 200_000_000))
        let bench = try Bench("block() emit('came back')", threads: threads)
        bench.program.isBlocked.store(true, ordering: .releasing)
        let error = await #expect(throws: PackError.self) { try await bench.pack.load() }
        #expect(error?.code == .timedOut)
        bench.program.isBlocked.store(false, ordering: .releasing)
        await bench.end()
    }

    @Test("a pack past its share of the processor is slowed down, told of once, and others are not")
    func slowedDown() async throws {
        let bench = try Bench(
            "function work() local till = os.clock() + 0.1 while os.clock() < till do end end",
            [.string("cpu_share"): .double(0.05), .string("cpu"): "1s"])
        let other = try Bench(SuspensionTests.script)
        _ = try await bench.pack.load()
        _ = try await other.pack.load()
        let clock = ContinuousClock()
        // 0.5 s of ten are its share; past it work is followed by a rest nineteen times as long. os.clock is of the whole
        // process, so how many calls that takes depends on what else runs in it.
        let began = clock.now
        while !bench.notices.kinds.contains(.slowedDown) { await bench.call("work") }
        let before = clock.now
        await bench.call("work")
        #expect(await other.call("fine") == nil)
        #expect(clock.now - began > .milliseconds(500))
        #expect(clock.now - before < .seconds(30))
        #expect(bench.notices.kinds == [.slowedDown])
        #expect(bench.pack.usage.isSlowedDown)
        await bench.end()
        await other.end()
    }

    @Test("what a pack uses can be read")
    func usage() async throws {
        let bench = try Bench(SuspensionTests.script)
        _ = try await bench.pack.load()
        async let parked: LuaError? = bench.call("park")
        while bench.program.lines.withLock({ $0 }) != ["parked"] { await Task.yield() }
        await bench.call("spin")
        let usage = bench.pack.usage
        #expect(usage.invocations == 1)
        #expect(usage.timers == 1)
        #expect(usage.memory > 10_000 && usage.memory < 1 << 20)
        #expect(usage.peakMemory >= usage.memory)
        #expect(usage.recentCPU > 0.03)
        #expect(usage.breaches == ["cpu": 1])
        await bench.end()
        #expect(await parked?.name == "Cancelled")
        while bench.pack.usage.memory > 0 { await Task.yield() }
        #expect(bench.pack.usage.invocations == 0)
        #expect(bench.pack.usage.timers == 0)
    }
}
