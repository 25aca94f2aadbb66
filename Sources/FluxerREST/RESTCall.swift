import Synchronization

/// A call that was enqueued: wait for it, or cancel it.
public final class RESTCall: Sendable {
    public typealias Outcome = Result<RESTResponse, RESTError>

    private enum State {
        case pending([@Sendable (Outcome) -> Void])
        case done(Outcome)
    }

    /// What was asked.
    public let request: RESTRequest
    let ticket: RateLimiter.Ticket
    private let state = Mutex(State.pending([]))
    private let onOutcome: (@Sendable (Outcome) -> Void)?
    private let onCancel: @Sendable (RateLimiter.Ticket) -> Void

    init(
        _ request: RESTRequest, ticket: RateLimiter.Ticket, onOutcome: (@Sendable (Outcome) -> Void)?,
        onCancel: @escaping @Sendable (RateLimiter.Ticket) -> Void
    ) {
        self.request = request
        self.ticket = ticket
        self.onOutcome = onOutcome
        self.onCancel = onCancel
    }

    /// The answer, once it is there. Cancelling the waiting task cancels the call.
    public func response() async throws(RESTError) -> RESTResponse {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                whenSettled { continuation.resume(returning: $0) }
            }
        } onCancel: {
            cancel()
        }
        return try outcome.get()
    }

    /// Tells the outcome, at once if it is there already.
    ///
    /// - Parameter body: called once, on any thread; it must not block.
    public func whenSettled(_ body: @escaping @Sendable (Outcome) -> Void) {
        let known = state.withLock { state -> Outcome? in
            switch state {
            case .done(let outcome): return outcome
            case .pending(let waiting):
                state = .pending(waiting + [body])
                return nil
            }
        }
        if let known { body(known) }
    }

    /// Gives the call up: one that has not left never will; one under way may have had its effect. Its outcome is an
    /// error with the code `CANCELLED`.
    public func cancel() { onCancel(ticket) }

    /// Settles the call. Only the first outcome counts.
    func complete(_ outcome: Outcome) {
        let waiting = state.withLock { state -> [@Sendable (Outcome) -> Void]? in
            guard case .pending(let waiting) = state else { return nil }
            state = .done(outcome)
            return waiting
        }
        guard let waiting else { return }
        onOutcome?(outcome)
        for body in waiting { body(outcome) }
    }
}
