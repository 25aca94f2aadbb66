import CommandKit
import FluxerModel
import LuaRuntime
import PackHost

/// A command that a script defined.
public struct CommandDefinition: Sendable {
    public let signature: Signature
    public let function: LuaReference
    public var help = ""
    public var brief = ""
    public var description = ""
    public var usage: String?
    public var isHidden = false
    public var isEnabled = true
    public var quotes: QuoteMode?
    public var options = ArgumentParser.Options()
    public var fingerprint = ""
}

/// A function that hears an event.
public final class Listener: Sendable {
    public let number: Int
    /// Without `on_`.
    public let event: String
    public let function: LuaReference
    let fingerprint: String

    init(number: Int, event: String, function: LuaReference, fingerprint: String) {
        self.number = number
        self.event = event
        self.function = function
        self.fingerprint = fingerprint
    }
}

/// How the bot is set up by its entry script.
public struct BotOptions: Sendable {
    public var prefixes: [Prefix] = [.text("!")]
    public var ignoresCase = true
    public var stripsAfterPrefix = true
    public var quotes = QuoteMode.lenient
    public var hasHelp = true
    public var description = ""
    public var allowedMentions = AllowedMentions.safe
    public var ownerIDs: [UserID] = []

    public init() {}
}

/// The scope of one generation: everything its scripts put into the host. It lives and dies with the state, so closing
/// the state takes all of it out.
public final class BotContext {
    /// The bot, within the pack's budget.
    public let host: any BotHost
    public let generation: Generation
    /// What the pack is to the bot.
    public let role: PackRole
    /// How this generation set the bot up; nil where it did not.
    public private(set) var ownOptions: BotOptions?
    /// How the bot is set up, as this generation sees it.
    public var options: BotOptions { ownOptions ?? (role.isEntry ? host.registry.base : host.registry.options) }
    public private(set) var commands: CommandTable<CommandDefinition>
    private var listeners: [String: [Listener]] = [:]
    private(set) var waiters: [Waiter] = []
    private var waitersBeforeSweep = 64
    private var listenerCount = 0
    /// Registered while nobody sees it: no message may be sent yet.
    public var isStaging = true
    /// Called when the names of events that anybody hears have changed.
    public var interestChanged: (@Sendable (Set<String>) -> Void)?
    /// Fields that scripts set on `bot`.
    var botFields: LuaReference?
    public var pack: String { generation.source.name }
    /// Lines of files, for fingerprints of functions.
    private var lines: [String: [Substring]] = [:]

    public init(host: any BotHost, generation: Generation, role: PackRole) {
        self.host = LimitedHost(host, generation.budget)
        self.generation = generation
        self.role = role
        commands = CommandTable(
            ignoresCase: (role.isEntry ? host.registry.base : host.registry.options).ignoresCase)
    }

    static func of(_ state: LuaState) throws(LuaError) -> BotContext {
        guard let context = state.owner as? BotContext else { throw LuaError("HostError", "this state has no bot") }
        return context
    }

    /// The context of a state that belongs to a bot.
    public static func find(_ state: LuaState) -> BotContext? { state.owner as? BotContext }

    // MARK: Commands

    func add(_ command: CommandDefinition, in state: LuaState) throws(LuaError) {
        do {
            var changed = commands
            try changed.add(command.signature, owner: pack, handler: command)
            if isStaging {
                try host.registry.check(command.signature, of: pack)
            } else {
                try host.registry.add(command, of: pack, generation: generation.number)
            }
            commands = changed
        } catch {
            throw error.luaError
        }
        state.charge(BotContext.cost(of: command))
    }

    /// Takes away a command of this generation; false where it has none of that name.
    public func removeCommand(_ name: String, in state: LuaState) -> Bool {
        let command = commands[name]?.handler
        guard commands.remove(name) != nil else { return false }
        if let command, commands[command.signature.name] == nil { state.charge(-BotContext.cost(of: command)) }
        if !isStaging { host.registry.remove(name, of: pack, generation: generation.number) }
        return true
    }

    /// The command of this name: its own, or another pack's.
    func visibleCommand(_ name: String) -> CommandDefinition? {
        commands[name]?.handler ?? host.registry[name].flatMap { $0.pack == pack ? nil : $0.definition }
    }

    /// All commands of the bot by name, with this generation's own as they are here.
    var visibleCommands: [CommandDefinition] {
        let others = host.registry.sorted.filter { $0.pack != pack }.map(\.definition)
        return (commands.sorted.map(\.handler) + others).sorted { $0.signature.name < $1.signature.name }
    }

    /// Sets the bot up.
    func configure(_ options: BotOptions) throws(LuaError) {
        var rekeyed = CommandTable<CommandDefinition>(ignoresCase: options.ignoresCase)
        do {
            for entry in commands.sorted {
                try rekeyed.add(name: entry.name, aliases: entry.aliases, owner: pack, handler: entry.handler)
            }
        } catch {
            throw error.luaError
        }
        commands = rekeyed
        ownOptions = options
    }

    // MARK: Listeners

    func listen(_ event: String, _ function: LuaReference, fingerprint: String, in state: LuaState) -> Listener {
        listenerCount += 1
        state.charge(BotContext.registeredCost + fingerprint.utf8.count)
        let listener = Listener(number: listenerCount, event: event, function: function, fingerprint: fingerprint)
        listeners[event, default: []].append(listener)
        announce()
        return listener
    }

    func disconnect(_ listener: Listener, in state: LuaState) {
        guard let place = listeners[listener.event]?.firstIndex(where: { $0 === listener }) else { return }
        listeners[listener.event]?.remove(at: place)
        if listeners[listener.event]?.isEmpty == true { listeners[listener.event] = nil }
        state.charge(-BotContext.registeredCost - listener.fingerprint.utf8.count)
        announce()
    }

    public func listeners(of event: String) -> [Listener] { listeners[event] ?? [] }

    private static func cost(of command: CommandDefinition) -> Int {
        registeredCost + command.fingerprint.utf8.count + command.help.utf8.count + command.description.utf8.count
    }

    /// Bytes that the host keeps for something registered: a command, a listener, a waiter.
    static let registeredCost = 1_024

    func add(_ waiter: Waiter, in state: LuaState) {
        if waiters.count >= waitersBeforeSweep {
            sweepWaiters(in: state)
            waitersBeforeSweep = max(64, 2 * waiters.count)
        }
        waiters.append(waiter)
        state.charge(BotContext.registeredCost)
        announce()
    }

    /// Takes out the waiters that have been answered; those that timed out are found here alone.
    func sweepWaiters(in state: LuaState) {
        let before = waiters.count
        waiters.removeAll { $0.answer.isGiven }
        state.charge((waiters.count - before) * BotContext.registeredCost)
    }

    /// Events that somebody here hears, without `on_`.
    public var interest: Set<String> {
        var names = Set(listeners.filter { !$0.value.isEmpty }.keys)
        for waiter in waiters { names.insert(waiter.event) }
        return names
    }

    private func announce() {
        if !isStaging { interestChanged?(interest) }
    }

    /// What was registered, with a text that changes when the registration does.
    public var registrations: [String: String]? {
        var found: [String: String] = [:]
        for entry in commands.sorted { found["!" + entry.name] = entry.handler.fingerprint }
        for (event, listeners) in listeners where !listeners.isEmpty {
            for (index, listener) in listeners.enumerated() {
                found["on_\(event)" + (index == 0 ? "" : "#\(index + 1)")] = listener.fingerprint
            }
        }
        return found.isEmpty && ownOptions == nil ? nil : found
    }

    /// The source text of a function, as the reload's comparison sees it.
    func fingerprint(of index: Int32, in state: LuaState) -> String {
        guard let (file, range) = state.extent(at: index) else { return "" }
        let text =
            lines[file]
            ?? generation.text(of: file)?.split(separator: "\n", omittingEmptySubsequences: false) ?? []
        lines[file] = text
        let first = max(0, range.lowerBound - 1), last = min(text.count, range.upperBound)
        return first < last ? text[first..<last].joined(separator: "\n") : ""
    }

    func refuseWhileStaging(_ function: String) throws(LuaError) {
        guard isStaging else { return }
        throw LuaError(
            "StagingError", bases: [LuaError.rootName],
            "'\(function)' cannot be used while the script loads: wait for on_ready (function bot.on_ready() … end)")
    }
}

extension CommandError: LuaErrorConvertible {
    public var luaError: LuaError {
        var fields: [String: LuaValue] = [:]
        for field in self.fields { fields[field.name] = field.value.luaValue }
        if let text = userMessage { fields["user_message"] = .string(text) }
        if let original = original {
            fields["original"] = .string(LuaError(original).message)
        }
        var error = LuaError(name, bases: bases, message, fields: fields, underlying: self)
        if let cause = original.map({ LuaError($0) }) {
            error.traceback = cause.traceback
            error.file = cause.file
            error.line = cause.line
        }
        return error
    }
}
