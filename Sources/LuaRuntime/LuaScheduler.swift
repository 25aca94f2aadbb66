import CLua
import CLuaShim

/// Runs invocations: starts, parks, resumes, slices, ends them. Belongs to one state.
final class LuaScheduler {
    private(set) var running: LuaInvocation?
    private var alive: [UInt64: LuaInvocation] = [:]
    private var ready = FIFO<LuaInvocation>()
    private var pool: [(thread: OpaquePointer, anchor: Int32)] = []
    private var count: UInt64 = 0
    /// When the closing of a dead coroutine's variables began, nanoseconds of the monotonic clock.
    private var closing: UInt64?
    /// Timers under way, with those of calls that nobody waits for.
    private(set) var timers = 0

    /// Invocations that wait for their first turn.
    private var unstarted = 0

    var inFlight: Int { alive.count }

    func forget(_ state: LuaState) {
        for invocation in alive.values { invocation.cancelOperation?() }
        state.account?.invocationsChanged(by: -alive.count)
        state.account?.timersChanged(by: -timers)
        alive.removeAll()
        ready.removeAll()
    }

    /// Starts the function below `arguments` values on top of the stack. Runs it at once, or after the one that runs.
    func start(
        _ state: LuaState, arguments: Int32, label: String, mayWait: Bool, budget: UInt64, attachment: AnyObject?,
        finished: @escaping (LuaState, LuaOutcome) -> Void
    ) -> LuaInvocation {
        state.releaseDead()
        state.charge(LuaInvocation.cost)
        state.account?.invocationsChanged(by: 1)
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
        // Past its slice the engine lets others have the thread; what was put off keeps its place before what comes later.
        let isPutOff = mayWait && (running != nil || unstarted > 0 || state.turnIsOver)
        if isPutOff {
            unstarted += 1
            invocation.isUnstarted = true
            makeReady(invocation, in: state)
        } else {
            resume(invocation, in: state)
        }
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
        guard let invocation = ready.take() else { return }
        if invocation.isUnstarted {
            invocation.isUnstarted = false
            unstarted -= 1
        }
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
            state.noteMemory()
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
        state.charge(-LuaInvocation.cost)
        state.account?.invocationsChanged(by: -1)
        // Told before its end is: whoever sees the end sees the breach.
        let known = isBreaching(invocation, state) ? breach(of: invocation, outcome) : nil
        if let known { state.onBreach?(LuaBreach(kind: known, label: invocation.label)) }
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
        if known == nil, isBreaching(invocation, state), isOverCap(state) {
            state.onBreach?(LuaBreach(kind: .memory, label: invocation.label))
        }
        state.noteMemory()
        state.invocationEnded?(invocation.number)
        state.onInvocationEnd?(state)
    }

    /// Breaches of an invocation inside another are the outer one's.
    private func isBreaching(_ invocation: LuaInvocation, _ state: LuaState) -> Bool {
        invocation.outer == nil && state.onBreach != nil
    }

    /// Which limit an invocation that ends went past.
    private func breach(of invocation: LuaInvocation, _ outcome: LuaOutcome) -> LuaBreach.Kind? {
        if invocation.doomError?.name == LuaError.budgetName { return .cpu }
        if case .raised(let error) = outcome, error.name == "ScriptError", error.message.hasSuffix("not enough memory")
        {
            return .memory
        }
        return nil
    }

    /// Whether all that is not garbage is more than the cap.
    private func isOverCap(_ state: LuaState) -> Bool {
        func isOver() -> Bool {
            let memory = mt_memory_of(state.main)
            return memory.used > memory.cap
        }
        guard isOver() else { return false }
        _ = mt_collect(state.main)
        return isOver()
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
        if operation.isTimer {
            try beginTimer(in: state)
            invocation.holdsTimer = true
        }
        invocation.parks += 1
        invocation.isParked = true
        invocation.answer = nil
        invocation.cpu = 0
        invocation.isLong = false
        let number = invocation.number, park = invocation.parks
        invocation.cancelOperation = operation.start(state.work) { [weak engine] answer in
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
        _ number: UInt64, _ park: UInt64, _ answer: LuaOperation.Answer, in state: LuaState
    ) {
        guard let invocation = alive[number], invocation.parks == park, invocation.isParked else { return }
        unpark(invocation, in: state)
        invocation.cancelOperation = nil
        invocation.answer = Result { try answer() }
        if running == nil { resume(invocation, in: state) } else { makeReady(invocation, in: state) }
    }

    private func unpark(_ invocation: LuaInvocation, in state: LuaState) {
        invocation.isParked = false
        guard invocation.holdsTimer else { return }
        invocation.holdsTimer = false
        endTimer(in: state)
    }

    func checkTimers(in state: LuaState) throws(LuaError) {
        guard timers < state.limits.timers else {
            throw LuaError.limitReached(
                "\(timers) timers are under way, more may not be: wait for some, or raise limits.timers")
        }
    }

    func beginTimer(in state: LuaState) throws(LuaError) {
        try checkTimers(in: state)
        timers += 1
        state.account?.timersChanged(by: 1)
    }

    func endTimer(in state: LuaState) {
        guard timers > 0 else { return }
        timers -= 1
        state.account?.timersChanged(by: -1)
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
        invocation.cancelOperation?()
        // What is parked is raised at by the answer; all else at its next instruction.
        if invocation.doom.pointee == 0 { invocation.doom.pointee = invocation.isParked ? 2 : 1 }
        guard invocation.isParked else { return }
        unpark(invocation, in: state)
        invocation.cancelOperation = nil
        invocation.answer = .failure(end)
        if running == nil { resume(invocation, in: state) } else { makeReady(invocation, in: state) }
    }

    func cancelAll(_ error: LuaError, in state: LuaState) {
        for number in alive.keys.sorted() { cancel(number, error, in: state) }
    }
}
