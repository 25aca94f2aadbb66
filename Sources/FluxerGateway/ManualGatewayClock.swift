import Synchronization

/// A clock that stands still until it is moved, for tests.
public final class ManualGatewayClock: GatewayClock {
    private struct Wait {
        let id: Int
        let time: Double
        let body: @Sendable () -> Void
    }

    private struct State {
        var now: Double
        var waits: [Wait] = []
        var nextID = 0
    }

    private let state: Mutex<State>

    /// - Parameter now: the first time it shows, in milliseconds.
    public init(now: Double = 0) { state = Mutex(State(now: now)) }

    public var now: Double { state.withLock { $0.now } }

    /// The time of the earliest wait, if anybody waits.
    public var nextDeadline: Double? { state.withLock { $0.waits.map(\.time).min() } }

    public func schedule(at time: Double, _ body: @escaping @Sendable () -> Void) -> GatewayTimer {
        let id = state.withLock { state -> Int? in
            guard time > state.now else { return nil }
            state.nextID += 1
            state.waits.append(Wait(id: state.nextID, time: time, body: body))
            return state.nextID
        }
        guard let id else {
            body()
            return GatewayTimer {}
        }
        return GatewayTimer { [self] in state.withLock { $0.waits.removeAll { $0.id == id } } }
    }

    /// Moves on by so many milliseconds and wakes, in order of their times, those whose time has come. Each sees the
    /// clock at its own time, and may wait again.
    public func advance(by milliseconds: Double) {
        let target = now + max(milliseconds, 0)
        while let body = takeNext(upTo: target) { body() }
    }

    /// The next wait that ends by `target`. Where there is none the clock is set to it, in the same step: a wait that
    /// begins on another thread meanwhile is either found here or finds its time come.
    private func takeNext(upTo target: Double) -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard let next = state.waits.filter({ $0.time <= target }).min(by: { ($0.time, $0.id) < ($1.time, $1.id) })
            else {
                state.now = max(state.now, target)
                return nil
            }
            state.waits.removeAll { $0.id == next.id }
            state.now = max(state.now, next.time)
            return next.body
        }
    }
}
