import Synchronization

/// Counts what goes on by itself on behalf of scripts, so that a clock that is moved by hand knows when it may move.
///
/// Counted is every state that has something to run, every operation a coroutine waits for, and every task begun with
/// `task`; what sleeps on the clock or waits for an event is left out for as long as it does. Where nothing is counted,
/// nothing happens until the clock moves or something comes from outside. In the program there is no such count.
public final class WorkCount: Sendable {
    private struct State {
        var open = 0
        var begun: UInt64 = 0
        var atRest: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())

    public init() {}

    /// What is under way, and how much has begun since the start. Where two looks show the same `begun` and nothing open,
    /// nothing went on between them.
    public var standing: (open: Int, begun: UInt64) { state.withLock { ($0.open, $0.begun) } }

    /// Called, on any thread, whenever the last thing under way has ended.
    public func onRest(_ body: (@Sendable () -> Void)?) { state.withLock { $0.atRest = body } }

    public func begin() {
        state.withLock { state in
            state.open += 1
            state.begun &+= 1
        }
    }

    public func end() {
        let atRest = state.withLock { state -> (@Sendable () -> Void)? in
            state.open -= 1
            return state.open == 0 ? state.atRest : nil
        }
        atRest?()
    }

    /// The task that is counted by itself, for `pauses`.
    @TaskLocal private static var counted: Int?

    /// Runs a body that was begun with `begin`, and ends it. Within, `isCounted` holds.
    func run<R>(_ body: () async throws -> R) async rethrows -> R {
        defer { end() }
        let own = withUnsafeCurrentTask { $0?.hashValue }
        return try await WorkCount.$counted.withValue(own) { try await body() }
    }

    /// Whether the running task is one that is counted: then it calls `end` before it begins to wait for others, and who
    /// wakes it calls `begin` first. Tasks begun within one are not counted with it.
    public static var isCounted: Bool {
        guard let counted else { return false }
        return withUnsafeCurrentTask { $0?.hashValue } == counted
    }

    /// A task that is counted from now to its end; without a count a plain one.
    @discardableResult
    public static func task(
        _ count: WorkCount?, _ body: @escaping @Sendable () async throws -> Void
    ) -> Task<Void, any Error> {
        guard let count else { return Task.detached { try await body() } }
        count.begin()
        return Task.detached { try await count.run(body) }
    }
}
