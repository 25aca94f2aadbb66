import FluxerModel
import LuaRuntime
import PackHost

/// What listeners and waiters hear.
public struct BotEvent: Sendable {
    /// Without `on_`.
    public let name: String
    /// Pushes the arguments.
    public let push: @Sendable (LuaState) -> Int32

    public init(_ name: String, _ push: @escaping @Sendable (LuaState) -> Int32 = { _ in 0 }) {
        self.name = name
        self.push = push
    }
}

/// One coroutine that waits for an event.
final class Waiter {
    let event: String
    let predicate: LuaReference?
    let answer: WaitAnswer

    init(event: String, predicate: LuaReference?, answer: WaitAnswer) {
        self.event = event
        self.predicate = predicate
        self.answer = answer
    }
}

/// The answer that a waiter's coroutine is parked on. Given once.
typealias WaitAnswer = CountedAnswer<LuaPushed>

/// Listeners, waiters and the handing out of events.
public enum Events {
    /// Names that the host raises, without `on_`; further ones are the gateway's own in lower case.
    public static let known = [
        "ready", "message", "message_edit", "message_delete", "reaction_add", "reaction_remove",
        "typing", "guild_join", "guild_remove", "guild_update", "guild_available", "guild_unavailable", "member_join",
        "member_remove", "member_update", "channel_create", "channel_update", "channel_delete", "connect", "disconnect",
        "resumed", "error", "command",
        "command_completion", "command_error",
    ]

    /// The gateway's own names in lower case, as scripts listen to them for an event's data as a table: `message_create`,
    /// and `raw_guild_update` where `guild_update` is known as something else. The gateway may have more.
    public static let gatewayNames = Set(
        GatewayEvent.knownNames.map { name in
            let name = name.lowercased()
            return known.contains(name) ? "raw_" + name : name
        })

    private static func name(_ event: String) -> String { event.hasPrefix("on_") ? String(event.dropFirst(3)) : event }

    static func listen(_ state: LuaState, _ event: String, _ function: LuaReference, at index: Int32)
        throws(LuaError) -> ListenerHandle
    {
        let context = try BotContext.of(state)
        let name = name(event)
        guard !name.isEmpty else {
            throw LuaError("ValueError", bases: [LuaError.rootName], "Bot:listen: the event's name is empty")
        }
        try check(name, "on_\(name)", state)
        if !known.contains(name), !gatewayNames.contains(name), let near = Nearest.name(to: name, among: known) {
            context.host.log(
                .warning, pack: context.pack,
                "no event is called on_\(name): did you mean on_\(near)? It is registered all the same")
        }
        let fingerprint = context.fingerprint(of: index, in: state)
        return ListenerHandle(listener: context.listen(name, function, fingerprint: fingerprint, in: state))
    }

    static let waitOptions = ["check", "timeout"]

    /// Refuses events that the pack may not hear.
    private static func check(_ event: String, _ what: String, _ state: LuaState) throws(LuaError) {
        if let capability = EventFamily.capability(for: event) { try state.check(capability, for: what) }
    }

    static func waitFor(_ state: LuaState, _ event: String, _ options: Int32) throws(LuaError) -> LuaReturn {
        let context = try BotContext.of(state)
        try check(name(event), "Bot:wait_for(\"\(event.prefix(60))\")", state)
        var predicate: LuaReference?
        var timeout: Double?
        switch state.type(at: options) {
        case .none, .nil: break
        case .table:
            let reader = LuaOptions(state, "Bot:wait_for", options)
            try reader.refuseUnknown(waitOptions)
            predicate = try reader.value("check", LuaReference.self)
            timeout = try reader.value("timeout", LuaDuration.self)?.seconds
        default:
            throw LuaError.argument(
                2, of: "Bot:wait_for", parameter: "options", expected: "table", found: state.describe(at: options))
        }
        try state.checkCanWait()
        if timeout != nil { try state.checkTimers() }
        let clock = context.host.clock, limit = timeout
        let answer = WaitAnswer(clock.work)
        context.add(Waiter(event: name(event), predicate: predicate, answer: answer), in: state)
        return .wait(
            LuaOperation(isTimer: limit != nil) {
                guard let limit else { return try await answer.wait() }
                let timer = clock.task {
                    try await clock.sleep(until: clock.now + limit)
                    answer.give(
                        .success(
                            LuaPushed { state in
                                state.pushNil()
                                state.push("timeout")
                                return 2
                            }))
                }
                defer { timer.cancel() }
                return try await answer.wait()
            })
    }

    /// Hands an event to waiters first, then to listeners in the order they were registered, each on its own coroutine.
    /// On the state's thread.
    public static func dispatch(_ event: BotEvent, _ state: LuaState, _ context: BotContext) {
        serveWaiters(event, state, context)
        for listener in context.listeners(of: event.name) {
            run(listener, event, state, context)
        }
    }

    private static func serveWaiters(_ event: BotEvent, _ state: LuaState, _ context: BotContext) {
        guard !context.waiters.isEmpty else { return }
        // A predicate may register waiters and listeners of its own: the list is not held while it runs.
        // The predicates of one event have one budget together: nobody else gets this thread until all have answered.
        let began = LuaState.threadCPU
        for waiter in context.waiters where waiter.event == event.name && !waiter.answer.isGiven {
            if let predicate = waiter.predicate {
                do throws(LuaError) {
                    let used = LuaState.threadCPU &- began
                    guard used < state.limits.cpu else {
                        throw LuaError(
                            LuaError.budgetName, bases: [LuaError.rootName],
                            "the checks of all wait_for(\"\(event.name)\") used more than \(state.limits.cpu / 1_000_000) ms of CPU together"
                        )
                    }
                    let left = state.limits.cpu - used
                    let matches = try state.call(
                        "check of wait_for(\"\(event.name)\")", budget: left,
                        push: { state throws(LuaError) in
                            state.push(predicate)
                            return event.push(state)
                        },
                        read: { state, count throws(LuaError) in count > 0 && state.boolean(at: -count) })
                    guard matches else { continue }
                } catch {
                    waiter.answer.give(.failure(error))
                    continue
                }
            }
            waiter.answer.give(
                .success(
                    LuaPushed { state in
                        let count = event.push(state)
                        if count == 0 {
                            state.push(true)
                            return 1
                        }
                        if state.type(at: -count) == .nil {
                            state.push(false)
                            state.replace(at: -count - 1)
                        }
                        return count
                    }))
        }
        context.sweepWaiters(in: state)
    }

    private static func run(_ listener: Listener, _ event: BotEvent, _ state: LuaState, _ context: BotContext) {
        let label = "on_\(event.name)"
        do throws(LuaError) {
            try state.start(
                label,
                push: { state throws(LuaError) in
                    state.push(listener.function)
                    return event.push(state)
                },
                finished: { state, outcome in
                    if case .raised(let error) = outcome { failed(error, in: label, state, context) }
                })
        } catch {
            failed(error, in: label, state, context)
        }
    }

    /// An error nobody caught: `on_error` hears it, else the log and the operator.
    static func failed(_ error: LuaError, in label: String, _ state: LuaState, _ context: BotContext) {
        if label != "on_error", !context.listeners(of: "error").isEmpty {
            dispatch(
                BotEvent("error") { state in
                    state.push(label)
                    return 1 + error.push(to: state)
                }, state, context)
            return
        }
        context.host.report(error, pack: context.generation, during: label, context: nil)
    }
}

/// A listener that can be taken back.
struct ListenerHandle: LuaBound {
    let listener: Listener

    static let luaType: LuaType<ListenerHandle> = LuaType(
        "Listener", "A function that hears an event.",
        members: [
            .field("event", "The event's name, without on_.") { $0.listener.event },
            .query("disconnect", "Takes it back.") { handle, state in
                try BotContext.of(state).disconnect(handle.listener, in: state)
                return LuaNothing()
            },
        ],
        operators: LuaOperators(
            tostring: { "on_\($0.listener.event)" }, equals: { $0.listener === $1.listener }))
}
