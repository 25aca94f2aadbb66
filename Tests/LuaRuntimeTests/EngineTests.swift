import Synchronization
import Testing

@testable import LuaRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite(.serialized) struct EngineTests {
    @Test(.timeLimit(.minutes(5))) func closuresRunInTheOrderTheyWereEnqueued() async throws {
        let engine = try await LuaEngine("order")
        let seen = Shared<[[Int]]>(Array(repeating: [], count: 4))
        await withTaskGroup(of: Void.self) { group in
            for sender in 0..<4 {
                group.addTask {
                    for number in 0..<25_000 {
                        engine.enqueue { _ in
                            engine.assertIsolated()
                            seen.value.withLock { $0[sender].append(number) }
                        }
                    }
                }
            }
        }
        await engine.run { _ in }
        for numbers in seen.value.withLock({ $0 }) { #expect(numbers == Array(0..<25_000)) }
    }

    @Test func actorCallsAndClosuresKeepOneOrder() async throws {
        let engine = try await LuaEngine("order")
        let seen = Shared<[Int]>([])
        for number in stride(from: 0, to: 1000, by: 2) {
            engine.enqueue { _ in seen.value.withLock { $0.append(number) } }
            await engine.run { _ in seen.value.withLock { $0.append(number + 1) } }
        }
        #expect(seen.value.withLock { $0 } == Array(0..<1000))
    }

    @Test(.timeLimit(.minutes(5))) func fiveHundredEnginesComeAndGoWithoutALeak() async throws {
        let counter = Counter()
        for _ in 0..<10 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let script = try await Script()
                        await script.engine.run { state in
                            let held = Counted(counter)
                            state.pushFunction("held") { _ in
                                withExtendedLifetime(held) {}
                                return .values(0)
                            }
                            state.setGlobal("held")
                        }
                        try await script.run("held() kept = wait({1, 2, 3})")
                    }
                }
                try await group.waitForAll()
            }
        }
        await until { counter.count == 0 }
        #expect(counter.count == 0)
    }

    @Test(.timeLimit(.minutes(5))) func theStateIsClosedOnAScriptThread() async throws {
        let closed = Shared<[Bool]>([])
        let threads = ScriptThreads(limit: 1)
        let probing = try await LuaEngine("probing", threads: threads)
        let expected = await probing.run { _ in ownThread() }
        for _ in 0..<20 {
            let engine = try await LuaEngine("closing", threads: threads)
            await engine.run { state in
                _ = Telltale(
                    probe: Probe {
                        let isThere = ownThread() == expected
                        closed.value.withLock { $0.append(isThere) }
                    }
                ).push(to: state)
                state.setGlobal("telltale")
            }
        }
        await until { closed.value.withLock { $0.count } == 20 }
        #expect(closed.value.withLock { $0 } == Array(repeating: true, count: 20))
    }

    @Test func workEnqueuedBeforeTheLastReferenceGoesStillRuns() async throws {
        let ran = Counter()
        do {
            let engine = try await LuaEngine("last")
            for _ in 0..<1000 { engine.enqueue { _ in ran.alive.add(1, ordering: .relaxed) } }
        }
        await until { ran.count == 1000 }
        #expect(ran.count == 1000)
    }
}

final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
}

final class Probe: Sendable {
    private let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    deinit { body() }
}

struct Telltale: LuaBound {
    let probe: Probe
    static let luaType = LuaType<Telltale>("Telltale", "Tells when it goes.", members: [])
}

private func ownThread() -> UInt { UInt(bitPattern: pthread_self().hashValue) }
