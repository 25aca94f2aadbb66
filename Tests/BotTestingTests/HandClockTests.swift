import LuaRuntime
import PackHost
import Synchronization
import Testing

@testable import BotTesting

@Suite("the clock moved by hand", .timeLimit(.minutes(1)))
struct HandClockTests {
    /// Waits until as many sleep as are named.
    private func asleep(_ count: Int, on clock: HandClock) async {
        while clock.sleeperCount < count { await Task.yield() }
    }

    @Test("wakes one at a time, by deadline, then by the order in which they began")
    func order() async throws {
        let clock = HandClock()
        let woken = Mutex<[String]>([])
        var tasks: [Task<Void, any Error>] = []
        for (name, deadline) in [("c", 3.0), ("a", 1), ("b", 1)] {
            tasks.append(
                clock.task {
                    try await clock.sleep(until: deadline)
                    woken.withLock { $0.append("\(name)@\(clock.now)") }
                })
            await asleep(tasks.count, on: clock)
        }
        #expect(clock.nextDeadline == 1)
        for task in [tasks[1], tasks[2]] {
            #expect(clock.step(to: 2))
            try await task.value
        }
        #expect(!clock.step(to: 2))
        #expect(clock.now == 2)
        #expect(clock.step(to: 10))
        try await tasks[0].value
        #expect(clock.now == 3)
        #expect(woken.withLock { $0 } == ["a@1.0", "b@1.0", "c@3.0"])
        #expect(!clock.step(to: 10))
        #expect(clock.now == 10)
    }

    @Test("a task is counted while it works, not while it sleeps, and again before it is woken")
    func counting() async throws {
        let clock = HandClock()
        let count = try #require(clock.work)
        let task = clock.task { try await clock.sleep(until: 5) }
        #expect(count.standing.open == 1 || clock.sleeperCount == 1)
        await asleep(1, on: clock)
        while count.standing.open != 0 { await Task.yield() }
        #expect(clock.step(to: 5))
        // Counted by the step itself: nobody sees nothing under way before the task has run on.
        #expect(count.standing.begun == 2)
        try await task.value
        while count.standing.open != 0 { await Task.yield() }
    }

    @Test("who sleeps without being counted leaves the count alone")
    func uncounted() async throws {
        let clock = HandClock()
        let task = Task { try await clock.sleep(until: 5) }
        await asleep(1, on: clock)
        #expect(clock.work?.standing.open == 0)
        #expect(clock.step(to: 5))
        try await task.value
        #expect(clock.work?.standing.open == 0)
        #expect(clock.work?.standing.begun == 0)
    }

    @Test("a task begun within a counted one is not counted with it")
    func nested() async throws {
        let clock = HandClock()
        let inner = Mutex<Task<Void, any Error>?>(nil)
        let outer = clock.task {
            inner.withLock { $0 = Task { try await clock.sleep(until: 1) } }
            while clock.sleeperCount < 1 { await Task.yield() }
            // The other one sleeps; this one still works.
            #expect(clock.work?.standing.open == 1)
        }
        try await outer.value
        #expect(clock.step(to: 1))
        try await inner.withLock { $0 }?.value
    }

    @Test("a sleeper that is cancelled is told so, and counted again")
    func cancelling() async throws {
        let clock = HandClock()
        let task = clock.task { try await clock.sleep(until: 5) }
        await asleep(1, on: clock)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        while clock.work?.standing.open != 0 { await Task.yield() }
        #expect(clock.sleeperCount == 0)
        #expect(clock.nextDeadline == nil)
    }

    @Test("the calendar begins where it is set, and moves with the clock")
    func calendar() {
        let clock = HandClock(beginning: 1_000)
        #expect(clock.calendar == 1_000)
        _ = clock.step(to: 86_400)
        #expect(clock.calendar == 87_400)
    }

    @Test("an answer that is given while nobody waits, before, after and by cancellation reaches who waits")
    func answers() async throws {
        let count = WorkCount()
        let early = CountedAnswer<Int>(count)
        early.give(.success(1))
        early.give(.success(2))
        #expect(try await early.wait() == 1)
        let late = CountedAnswer<Int>(count)
        let got = Mutex(0)
        let task = WorkCount.task(count) {
            let value = try await late.wait()
            got.withLock { $0 = value }
        }
        while count.standing.open != 0 { await Task.yield() }
        late.give(.success(3))
        try await task.value
        #expect(got.withLock { $0 } == 3)
        let never = CountedAnswer<Int>(count)
        let cancelled = WorkCount.task(count) { _ = try await never.wait() }
        while count.standing.open != 0 { await Task.yield() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }
}
