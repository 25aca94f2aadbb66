import Synchronization

/// A queue between threads: puts never wait, takes wait for the next item.
final class Inbox<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var read = 0
        var waiting: CheckedContinuation<Item, Never>?
    }
    private let state = Mutex(State())

    /// Everything that was ever put.
    var all: [Item] { state.withLock { $0.items } }

    func put(_ item: Item) {
        let waiting = state.withLock { state -> CheckedContinuation<Item, Never>? in
            state.items.append(item)
            guard let waiting = state.waiting else { return nil }
            state.waiting = nil
            state.read += 1
            return waiting
        }
        waiting?.resume(returning: item)
    }

    /// The next item that has not been taken. One taker at a time.
    func next() async -> Item {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Item? in
                guard state.read < state.items.count else {
                    state.waiting = continuation
                    return nil
                }
                state.read += 1
                return state.items[state.read - 1]
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Takes items until one gives a value.
    func next<Value>(_ select: (Item) -> Value?) async -> Value {
        while true {
            if let value = select(await next()) { return value }
        }
    }
}
