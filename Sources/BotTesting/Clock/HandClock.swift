import FluxerREST
import LuaRuntime
import PackHost
import Synchronization

/// A clock that stands still until it is moved, for scripts and for what is counted on their behalf.
///
/// Who sleeps is woken one at a time, in the order of the deadlines, those with the same one in the order in which they
/// began to sleep; whoever moves it waits in between until nothing is under way.
public final class HandClock: ScriptClock {
    private struct Sleeper {
        let deadline: Double
        let isCounted: Bool
        var continuation: CheckedContinuation<Void, any Error>?
    }

    private struct State {
        var now: Double = 0
        var sleepers: [UInt64: Sleeper] = [:]
        var cancelled: Set<UInt64> = []
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let count = WorkCount()
    /// What the calendar showed at 0, in seconds since 1970.
    public let beginning: Double

    /// - Parameter beginning: seconds since 1970.
    public init(beginning: Double = 1_767_268_800) { self.beginning = beginning }

    public var now: Double { state.withLock { $0.now } }
    public var work: WorkCount? { count }
    public var calendar: Double? { beginning + now }

    /// How many sleep.
    var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// The earliest deadline of those who sleep.
    public var nextDeadline: Double? { state.withLock { $0.sleepers.values.map(\.deadline).min() } }

    /// Moves on to the next deadline and wakes one sleeper, or to `limit` where nobody sleeps that long. False in the
    /// second case: there is nobody more to wake.
    public func step(to limit: Double) -> Bool {
        let woken = state.withLock { state -> Sleeper? in
            let next = state.sleepers.min { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
            guard let next, next.value.deadline <= limit else {
                state.now = max(state.now, limit)
                return nil
            }
            state.now = max(state.now, next.value.deadline)
            return state.sleepers.removeValue(forKey: next.key)
        }
        guard let woken else { return false }
        if woken.isCounted { count.begin() }
        woken.continuation?.resume()
        return true
    }

    public func sleep(until deadline: Double) async throws {
        try await sleep(until: deadline, counted: WorkCount.isCounted)
    }

    /// - Parameter counted: whether the caller counts as work, but for the time it sleeps.
    func sleep(until deadline: Double, counted: Bool) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        defer { _ = state.withLock { $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                begin(id, Sleeper(deadline: deadline, isCounted: counted, continuation: continuation))
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                if let sleeper = state.sleepers.removeValue(forKey: id) { return sleeper }
                state.cancelled.insert(id)
                return nil
            }
            guard let sleeper else { return }
            if sleeper.isCounted { count.begin() }
            sleeper.continuation?.resume(throwing: CancellationError())
        }
    }

    private func begin(_ id: UInt64, _ sleeper: Sleeper) {
        enum Outcome { case asleep, due, cancelled }
        let outcome = state.withLock { state -> Outcome in
            if state.cancelled.contains(id) { return .cancelled }
            if sleeper.deadline <= state.now { return .due }
            state.sleepers[id] = sleeper
            return .asleep
        }
        switch outcome {
        // Whoever wakes it counts it again first: should that have happened already, the count was one too high.
        case .asleep: if sleeper.isCounted { count.end() }
        case .due: sleeper.continuation?.resume()
        case .cancelled: sleeper.continuation?.resume(throwing: CancellationError())
        }
    }
}

/// The same clock for REST: limits and retries of the client go by the scripts' time.
struct HandRESTClock: RESTClock {
    let clock: HandClock

    var now: Int64 { Int64(clock.now * 1_000) }

    func sleep(until moment: Int64) async throws {
        // A thousandth more, so that the moment has come when it returns, whatever the rounding.
        try await clock.sleep(until: (Double(moment) + 0.001) / 1_000, counted: true)
    }

    func began() { clock.work?.begin() }
    func ended() { clock.work?.end() }
}
