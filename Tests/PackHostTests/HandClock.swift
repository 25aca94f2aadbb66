import PackHost
import Synchronization

/// A clock that a test moves. Sleepers are woken in the order of their deadlines.
final class HandClock: ScriptClock {
    private struct State {
        var now = 0.0
        var count = 0
        var sleepers: [(deadline: Double, number: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        var arrivals: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    var now: Double { state.withLock { $0.now } }

    func sleep(until deadline: Double) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isOver, arrived) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
                    guard deadline > state.now else { return (true, []) }
                    state.sleepers.append((deadline, number, continuation))
                    let count = state.sleepers.count
                    let arrived = state.arrivals.filter { $0.count <= count }.map(\.continuation)
                    state.arrivals.removeAll { $0.count <= count }
                    return (false, arrived)
                }
                for one in arrived { one.resume() }
                if isOver { continuation.resume() } else if Task.isCancelled { wake(number) }
            }
        } onCancel: {
            wake(number)
        }
    }

    private func wake(_ number: Int) {
        let found = state.withLock { state in
            state.sleepers.firstIndex { $0.number == number }.map { state.sleepers.remove(at: $0) }
        }
        found?.continuation.resume(throwing: CancellationError())
    }

    /// Returns when so many sleep at once.
    func sleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let there = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.arrivals.append((count, continuation))
                return false
            }
            if there { continuation.resume() }
        }
    }

    func advance(by seconds: Double) {
        let woken = state.withLock { state in
            state.now += seconds
            let now = state.now
            let woken = state.sleepers.filter { $0.deadline <= now }.sorted { $0.deadline < $1.deadline }
            state.sleepers.removeAll { $0.deadline <= now }
            return woken
        }
        for one in woken { one.continuation.resume() }
    }
}
