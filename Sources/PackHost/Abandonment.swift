import LuaRuntime
import Synchronization

/// The moment when a generation is given up because its thread does not come back, and who has to be told then.
final class Abandonment: Sendable {
    private struct State {
        var hasBegun = false
        var count: UInt64 = 0
        var waiting: [UInt64: @Sendable () -> Void] = [:]
    }
    private let state = Mutex(State())

    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    /// Calls `body` when it begins, or at once where it has. Answers a number to take it back with.
    func whenItBegins(_ body: @escaping @Sendable () -> Void) -> UInt64? {
        let number = state.withLock { state -> UInt64? in
            guard !state.hasBegun else { return nil }
            state.count += 1
            state.waiting[state.count] = body
            return state.count
        }
        if number == nil { body() }
        return number
    }

    func forget(_ number: UInt64) { state.withLock { _ = $0.waiting.removeValue(forKey: number) } }

    func begin() {
        let waiting = state.withLock { state in
            defer {
                state.hasBegun = true
                state.waiting.removeAll()
            }
            return state.waiting
        }
        for body in waiting.values { body() }
    }
}

/// What a state's thread answers, or nil where its generation is given up first. Given once.
final class Answer<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value?, Never>?
        var number: UInt64?
    }
    private let state: Mutex<State>
    private let abandonment: Abandonment

    private let work: WorkCount?

    /// - Parameter work: where who waits is counted again before it is woken.
    init(
        _ continuation: CheckedContinuation<Value?, Never>, _ abandonment: Abandonment, work: WorkCount? = nil
    ) {
        state = Mutex(State(continuation: continuation))
        self.abandonment = abandonment
        self.work = work
    }

    func give(_ value: Value?) {
        let (continuation, number) = state.withLock { state in
            defer { state.continuation = nil }
            return (state.continuation, state.number)
        }
        if let number { abandonment.forget(number) }
        guard let continuation else { return }
        work?.begin()
        continuation.resume(returning: value)
    }

    /// Answers with this value when the generation is given up.
    func giveUp(with value: Value?) {
        guard let number = abandonment.whenItBegins({ self.give(value) }) else { return }
        let isGiven = state.withLock { state in
            state.number = number
            return state.continuation == nil
        }
        if isGiven { abandonment.forget(number) }
    }
}
