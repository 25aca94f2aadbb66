import Synchronization

/// Wakes those who wait for something to change, without a ring being missed.
final class Bell: Sendable {
    private struct State {
        var count: UInt64 = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    /// How often it has rung.
    var count: UInt64 { state.withLock { $0.count } }

    func ring() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.count &+= 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns as soon as it has rung after the ring with this number.
    func wait(after seen: UInt64) async {
        await withCheckedContinuation { continuation in
            let hasRung = state.withLock { state -> Bool in
                guard state.count == seen else { return true }
                state.waiting.append(continuation)
                return false
            }
            if hasRung { continuation.resume() }
        }
    }
}
