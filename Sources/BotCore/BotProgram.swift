import BotBindings
import CommandKit
import LuaRuntime
import PackHost
import Synchronization

/// Installs the bot's API into each generation of one pack, and knows which events it hears.
final class BotProgram: PackProgram {
    private let host: any BotHost
    private let role: Mutex<PackRole>
    private struct Interest {
        var names: Set<String> = []
        var generation = 0
    }
    private let interest = Mutex(Interest())
    private let isReady = Mutex(false)

    init(host: any BotHost, role: PackRole) {
        self.host = host
        self.role = Mutex(role)
    }

    /// Whether the pack hears this event (without `on_`).
    func hears(_ event: String) -> Bool { interest.withLock { $0.names.contains(event) } }

    /// What the pack may do, from its next generation on.
    func assign(_ role: PackRole) { self.role.withLock { $0 = role } }

    func prepare(_ state: LuaState, for generation: Generation) throws(LuaError) {
        let role = role.withLock { $0 }
        state.capabilities = role.capabilities
        state.capabilityHint = role.hint
        try Modules.install(state, BotContext(host: host, generation: generation, role: role))
    }

    func registrations(_ state: LuaState) -> [String: String]? { BotContext.find(state)?.registrations }

    func validate(_ state: LuaState, for generation: Generation) throws(PackError) {
        guard let context = BotContext.find(state) else { return }
        do throws(CommandError) {
            try host.registry.hold(
                context.commands, options: context.role.isEntry ? context.options : nil, of: context.pack,
                generation: generation.number)
        } catch {
            throw PackError(
                .clash, pack: context.pack, "\(error.message) Rename one of them, or leave one of the packs out.",
                cause: error.luaError)
        }
    }

    func committed(_ state: LuaState, for generation: Generation, reloaded: Bool) {
        guard let context = BotContext.find(state) else { return }
        context.isStaging = false
        let number = generation.number
        // A retired generation may still register things in its grace time; it is not heard any more.
        context.interestChanged = { [weak self] names in
            self?.interest.withLock { if $0.generation == number { $0.names = names } }
        }
        interest.withLock { $0 = Interest(names: context.interest, generation: number) }
        host.registry.commit(context.pack)
        if isReady.withLock({ $0 }) { ready(state, context, reloaded: reloaded) }
    }

    /// The bot is ready: `on_ready` of the serving generation, once.
    func becameReady(_ state: LuaState) {
        let first = isReady.withLock { ready in
            defer { ready = true }
            return !ready
        }
        guard first, let context = BotContext.find(state) else { return }
        ready(state, context, reloaded: context.generation.number > 1)
    }

    private func ready(_ state: LuaState, _ context: BotContext, reloaded: Bool) {
        Events.dispatch(
            BotEvent("ready") { state in
                LuaValue.table([.string("reloaded"): .bool(reloaded)]).push(to: state)
            }, state, context)
    }

    func pushBot(_ state: LuaState) { Modules.pushBot(state) }
}
