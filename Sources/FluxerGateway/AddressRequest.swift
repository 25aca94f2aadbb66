import Synchronization

/// The engine's wish for an address, and how it is given up.
final class AddressRequest: Sendable {
    /// Which attempt this is for; an answer to an older one is ignored.
    let serial: Int
    /// Ask the provider, even where an address is known.
    let refresh: Bool

    private enum State {
        case open
        case running(Task<String, any Error>)
        case cancelled
    }
    private let state = Mutex(State.open)

    init(serial: Int, refresh: Bool) {
        self.serial = serial
        self.refresh = refresh
    }

    /// Runs the provider; ends early where the wish is given up or the caller is cancelled.
    func run(_ provider: @escaping @Sendable () async throws -> String) async -> Result<String, any Error> {
        let task = Task { try await provider() }
        let goesOn = state.withLock { state in
            if case .cancelled = state { return false }
            state = .running(task)
            return true
        }
        if !goesOn { task.cancel() }
        return await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
    }

    func cancel() {
        state.withLock { state in
            if case .running(let task) = state { task.cancel() }
            state = .cancelled
        }
    }
}
