import Synchronization

/// A queue between threads: puts never wait, takes wait for the next item.
final class Inbox<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var read = 0
        var waiting: CheckedContinuation<Item, any Error>?
    }
    private let state = Mutex(State())

    /// Everything that was ever put.
    var all: [Item] { state.withLock { $0.items } }

    func put(_ item: Item) {
        let waiting = state.withLock { state -> CheckedContinuation<Item, any Error>? in
            state.items.append(item)
            guard let waiting = state.waiting else { return nil }
            state.waiting = nil
            state.read += 1
            return waiting
        }
        waiting?.resume(returning: item)
    }

    /// The next item that has not been taken. One taker at a time; throws when the test's time is up.
    func next() async throws -> Item {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready = state.withLock { state -> Result<Item, any Error>? in
                    if Task.isCancelled { return .failure(NothingCame()) }
                    guard state.read < state.items.count else {
                        state.waiting = continuation
                        return nil
                    }
                    state.read += 1
                    return .success(state.items[state.read - 1])
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting
            }
            waiting?.resume(throwing: NothingCame())
        }
    }

    /// Takes items until one gives a value.
    func next<Value>(_ select: (Item) -> Value?) async throws -> Value {
        while true {
            if let value = select(try await next()) { return value }
        }
    }
}

/// The test's time ran out at a wait.
struct NothingCame: Error {}
