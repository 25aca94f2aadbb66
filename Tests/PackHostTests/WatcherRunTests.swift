import Foundation
import Synchronization
import Testing

@testable import PackHost

@Suite("the watcher on real files")
struct WatcherRunTests {
    @Test("a save in place, a save by rename, a deletion and a new file each bring one report")
    func saves() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("bot.lua", "return 1")
        let clock = StepClock()
        let watcher = Watcher(timing: .dev, clock: clock)
        watcher.watch(paths: [path])

        let reports = Reports()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watcher.run { reports.add($0) } }

            await clock.advance(steps: 5)
            #expect(reports.taken() == [])

            #expect(throws: Never.self) { try folder.write("bot.lua", "return 22") }
            await clock.advance(steps: 5)
            #expect(reports.taken() == [[path]])

            #expect(throws: Never.self) {
                let next = try folder.write(".bot.lua.swp", "return 333")
                #expect(rename(next, path) == 0)
            }
            await clock.advance(steps: 5)
            #expect(reports.taken() == [[path]])

            #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) }
            await clock.advance(steps: 5)
            #expect(reports.taken() == [[path]])

            #expect(throws: Never.self) { try folder.write("bot.lua", "return 4") }
            await clock.advance(steps: 5)
            #expect(reports.taken() == [[path]])
            group.cancelAll()
        }
    }

    @Test("a folder changes when a script comes or goes, not when an editor leaves a file in it")
    func folders() throws {
        let folder = try TemporaryFolder()
        try folder.write("init.lua", "")
        let before = FileStamp.read(folder.path)
        #expect(before != nil)
        try folder.write(".init.lua.swp", "")
        try folder.write("4913", "")
        try folder.write("init.lua", "return 1")
        #expect(FileStamp.read(folder.path) == before)
        try folder.write("more.lua", "")
        #expect(FileStamp.read(folder.path) != before)
    }

    @Test("there is no stamp of a file that is not there, or lies behind a file")
    func missing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("bot.lua", "")
        #expect(FileStamp.read(folder.path + "/none.lua") == nil)
        #expect(FileStamp.read(path + "/none.lua") == nil)
    }

    @Test("it ends when its task is cancelled")
    func cancelled() async {
        let watcher = Watcher(timing: .run, clock: ContinuousClock())
        let task = Task { await watcher.run { _ in } }
        task.cancel()
        await task.value
    }

    @Test("a shorter settling time also looks more often, a longer one does not look less often")
    func settling() {
        #expect(
            WatchTiming.run.settling(.milliseconds(100))
                == WatchTiming(interval: .milliseconds(100), settle: .milliseconds(100)))
        #expect(WatchTiming.run.settling(.seconds(2)) == WatchTiming(interval: .milliseconds(250), settle: .seconds(2)))
    }
}

/// What the watcher reported since last asked.
private final class Reports: Sendable {
    private let lists = Mutex<[[String]]>([])
    func add(_ paths: [String]) { lists.withLock { $0.append(paths) } }
    func taken() -> [[String]] {
        lists.withLock { lists in
            defer { lists = [] }
            return lists
        }
    }
}

/// A clock with one sleeper, moved by hand: a step lets the sleeper wake once and waits until it sleeps again.
private final class StepClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var sleeper: (wake: Instant, continuation: CheckedContinuation<Void, any Error>)?
        var stepper: CheckedContinuation<Void, Never>?
        var cancelled = false
    }

    private let state = Mutex(State())
    var now: Instant { state.withLock { $0.now } }
    let minimumResolution = Duration.zero

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let stepper = state.withLock { state in
                    if state.cancelled {
                        continuation.resume(throwing: CancellationError())
                    } else {
                        state.sleeper = (deadline, continuation)
                    }
                    defer { state.stepper = nil }
                    return state.stepper
                }
                stepper?.resume()
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled = true
                defer { state.sleeper = nil }
                return state.sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Wakes the sleeper `steps` times, and returns when it sleeps again.
    func advance(steps: Int) async {
        await untilAsleep()
        for _ in 0..<steps {
            let sleeper = state.withLock { state in
                defer { state.sleeper = nil }
                if let sleeper = state.sleeper { state.now = max(state.now, sleeper.wake) }
                return state.sleeper
            }
            sleeper?.continuation.resume()
            await untilAsleep()
        }
    }

    private func untilAsleep() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let asleep = state.withLock { state in
                if state.sleeper == nil { state.stepper = continuation }
                return state.sleeper != nil
            }
            if asleep { continuation.resume() }
        }
    }
}
