import CLuaShim

/// A Lua state on the script threads: the actor that owns it.
///
/// Everything that touches the state runs on the engine's executor, never on the cooperative pool or an event loop, so
/// a script that spins holds up its own pack alone.
public actor LuaEngine {
    /// Nanoseconds that a script runs before others of its state get a turn.
    static let slice: UInt64 = 10_000_000

    private let executor: ScriptExecutor
    private let state: LuaState
    /// What the state uses.
    public nonisolated let account: LuaAccount
    private nonisolated let gauge: LuaGauge
    /// Bytes in use, with what the host keeps, when an invocation ended or was interrupted last.
    public nonisolated var memory: Int { gauge.memory }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - name: the pack's name, for thread reports.
    ///   - confined: whether it is to run what the operator does not trust.
    ///   - account: where its use is noted; the generations of a pack have one together. Nil: one of its own.
    ///   - work: counts what the state does, for a clock moved by hand.
    ///   - isStuck: called when the state is inside one call of C for long, see `ScriptExecutor.Stuck`. On another thread.
    /// - Throws: what opening a state throws.
    public init(
        _ name: String, limits: LuaLimits = LuaLimits(), confined: Bool = false, threads: ScriptThreads = .shared,
        account: LuaAccount? = nil, work: WorkCount? = nil,
        isStuck: (@Sendable (ScriptExecutor.Stuck) -> Void)? = nil
    ) async throws(LuaError) {
        try await self.init(
            name, limits: limits, confined: confined, without: [], threads: threads, account: account, work: work,
            isStuck: isStuck)
    }

    /// - Parameter without: fences to leave out, for tests that show what they are for.
    init(
        _ name: String, limits: LuaLimits, confined: Bool, without: LuaFences, threads: ScriptThreads = .shared,
        account: LuaAccount? = nil, work: WorkCount? = nil,
        isStuck: (@Sendable (ScriptExecutor.Stuck) -> Void)? = nil
    ) async throws(LuaError) {
        let account = account ?? LuaAccount(share: limits.share)
        self.account = account
        executor = ScriptExecutor(name, threads, account: account, work: work, isStuck: isStuck)
        state = try LuaState(limits: limits, confined: confined, without: without)
        state.account = account
        gauge = state.gauge
        adopt(work)
    }

    private func adopt(_ work: WorkCount?) {
        state.engine = self
        state.work = work
    }

    isolated deinit {}

    /// Runs on the state's thread, after everything enqueued before.
    public func run<R: Sendable>(_ body: @Sendable (LuaState) throws -> R) rethrows -> R { try body(state) }

    /// Enqueues work on the state's thread, in order, from any thread. Never waits.
    public nonisolated func enqueue(_ body: @escaping @Sendable (LuaState) -> Void) {
        executor.submit { self.assumeIsolated { body($0.state) } }
    }
}
