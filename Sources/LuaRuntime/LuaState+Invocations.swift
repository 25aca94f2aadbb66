import CLua
import CLuaShim

extension LuaState {
    /// Raises the error of a wait that cannot be, for functions that register something before they wait.
    public func checkCanWait() throws(LuaError) { try scheduler.checkCanWait(self) }
    /// Whether the engine's turn on this thread has lasted a slice: work in many pieces goes on in a closure of its own.
    public var turnIsOver: Bool { mt_turn_age() > LuaEngine.slice }
    /// Nanoseconds of CPU that this thread has used.
    public static var threadCPU: UInt64 { mt_thread_cpu() }
    /// Throws where as many timers are under way as may be, for functions that register something before they wait.
    public func checkTimers() throws(LuaError) { try scheduler.checkTimers(in: self) }
    /// Number of invocations that have begun and not ended.
    public var invocationsInFlight: Int { scheduler.inFlight }
    /// Timers under way: waits that are timers, and those of `beginTimer`.
    public var timersInFlight: Int { scheduler.timers }
    /// A timer that no invocation waits for begins, for example a delayed deletion. Its end is told by `endTimer`, on the
    /// state's thread.
    public func beginTimer() throws(LuaError) {
        try scheduler.beginTimer(in: self)
        charge(LuaInvocation.cost)
    }
    /// Such a timer has ended.
    public func endTimer() {
        scheduler.endTimer(in: self)
        charge(-LuaInvocation.cost)
    }
    /// Throws where as many invocations are under way as may be.
    public func checkInvocations(for function: String) throws(LuaError) {
        guard invocationsInFlight >= limits.invocations else { return }
        throw LuaError.limitReached(
            "\(function): \(invocationsInFlight) calls are under way, more may not be: wait for some, "
                + "or raise limits.invocations")
    }
    /// The invocation whose code runs now.
    public var runningInvocation: LuaInvocation? { scheduler.running }

    /// Calls the function that `push` puts on the stack with the arguments it pushes after it, on a coroutine of its own.
    ///
    /// - Parameters:
    ///   - label: what it is, for logs and errors.
    ///   - mayWait: false: it runs to its end at once, and a wait inside is an error.
    ///   - budget: nanoseconds of CPU between two waits; nil: the state's limit.
    ///   - isOwn: the host's own call (load, handover, teardown): made however many are under way.
    ///   - push: pushes the function, then the arguments; answers how many arguments.
    ///   - finished: called once on the state's thread with the outcome.
    @discardableResult
    public func start(
        _ label: String, mayWait: Bool = true, budget: UInt64? = nil, isOwn: Bool = false,
        attachment: AnyObject? = nil, push: (LuaState) throws(LuaError) -> Int32,
        finished: @escaping (LuaState, LuaOutcome) -> Void
    ) throws(LuaError) -> LuaInvocation {
        // Events are held back at the limit. Each may have many listeners, so these have some room beyond it.
        guard !mayWait || isOwn || invocationsInFlight < limits.invocations + LuaState.invocationsBeyond else {
            throw LuaError.limitReached(
                "'\(label)' was not called: \(invocationsInFlight) calls are under way, more may not be")
        }
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

    /// Invocations beyond the limit that listeners of one event may come to.
    static let invocationsBeyond = 256

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
