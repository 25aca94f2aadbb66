import CLua
import CLuaShim

/// How an invocation ended.
public enum LuaOutcome {
    /// That many results on top of the stack, valid during the callback.
    case returned(Int32)
    case raised(LuaError)
}

/// One run of a Lua function from Swift: its coroutine, its budget, what it waits for.
public final class LuaInvocation {
    public let number: UInt64
    /// What it is, for logs and errors: `!ping`, `on_message`.
    public let label: String
    let thread: OpaquePointer
    let anchor: Int32
    let mayWait: Bool
    let budget: UInt64
    var arguments: Int32 = 0
    /// The shim's record of how far its end has come; at one place, because the shim keeps the address while it runs.
    let doom: UnsafeMutablePointer<Int32>
    var doomError: LuaError?
    var task: Task<Void, Never>?
    var parks: UInt64 = 0
    var isParked = false
    var answer: Result<any LuaPushable & Sendable, any Error>?
    var cpu: UInt64 = 0
    var cpuMark: UInt64 = 0
    var isLong = false
    /// The invocation whose host call runs this one.
    weak var outer: LuaInvocation?
    let finished: (LuaState, LuaOutcome) -> Void
    /// What the host keeps with it, for example the command's context.
    public var attachment: AnyObject?

    init(
        number: UInt64, label: String, thread: OpaquePointer, anchor: Int32, mayWait: Bool, budget: UInt64,
        finished: @escaping (LuaState, LuaOutcome) -> Void
    ) {
        self.number = number
        self.label = label
        self.thread = thread
        self.anchor = anchor
        self.mayWait = mayWait
        self.budget = budget
        self.finished = finished
        doom = .allocate(capacity: 1)
        doom.initialize(to: 0)
    }

    deinit { doom.deallocate() }
}

/// Runs invocations: starts, parks, resumes, slices, ends them. Belongs to one state.
final class LuaScheduler {
    private(set) var running: LuaInvocation?
    private var alive: [UInt64: LuaInvocation] = [:]
    private var ready: [LuaInvocation] = []
    private var pool: [(thread: OpaquePointer, anchor: Int32)] = []
    private var count: UInt64 = 0
    /// When the closing of a dead coroutine's variables began, nanoseconds of the monotonic clock.
    private var closing: UInt64?

    var inFlight: Int { alive.count }

    func forget() {
        for invocation in alive.values { invocation.task?.cancel() }
        alive.removeAll()
        ready.removeAll()
    }

    /// Starts the function below `arguments` values on top of the stack. Runs it at once, or after the one that runs.
    func start(
        _ state: LuaState, arguments: Int32, label: String, mayWait: Bool, budget: UInt64, attachment: AnyObject?,
        finished: @escaping (LuaState, LuaOutcome) -> Void
    ) -> LuaInvocation {
        state.releaseDead()
        count += 1
        let (thread, anchor) = pool.popLast() ?? newThread(state)
        let invocation = LuaInvocation(
            number: count, label: label, thread: thread, anchor: anchor, mayWait: mayWait, budget: budget,
            finished: finished)
        invocation.attachment = attachment
        lua_checkstack(thread, arguments + 24)
        mt_push_base(thread)
        lua_xmove(state.current, thread, arguments + 1)
        invocation.arguments = arguments + 1
        alive[invocation.number] = invocation
        if running == nil || !mayWait { resume(invocation, in: state) } else { makeReady(invocation, in: state) }
        return invocation
    }

    private func newThread(_ state: LuaState) -> (OpaquePointer, Int32) {
        let outer = state.current
        state.current = state.main
        defer { state.current = outer }
        lua_checkstack(state.main, 4)
        let thread = mt_new_host_thread(state.main)
        let anchor = mt_ref(state.main)
        return (thread ?? state.main, anchor)
    }

    private func makeReady(_ invocation: LuaInvocation, in state: LuaState) {
        ready.append(invocation)
        guard ready.count == 1 else { return }
        state.engine?.enqueue { $0.scheduler.runReady($0) }
    }

    /// Runs one ready invocation; others queued on the engine get their turn between two.
    private func runReady(_ state: LuaState) {
        guard !ready.isEmpty else { return }
        let invocation = ready.removeFirst()
        if !ready.isEmpty { state.engine?.enqueue { $0.scheduler.runReady($0) } }
        if alive[invocation.number] === invocation { resume(invocation, in: state) }
    }

    private func resume(_ invocation: LuaInvocation, in state: LuaState) {
        let outer = running, outerCurrent = state.current
        running = invocation
        invocation.outer = outer
        state.current = invocation.thread
        if invocation.isLong { invocation.cpuMark = mt_thread_cpu() }
        var results: Int32 = 0, reason: Int32 = 0
        let status = mt_resume(
            invocation.thread, invocation.arguments, invocation.mayWait ? 0 : 1, invocation.doom, &results, &reason)
        invocation.arguments = 0
        running = outer
        defer { state.current = outerCurrent }
        if status == LUA_YIELD {
            if reason == MT_YIELD_PARK { return }
            charge(invocation)
            if invocation.cpu > invocation.budget, invocation.doom.pointee == 0 { doomForBudget(invocation) }
            makeReady(invocation, in: state)
            return
        }
        if status == LUA_OK, lua_toboolean(invocation.thread, -results) != 0 {
            // A pcall that absorbed the end at the last moment does not make it a success.
            let outcome = invocation.doomError.map { LuaOutcome.raised($0) } ?? .returned(results - 1)
            finish(invocation, outcome, in: state, reusable: true)
        } else {
            let error = state.object(LuaError.self, at: -1) ?? .script(state.string(at: -1) ?? "unknown error")
            finish(invocation, .raised(error), in: state, reusable: status == LUA_OK)
        }
    }

    private func finish(_ invocation: LuaInvocation, _ outcome: LuaOutcome, in state: LuaState, reusable: Bool) {
        alive[invocation.number] = nil
        invocation.finished(state, outcome)
        // A pooled stack keeps what lay on it until something is put over it: not while memory is short.
        let memory = mt_memory_of(state.main)
        if reusable, pool.count < 64, memory.used < memory.cap / 2 {
            lua_settop(invocation.thread, 0)
            pool.append((invocation.thread, invocation.anchor))
        } else {
            closing = mt_now()
            _ = mt_reset(invocation.thread)
            closing = nil
            mt_unref(state.main, invocation.anchor)
        }
        state.onInvocationEnd?(state)
    }

    // MARK: Budget

    private func charge(_ invocation: LuaInvocation) {
        let now = mt_thread_cpu()
        if invocation.isLong, now > invocation.cpuMark { invocation.cpu += now - invocation.cpuMark }
        if !invocation.isLong { invocation.cpu += LuaEngine.slice }
        invocation.isLong = true
        invocation.cpuMark = now
    }

    private func doomForBudget(_ invocation: LuaInvocation) {
        invocation.doomError = LuaError(
            LuaError.budgetName, bases: [LuaError.rootName],
            "'\(invocation.label)' used more than \(invocation.budget / 1_000_000) ms of CPU without waiting: "
                + "split the work with fluxer.sleep(0), or raise limits.cpu")
        invocation.doom.pointee = 1
    }

    /// A slice is over where Lua cannot yield. The invocations whose host calls led here pay for it too.
    func isOverBudget(_ state: LuaState) -> Bool {
        if let closing { return mt_now() &- closing > LuaScheduler.closingTime }
        guard let running else { return true }
        var over: LuaError?
        var each: LuaInvocation? = running
        while let invocation = each {
            charge(invocation)
            if invocation.cpu > invocation.budget, invocation.doom.pointee == 0 { doomForBudget(invocation) }
            over = over ?? invocation.doomError
            each = invocation.outer
        }
        guard let over else { return false }
        running.doomError = running.doomError ?? over
        return true
    }

    /// Nanoseconds that the to-be-closed variables of a dead coroutine have.
    private static let closingTime: UInt64 = 1_000_000_000

    // MARK: Waiting

    /// A host function on the running coroutine waits for `operation`.
    func park(_ operation: LuaOperation, in state: LuaState) throws(LuaError) -> Int32 {
        guard let invocation = running else { throw LuaError("HostError", "nothing runs that could wait") }
        if let end = invocation.doomError {
            // It has been told to end: nothing is waited for any more.
            if invocation.doom.pointee == 1 { invocation.doom.pointee = 2 }
            throw end
        }
        guard mt_can_wait(state.current) != 0 else { throw cannotWait(invocation, state) }
        guard let engine = state.engine else { throw LuaError("HostError", "the state is closing") }
        invocation.parks += 1
        invocation.isParked = true
        invocation.answer = nil
        invocation.cpu = 0
        invocation.isLong = false
        let number = invocation.number, park = invocation.parks, body = operation.body
        invocation.task = Task.detached { [weak engine] in
            let answer: Result<any LuaPushable & Sendable, any Error>
            do { answer = .success(try await body()) } catch { answer = .failure(error) }
            engine?.enqueue { $0.scheduler.complete(number, park, answer, in: $0) }
        }
        return MT_PARK
    }

    func checkCanWait(_ state: LuaState) throws(LuaError) {
        guard let running, mt_can_wait(state.current) == 0 else { return }
        throw cannotWait(running, state)
    }

    private func cannotWait(_ invocation: LuaInvocation, _ state: LuaState) -> LuaError {
        var space = lua_Debug()
        let blocker = mt_blocker(state.current, &space).map { String(cString: $0) }
        let place = blocker.map { "inside \($0)" } ?? (invocation.mayWait ? "here" : "inside \(invocation.label)")
        return LuaError(
            "WaitError", bases: [LuaError.rootName],
            "cannot wait \(place): Lua cannot suspend there; do the waiting before or after it")
    }

    private func complete(
        _ number: UInt64, _ park: UInt64, _ answer: Result<any LuaPushable & Sendable, any Error>, in state: LuaState
    ) {
        guard let invocation = alive[number], invocation.parks == park, invocation.isParked else { return }
        invocation.isParked = false
        invocation.task = nil
        invocation.answer = answer
        if running == nil { resume(invocation, in: state) } else { makeReady(invocation, in: state) }
    }

    /// The parked call goes on: pushes what the operation answered.
    func finishParked(in state: LuaState) throws -> LuaReturn {
        guard let invocation = running, let answer = invocation.answer else {
            throw running?.doomError ?? LuaError(LuaError.cancelledName, bases: [LuaError.rootName], "cancelled")
        }
        invocation.answer = nil
        switch answer {
        case .success(let value): return .values(value.push(to: state))
        case .failure(let error): throw error
        }
    }

    /// Ends an invocation: its operation is cancelled and the error is raised where it stands, again and again until
    /// it has unwound.
    func cancel(_ number: UInt64, _ error: LuaError, in state: LuaState) {
        guard let invocation = alive[number] else { return }
        let end = invocation.doomError ?? error
        invocation.doomError = end
        invocation.task?.cancel()
        // What is parked is raised at by the answer; all else at its next instruction.
        if invocation.doom.pointee == 0 { invocation.doom.pointee = invocation.isParked ? 2 : 1 }
        guard invocation.isParked else { return }
        invocation.isParked = false
        invocation.task = nil
        invocation.answer = .failure(end)
        if running == nil { resume(invocation, in: state) } else { makeReady(invocation, in: state) }
    }

    func cancelAll(_ error: LuaError, in state: LuaState) {
        for number in alive.keys.sorted() { cancel(number, error, in: state) }
    }
}

extension LuaState {
    /// Raises the error of a wait that cannot be, for functions that register something before they wait.
    public func checkCanWait() throws(LuaError) { try scheduler.checkCanWait(self) }
    /// Number of invocations that have begun and not ended.
    public var invocationsInFlight: Int { scheduler.inFlight }
    /// The invocation whose code runs now.
    public var runningInvocation: LuaInvocation? { scheduler.running }

    /// Calls the function that `push` puts on the stack with the arguments it pushes after it, on a coroutine of its own.
    ///
    /// - Parameters:
    ///   - label: what it is, for logs and errors.
    ///   - mayWait: false: it runs to its end at once, and a wait inside is an error.
    ///   - budget: nanoseconds of CPU between two waits; nil: the state's limit.
    ///   - push: pushes the function, then the arguments; answers how many arguments.
    ///   - finished: called once on the state's thread with the outcome.
    @discardableResult
    public func start(
        _ label: String, mayWait: Bool = true, budget: UInt64? = nil, attachment: AnyObject? = nil,
        push: (LuaState) throws(LuaError) -> Int32, finished: @escaping (LuaState, LuaOutcome) -> Void
    ) throws(LuaError) -> LuaInvocation {
        ensureStack(24)
        let before = top
        let arguments: Int32
        do {
            arguments = try push(self)
        } catch {
            lua_settop(current, before)
            throw error
        }
        return scheduler.start(
            self, arguments: arguments, label: label, mayWait: mayWait, budget: budget ?? limits.cpu,
            attachment: attachment, finished: finished)
    }

    /// Calls a function that may not wait and answers what `read` makes of its results.
    public func call<R>(
        _ label: String, budget: UInt64? = nil, push: (LuaState) throws(LuaError) -> Int32,
        read: @escaping (LuaState, Int32) throws(LuaError) -> R
    ) throws(LuaError) -> R {
        var result: Result<R, LuaError> = .failure(LuaError("HostError", "\(label) did not end"))
        try start(label, mayWait: false, budget: budget, push: push) { state, outcome in
            switch outcome {
            case .returned(let count):
                do throws(LuaError) { result = .success(try read(state, count)) } catch { result = .failure(error) }
            case .raised(let error): result = .failure(error)
            }
        }
        return try result.get()
    }

    /// Ends an invocation with an error that no pcall absorbs.
    public func cancel(_ invocation: UInt64, _ reason: String) {
        scheduler.cancel(invocation, LuaState.cancelled(reason), in: self)
    }

    /// Ends every invocation.
    public func cancelAll(_ reason: String) { scheduler.cancelAll(LuaState.cancelled(reason), in: self) }

    static func cancelled(_ reason: String) -> LuaError {
        LuaError(LuaError.cancelledName, bases: [LuaError.rootName], reason)
    }
}
