import Synchronization

/// The protocol's clock: limits, retries and time-outs go by it.
public protocol RESTClock: Sendable {
    /// Milliseconds from an arbitrary beginning; never goes back.
    var now: Int64 { get }
    /// Returns at or after a moment; throws when the task is cancelled.
    func sleep(until moment: Int64) async throws
    /// The client begins something that goes on by itself: one attempt of a call, or a wait on this clock. A clock that is
    /// moved by hand may count.
    func began()
    func ended()
}

extension RESTClock {
    public func began() {}
    public func ended() {}
}

/// The machine's own clock.
public struct SystemRESTClock: RESTClock {
    private static let start = ContinuousClock.now

    public init() {}

    public var now: Int64 {
        let parts = Self.start.duration(to: .now).components
        return parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
    }

    public func sleep(until moment: Int64) async throws {
        try await ContinuousClock().sleep(until: Self.start.advanced(by: .milliseconds(moment)), tolerance: .zero)
    }
}

/// A clock that a test moves by hand.
public final class ManualRESTClock: RESTClock {
    private struct Sleeper {
        let moment: Int64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Int64
        var nextID: UInt64 = 0
        var sleepers: [UInt64: Sleeper] = [:]
        var cancelled: Set<UInt64> = []
        var watchers: [(moment: Int64, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    public init(now: Int64 = 0) { state = Mutex(State(now: now)) }

    public var now: Int64 { state.withLock { $0.now } }

    /// Moves time on and wakes who is due, earliest first.
    public func advance(by milliseconds: Int64) {
        let due = state.withLock { state in
            state.now += max(0, milliseconds)
            let due = state.sleepers.filter { $0.value.moment <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { ($0.value.moment, $0.key) < ($1.value.moment, $1.key) }.map(\.value)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits until somebody sleeps to a moment at or before the given one.
    public func waitForSleeper(until moment: Int64) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isThere = state.withLock { state in
                if state.sleepers.values.contains(where: { $0.moment <= moment }) { return true }
                state.watchers.append((moment, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    public func sleep(until moment: Int64) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(Sleeper(moment: moment, continuation: continuation), id)
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                if let sleeper = state.sleepers.removeValue(forKey: id) { return Optional(sleeper) }
                state.cancelled.insert(id)
                return nil
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        _ = state.withLock { $0.cancelled.remove(id) }
    }

    private func add(_ sleeper: Sleeper, _ id: UInt64) {
        enum Outcome { case asleep, due, cancelled }
        let (outcome, watchers) = state.withLock { state in
            if state.cancelled.remove(id) != nil {
                return (Outcome.cancelled, [CheckedContinuation<Void, Never>]())
            }
            if sleeper.moment <= state.now { return (Outcome.due, []) }
            state.sleepers[id] = sleeper
            let ready = state.watchers.filter { $0.moment >= sleeper.moment }.map(\.continuation)
            state.watchers.removeAll { $0.moment >= sleeper.moment }
            return (Outcome.asleep, ready)
        }
        switch outcome {
        case .asleep: for watcher in watchers { watcher.resume() }
        case .due: sleeper.continuation.resume()
        case .cancelled: sleeper.continuation.resume(throwing: CancellationError())
        }
    }
}
