import Synchronization

/// Keeps a Lua value alive from Swift. Harmless after its state is gone, and may die on any thread: the slot is given
/// back the next time the state runs.
public final class LuaReference: Sendable {
    let number: Int32
    let releases: LuaReleases

    init(number: Int32, releases: LuaReleases) {
        self.number = number
        self.releases = releases
    }

    deinit { releases.add(number) }

    /// Whether the state it belongs to has been closed.
    public var isDead: Bool { releases.isClosed }
}

/// Registry slots whose references have died.
final class LuaReleases: Sendable {
    private struct Pending {
        var numbers: [Int32] = []
        var closed = false
    }
    private let pending = Mutex(Pending())
    private let any = Atomic(false)

    func add(_ number: Int32) {
        pending.withLock { if !$0.closed { $0.numbers.append(number) } }
        any.store(true, ordering: .releasing)
    }

    func take() -> [Int32] {
        guard any.exchange(false, ordering: .acquiring) else { return [] }
        return pending.withLock {
            let numbers = $0.numbers
            $0.numbers.removeAll()
            return numbers
        }
    }

    var isClosed: Bool { pending.withLock { $0.closed } }

    func close() {
        pending.withLock {
            $0.closed = true
            $0.numbers.removeAll()
        }
    }
}
