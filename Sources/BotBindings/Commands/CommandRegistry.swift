import CommandKit
import FluxerModel
import LuaRuntime
import PackHost
import Synchronization

/// The commands of all packs and how the bot is set up: one for the whole bot.
///
/// A pack's commands come and go in one step, with its generation: they are held for it when the generation is
/// validated, and served from its commit on. So two packs that load at once cannot both take a name.
public final class CommandRegistry: Sendable {
    /// A command and whose it is.
    public struct Registered: Sendable {
        public let pack: String
        public let definition: CommandDefinition
        /// The command's own name.
        public var name: String { definition.signature.name }
    }

    /// What a message is to the bot.
    public enum Route: Sendable {
        /// No command at all.
        case none
        /// A call of this pack's command.
        case command(Call, pack: String)
        /// A call of help, or of a name that nobody has.
        case other(Call)
    }

    private struct Claim {
        var generation: Int
        var commands: CommandTable<CommandDefinition>
        /// The bot's set-up, where the pack is the entry and has one.
        var options: BotOptions?
    }

    private struct State {
        var base: BotOptions
        var options: BotOptions
        /// What serves, by pack.
        var serving: [String: Claim] = [:]
        /// What has been validated and is about to serve.
        var held: [String: Claim] = [:]
        var table = CommandTable<Registered>()
        var matcher: PrefixMatcher?
        var matchesID: UserID?
    }
    private let state: Mutex<State>

    /// - Parameter options: how the bot is set up where no script says otherwise.
    public init(options: BotOptions = BotOptions()) {
        state = Mutex(State(base: options, options: options, table: CommandTable(ignoresCase: options.ignoresCase)))
    }

    /// How the bot is set up now.
    public var options: BotOptions { state.withLock { $0.options } }
    /// How the bot is set up where its entry says nothing.
    public var base: BotOptions { state.withLock { $0.base } }

    // MARK: Looking up

    /// The command of this name or alias.
    public subscript(name: String) -> Registered? { state.withLock { $0.table[name]?.handler } }

    /// All commands by name.
    public var sorted: [Registered] { state.withLock { $0.table.sorted.map(\.handler) } }

    /// The name nearest to `name` among commands that are not hidden.
    public func suggestion(for name: String) -> String? {
        state.withLock { $0.table.suggestion(for: name) { !$0.handler.definition.isHidden } }
    }

    /// Reads a message's text: whether it calls a command, and whose.
    public func route(_ text: String, botID: UserID?) -> Route {
        state.withLock { state in
            if state.matcher == nil || state.matchesID != botID {
                state.matchesID = botID
                state.matcher = PrefixMatcher(
                    state.options.prefixes, botID: botID.map { "\($0)" },
                    stripsAfterPrefix: state.options.stripsAfterPrefix, quotes: state.options.quotes)
            }
            guard let call = state.matcher?.match(text) else { return .none }
            guard let entry = state.table[call.name] else { return .other(call) }
            return .command(call, pack: entry.owner)
        }
    }

    // MARK: Loads

    /// Refuses a name that another pack has.
    func check(_ signature: Signature, of pack: String) throws(CommandError) {
        try state.withLock { state throws(CommandError) in
            var others = try CommandRegistry.merged(state, without: pack, ignoresCase: state.options.ignoresCase)
            try others.add(signature, owner: pack, handler: ())
        }
    }

    /// Holds the names of a generation that is about to serve.
    ///
    /// - Parameter options: the bot's set-up by this generation; nil for packs that are not the entry.
    /// - Throws: CommandRegistrationError that names both packs where a name is taken; nothing is held then.
    public func hold(
        _ commands: CommandTable<CommandDefinition>, options: BotOptions?, of pack: String, generation: Int
    ) throws(CommandError) {
        try state.withLock { state throws(CommandError) in
            state.held[pack] = nil
            let ignoresCase = (options ?? state.options).ignoresCase
            var all = try CommandRegistry.merged(state, without: pack, ignoresCase: ignoresCase)
            try CommandRegistry.add(commands, of: pack, to: &all)
            state.held[pack] = Claim(generation: generation, commands: commands, options: options)
        }
    }

    /// The generation serves: its commands take the place of those before.
    public func commit(_ pack: String) {
        state.withLock { state in
            guard let claim = state.held.removeValue(forKey: pack) else { return }
            state.serving[pack] = claim
            if let options = claim.options { state.options = options }
            CommandRegistry.rebuild(&state)
        }
    }

    /// The pack is gone, with everything it registered.
    public func withdraw(_ pack: String) {
        state.withLock { state in
            state.held[pack] = nil
            guard let claim = state.serving.removeValue(forKey: pack) else { return }
            if claim.options != nil { state.options = state.base }
            CommandRegistry.rebuild(&state)
        }
    }

    // MARK: While it serves

    /// Adds a command of the generation that serves; of any other it does nothing.
    func add(_ command: CommandDefinition, of pack: String, generation: Int) throws(CommandError) {
        try state.withLock { state throws(CommandError) in
            guard var claim = state.serving[pack], claim.generation == generation else { return }
            var others = try CommandRegistry.merged(state, without: pack, ignoresCase: state.options.ignoresCase)
            try claim.commands.add(command.signature, owner: pack, handler: command)
            try CommandRegistry.add(claim.commands, of: pack, to: &others)
            state.serving[pack] = claim
            CommandRegistry.rebuild(&state)
        }
    }

    /// Takes a command of whatever generation serves away.
    public func withdraw(_ name: String, of pack: String) { remove(name, of: pack, generation: nil) }

    /// Takes a command away; of a generation that does not serve it does nothing.
    func remove(_ name: String, of pack: String, generation: Int?) {
        state.withLock { state in
            guard var claim = state.serving[pack], generation == nil || claim.generation == generation else { return }
            claim.commands.remove(name)
            state.serving[pack] = claim
            CommandRegistry.rebuild(&state)
        }
    }

    // MARK: The whole table

    /// What the other packs have or are about to have.
    private static func merged(_ state: State, without pack: String, ignoresCase: Bool) throws(CommandError)
        -> CommandTable<Void>
    {
        var table = CommandTable<Void>(ignoresCase: ignoresCase)
        for (name, claim) in state.serving where name != pack && state.held[name] == nil {
            try add(claim.commands, of: name, to: &table)
        }
        for (name, claim) in state.held where name != pack { try add(claim.commands, of: name, to: &table) }
        return table
    }

    private static func add(
        _ commands: CommandTable<CommandDefinition>, of pack: String, to table: inout CommandTable<Void>
    ) throws(CommandError) {
        for entry in commands.sorted {
            try table.add(name: entry.name, aliases: entry.aliases, owner: pack, handler: ())
        }
    }

    /// Every pack was checked against the others when it was held, so no name is left out here.
    private static func rebuild(_ state: inout State) {
        var table = CommandTable<Registered>(ignoresCase: state.options.ignoresCase)
        for name in state.serving.keys.sorted() {
            for entry in state.serving[name]?.commands.sorted ?? [] {
                do throws(CommandError) {
                    try table.add(
                        name: entry.name, aliases: entry.aliases, owner: name,
                        handler: Registered(pack: name, definition: entry.handler))
                } catch { continue }
            }
        }
        state.table = table
        state.matcher = nil
    }
}
