import Logging
import LuaRuntime
import Synchronization

/// A pack: the generation that serves, the events that wait for it, its reloads.
///
/// A reload is a transaction. The next generation is built beside the serving one; delivery pauses only for handover,
/// setup and the swap, which happens between two events; any failure leaves the old one serving.
public final class Pack: Sendable {
    public let source: PackSource
    let program: any PackProgram
    /// What it may use.
    public let limits: PackLimits
    /// What it may say and ask for in a time.
    public let budget: PackBudget
    let account: LuaAccount
    let clock: any ScriptClock
    let logger: Logger
    /// How long running invocations of a retired generation may take, in seconds.
    let grace: Double
    private let threads: ScriptThreads
    let tell: @Sendable (PackNotice) -> Void

    struct State {
        var serving: Generation?
        var mailbox: Mailbox
        var isPaused = true
        var isDraining = false
        var isClosed = false
        /// The generation that is being built.
        var loading: Generation?
        var mayLoad = true
        var count = 0
        var registrations: [String: String] = [:]
        var retiring: [Task<Void, any Error>] = []
        /// Files as they stood when the last attempt, good or bad, was made.
        var watched: [String: FileStamp?] = [:]
        var breaches = BreachCounter()
        var breachCounts: [String: Int] = [:]
        var isSuspended = false
        /// Events that came while it was suspended.
        var unheard = 0
    }
    let state: Mutex<State>
    let turn = AsyncTurn()

    /// - Parameters:
    ///   - notices: hears of what was slowed down, suspended or replaced. On any thread.
    public init(
        _ source: PackSource, program: any PackProgram, limits: PackLimits, clock: any ScriptClock, grace: Double = 30,
        logger: Logger, threads: ScriptThreads = .shared, notices: @escaping @Sendable (PackNotice) -> Void = { _ in }
    ) {
        self.source = source
        self.program = program
        self.limits = limits
        self.clock = clock
        self.grace = grace
        self.logger = logger
        self.threads = threads
        tell = notices
        budget = PackBudget(limits: limits, clock: clock)
        let name = source.name
        account = LuaAccount(share: limits.lua.share) { notices(.slowedDown(name, limits)) }
        state = Mutex(State(mailbox: Mailbox(limit: Int(limits[.mailbox]))))
    }

    /// The generation that serves; nil until the first load succeeded.
    public var serving: Generation? { state.withLock { $0.serving } }
    /// Events that wait.
    public var waiting: Int { state.withLock { $0.mailbox.count } }
    /// Whether it was suspended for its breaches; loading it again ends that.
    public var isSuspended: Bool { state.withLock { $0.isSuspended } }
    /// What it uses and has gone past.
    public var usage: PackUsage {
        state.withLock { state in
            PackUsage(
                limits: limits, memory: account.memory, peakMemory: account.peakMemory, recentCPU: account.recentCPU,
                invocations: account.invocations, timers: account.timers, waiting: state.mailbox.count,
                waitingBytes: state.mailbox.bytes, breaches: state.breachCounts, unheard: state.unheard,
                isSlowedDown: account.isSlowedDown, isSuspended: state.isSuspended)
        }
    }
    /// The files to watch, and how they stood when they were last read.
    public var watchedFiles: [String: FileStamp?] { state.withLock { $0.watched } }

    // MARK: Delivery

    /// Hands an event over, in gateway order. Never waits.
    ///
    /// - Returns: how many events a full mailbox lost by it.
    @discardableResult
    public func deliver(_ delivery: Delivery) -> Int {
        // What waits counts as the pack's memory: it has what the scripts leave, and a sixteenth in any case.
        let cap = Int(limits[.memory])
        let (start, lost) = state.withLock { state -> (Generation?, Int) in
            let room = max(cap - (state.serving?.engine.memory ?? 0), cap / 16)
            guard !state.isClosed else { return (nil, 0) }
            guard !state.isSuspended else {
                state.unheard += 1
                return (nil, 0)
            }
            state.mailbox.append(delivery, room: room)
            return (Pack.startDraining(&state), state.mailbox.takeDropped())
        }
        if let start { start.engine.enqueue { self.drain($0, start) } }
        return lost
    }

    private static func startDraining(_ state: inout State) -> Generation? {
        guard !state.isPaused, !state.isDraining, !state.mailbox.isEmpty, let serving = state.serving else {
            return nil
        }
        state.isDraining = true
        return serving
    }

    /// On the serving generation's thread: handles a batch, then lets others have the thread.
    private func drain(_ lua: LuaState, _ generation: Generation) {
        for _ in 0..<32 where !lua.turnIsOver {
            guard lua.invocationsInFlight < lua.limits.invocations else {
                // Goes on when an invocation has ended.
                state.withLock { if $0.serving === generation { $0.isDraining = false } }
                lua.onInvocationEnd = { [weak self] in self?.resumeDraining($0) }
                return
            }
            let next = state.withLock { state -> Delivery? in
                // A generation that no longer serves takes nothing: the swap may lie between two of its turns.
                guard state.serving === generation else { return nil }
                guard !state.isPaused, let next = state.mailbox.take() else {
                    state.isDraining = false
                    return nil
                }
                return next
            }
            guard let next else { return }
            next.body(lua)
        }
        generation.engine.enqueue { self.drain($0, generation) }
    }

    private func resumeDraining(_ lua: LuaState) {
        lua.onInvocationEnd = nil
        wake()
    }

    func wake() {
        let start = state.withLock { Pack.startDraining(&$0) }
        if let start { start.engine.enqueue { self.drain($0, start) } }
    }

    private func pause(_ paused: Bool) async {
        let serving = state.withLock { state -> Generation? in
            state.isPaused = paused
            return state.serving
        }
        // Whatever is being handled now ends its synchronous part before the pause counts.
        if paused { await serving?.runUnlessGivenUp { _ in } } else { wake() }
    }

    // MARK: Loading

    /// The first load: builds, commits, and begins to deliver.
    public func load() async throws(PackError) -> PackReport { try await reload() }

    /// Takes over the files as they are now; the caller counts as work meanwhile (`ScriptClock.work`). On failure the old generation goes on as if nothing had been.
    public func reload() async throws(PackError) -> PackReport {
        await turn.begin()
        defer { turn.end() }
        let begun = clock.now
        let (old, number) = state.withLock { ($0.serving, $0.count + 1) }
        let next: Generation
        do throws(LuaError) {
            next = try await make(number)
        } catch {
            throw PackError(.failed, pack: source.name, error.message, cause: error)
        }
        defer { state.withLock { $0.loading = nil } }
        var warnings: [String] = []
        do throws(PackError) {
            try await next.load(clock: clock)
            await pause(true)
            var handed = LuaValue.nil
            if let old {
                let (value, failure) = await old.handOver(clock: clock)
                handed = value
                if let failure {
                    warnings.append("handover of the old version failed, the new one starts without: \(failure)")
                }
            }
            try await next.setUp(handed, clock: clock)
        } catch {
            let seen = next.stamps
            state.withLock { state in
                for (path, stamp) in seen { state.watched[path] = stamp }
            }
            await pause(old == nil)
            await discard(next)
            throw error
        }
        let (before, registered) = await commit(next, reloaded: old != nil)
        wake()
        if let old { retire(old, "reload") }
        return PackReport(
            pack: source.name, generation: number, isReload: old != nil,
            changes: old == nil ? [] : Pack.changes(from: before, to: registered), warnings: warnings,
            seconds: clock.now - begun)
    }

    /// No load succeeds from now on, and one that is under way ends at once, however long its script means to wait.
    public func endLoads() {
        let loading = state.withLock { state in
            state.mayLoad = false
            return state.loading
        }
        loading?.abandon()
    }

    func make(_ number: Int) async throws(LuaError) -> Generation {
        let next = try await Generation(
            number: number, source: source, account: account, budget: budget, program: program, work: clock.work,
            threads: threads
        ) { [weak self] in self?.isStuck($0, number) }
        await next.run { state in
            state.onBreach = { [weak self] in self?.breached($0.kind.rawValue, in: $0.label, number) }
        }
        let mayLoad = state.withLock { state in
            state.loading = next
            return state.mayLoad
        }
        if !mayLoad { next.abandon() }
        return next
    }

    /// The swap: `next` serves from now on.
    ///
    /// - Parameter resumes: ends a suspension.
    func commit(_ next: Generation, reloaded: Bool, resumes: Bool = true) async -> (
        before: [String: String], now: [String: String]
    ) {
        let registered = await next.run { self.program.registrations($0) } ?? [:]
        // Before the swap, and waited for: from the first event on it is known what the new generation hears.
        await next.run { self.program.committed($0, for: next, reloaded: reloaded) }
        return state.withLock { state in
            let before = state.registrations
            state.serving = next
            state.count = next.number
            state.registrations = registered
            state.watched = next.stamps
            state.isPaused = false
            state.isDraining = false
            if resumes {
                state.isSuspended = false
                state.breaches.clear()
            }
            return (before, registered)
        }
    }

    func discard(_ next: Generation) async {
        guard !next.isGivenUp else { return }
        await next.run { $0.cancelAll("the version was not taken over") }
        await next.close()
    }

    private static func changes(from old: [String: String], to new: [String: String]) -> [String] {
        var changes: [String] = []
        for name in Set(old.keys).union(new.keys).sorted() {
            switch (old[name], new[name]) {
            case (nil, _?): changes.append("+ \(name)")
            case (_?, nil): changes.append("- \(name)")
            case (let before?, let after?) where before != after: changes.append("~ \(name)")
            default: break
            }
        }
        return changes
    }

    /// Lets the invocations of a generation end within the grace time, then ends them, then tears it down.
    func retire(_ generation: Generation, _ reason: String) {
        let task = clock.task { [self] in
            await finish(generation, within: grace, reason)
            if generation.isGivenUp {
                // Only when its call of C has ended, if it ever does.
                await generation.close()
                return
            }
            if let error = await generation.tearDown(reason, clock: clock) {
                logger.warning("teardown failed", metadata: ["pack": "\(source.name)", "error": "\(error.detail)"])
            }
            await generation.close()
        }
        state.withLock { state in
            state.retiring.removeAll { $0.isCancelled }
            state.retiring.append(task)
            if state.retiring.count > 64 { state.retiring.removeFirst() }
        }
    }

    private func finish(_ generation: Generation, within seconds: Double, _ reason: String) async {
        let deadline = clock.now + seconds
        while clock.now < deadline, await generation.runUnlessGivenUp({ $0.invocationsInFlight }) ?? 0 > 0 {
            guard (try? await clock.sleep(until: min(deadline, clock.now + 0.02))) != nil else { break }
        }
        await generation.runUnlessGivenUp {
            $0.cancelAll("cancelled: the pack's \(reason) and its grace time are over")
        }
    }

    /// Ends the pack: no more events; running invocations get `seconds`, then an error; `teardown(bot, reason)`.
    public func close(_ reason: String, within seconds: Double) async {
        endLoads()
        await turn.begin()
        defer { turn.end() }
        let (serving, retiring) = state.withLock { state -> (Generation?, [Task<Void, any Error>]) in
            state.isClosed = true
            state.isPaused = true
            defer {
                state.serving = nil
                state.retiring = []
            }
            return (state.serving, state.retiring)
        }
        for task in retiring { task.cancel() }
        guard let serving else { return }
        await finish(serving, within: seconds, reason)
        guard !serving.isGivenUp else { return }
        if let error = await serving.tearDown(reason, clock: clock) {
            logger.warning("teardown failed", metadata: ["pack": "\(source.name)", "error": "\(error.detail)"])
        }
        await serving.close()
    }
}
