import Synchronization

/// An answer that somebody else gives, once: who waits for it is not counted as work until it is there.
public final class CountedAnswer<Value: Sendable>: Sendable {
    private struct Waiter {
        let continuation: CheckedContinuation<Value, any Error>
        /// It is counted, and left out while it waits.
        let isLeft: Bool
    }
    private struct State {
        var result: Result<Value, any Error>?
        var waiting: [Waiter] = []
    }
    private let state = Mutex(State())
    private let work: WorkCount?

    public init(_ work: WorkCount?) { self.work = work }

    public var isGiven: Bool { state.withLock { $0.result != nil } }

    /// Gives the answer. Only the first counts.
    public func give(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> [Waiter] in
            guard state.result == nil else { return [] }
            state.result = result
            defer { state.waiting = [] }
            // Counted again before they are woken.
            for waiter in state.waiting where waiter.isLeft { work?.begin() }
            return state.waiting
        }
        for waiter in waiting { waiter.continuation.resume(with: result) }
    }

    /// The answer, once it is there. Cancelling the waiting task gives it up for all who wait.
    public func wait() async throws -> Value {
        let isLeft = work != nil && WorkCount.isCounted
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let known = state.withLock { state -> Result<Value, any Error>? in
                    if let result = state.result { return result }
                    state.waiting.append(Waiter(continuation: continuation, isLeft: isLeft))
                    return nil
                }
                if let known { continuation.resume(with: known) } else if isLeft { work?.end() }
            }
        } onCancel: {
            give(.failure(CancellationError()))
        }
    }
}
