import CommandKit
import FluxerModel
import LuaRuntime
import PackHost
import Synchronization

/// One invocation of a command: what scripts see as `ctx`.
public final class CommandContext: Sendable {
    public let message: Message
    public let prefix: String
    public let invokedWith: String
    /// The command's own name.
    public let command: String
    public let arguments: [ArgumentValue]
    /// Ends typing that was begun with `ctx:typing()`.
    private let typing = Mutex<[TypingHandle]>([])
    private let over = Atomic(false)
    /// Whether the invocation has ended.
    public var isOver: Bool { over.load(ordering: .acquiring) }

    public init(message: Message, prefix: String, invokedWith: String, command: String, arguments: [ArgumentValue]) {
        self.message = message
        self.prefix = prefix
        self.invokedWith = invokedWith
        self.command = command
        self.arguments = arguments
    }

    func add(_ handle: TypingHandle) { typing.withLock { $0.append(handle) } }

    /// The invocation is over.
    public func end() {
        over.store(true, ordering: .releasing)
        for handle in typing.withLock({ handles in
            defer { handles = [] }
            return handles
        }) { handle.stop() }
    }
}

extension CommandContext {
    /// A pack that may only answer does so while the command runs.
    private func checkAnswer(_ state: LuaState, _ function: String) throws(LuaError) {
        guard isOver, try !BotContext.of(state).role.may(.send) else { return }
        throw LuaError(
            "CapabilityError", bases: [LuaError.rootName],
            "'\(function)': the command has ended, and to send later needs the capability \"\(LuaCapability.send)\": "
                + state.capabilityHint(.send))
    }
}

extension CommandContext: LuaBound {
    public static let luaType: LuaType<CommandContext> = LuaType(
        "Context", "A call of a command: who, where, with what, and how to answer.",
        members: [
            .field("message", "The message that called.") { $0.message },
            .field("content", "The whole text of the message.") { $0.message.content },
            .field("prefix", "The prefix as it was written.") { $0.prefix },
            .field("invoked_with", "The command's name as it was written.") { $0.invokedWith },
            .field("channel_id", "The channel's id.") { $0.message.channelID },
            .field("guild_id", "The guild's id; nil in direct messages.") { $0.message.guildID },
            .lookup("bot", "The bot.") { _, _ in BotHandle() },
            .lookup("me", "The bot's own user.") { _, state in try BotContext.of(state).host.me },
            .lookup("author", "Who called: a Member in guilds, else a User.") { context, _ in context.message.luaAuthor
            },
            .lookup("channel", "The channel, as it is now.") { context, state in
                try BotContext.of(state).host.channel(context.message.channelID)
                    ?? Channel(
                        id: context.message.channelID, type: context.message.channelType ?? .guildText,
                        guildID: context.message.guildID)
            },
            .lookup("guild", "The guild, as it is now; nil in direct messages.") { context, state in
                try context.message.guildID.flatMap { try BotContext.of(state).host.guild($0) }
            },
            .lookup("command", "The command.") { context, state in
                try BotContext.of(state).visibleCommand(context.command).map { CommandHandle(definition: $0) }
            },
            .field("args", "The arguments, in order.") { $0.arguments.map(LuaArgumentValue.init) },
            .action(
                "send", "Sends a message to the channel: text, options, or both.", needs: .answer,
                Param<LuaAny>("content", "The text, or the options alone."), Param<LuaAny>("options", "Options.")
            ) { context, state, content, options in
                try context.checkAnswer(state, "Context:send")
                return try Sending.send(
                    state, "Context:send", content.index, options.index, to: context.message.channelID)
            },
            .action(
                "reply", "Answers the message: text, options, or both.", needs: .answer,
                Param<LuaAny>("content", "The text, or the options alone."), Param<LuaAny>("options", "Options.")
            ) { context, state, content, options in
                try context.checkAnswer(state, "Context:reply")
                return try Sending.send(
                    state, "Context:reply", content.index, options.index, to: context.message.channelID,
                    replyTo: context.message)
            },
            .action(
                "typing", "Shows the bot as typing, until the handle's :stop() or the end of the command.",
                needs: .answer
            ) { context, state in
                try context.checkAnswer(state, "Context:typing")
                return try TypingHandle.start(state, "Context:typing", in: context.message.channelID, of: context)
            },
        ],
        operators: LuaOperators(tostring: { "\($0.prefix)\($0.command)" }, equals: { $0 === $1 }))
}

/// A parsed argument on its way into Lua.
public struct LuaArgumentValue: LuaPushable, Sendable {
    private let value: ArgumentValue
    public init(_ value: ArgumentValue) { self.value = value }

    public func push(to state: LuaState) -> Int32 {
        switch value {
        case .string(let text): state.push(text)
        case .int(let number): state.push(number)
        case .number(let number): state.push(number)
        case .bool(let flag): state.push(flag)
        case .absent, .custom: state.pushNil()
        }
        return 1
    }
}

/// Keeps the bot shown as typing.
final class TypingHandle: LuaBound {
    private let task: Task<Void, any Error>

    private init(_ task: Task<Void, any Error>) { self.task = task }

    deinit { task.cancel() }

    func stop() { task.cancel() }

    /// The platform shows typing for some 10 s; it is renewed every 8.
    static func start(
        _ state: LuaState, _ function: String, in channel: ChannelID, of command: CommandContext? = nil
    ) throws(LuaError) -> LuaReturn {
        let context = try BotContext.of(state)
        try context.refuseWhileStaging(function)
        try state.beginTimer()
        let host = context.host, generation = context.generation
        let first = host.triggerTyping(in: channel)
        let handle = TypingHandle(
            host.clock.task {
                defer { generation.enqueue { $0.endTimer() } }
                try? await first.value()
                for _ in 0..<75 {
                    do { try await host.clock.sleep(until: host.clock.now + 8) } catch { return }
                    try? await host.triggerTyping(in: channel).value()
                }
            })
        let owner = command ?? state.runningInvocation?.attachment as? CommandContext
        owner?.add(handle)
        return .values(handle.push(to: state))
    }

    static let luaType: LuaType<TypingHandle> = LuaType(
        "Typing", "Shows the bot as typing until it ends.",
        members: [
            .method("stop", "Ends it.") { handle in
                handle.stop()
                return LuaNothing()
            }
        ],
        operators: LuaOperators(close: { $0.stop() }))
}

/// A command as scripts see it.
struct CommandHandle: LuaBound {
    let definition: CommandDefinition

    static let luaType: LuaType<CommandHandle> = LuaType(
        "Command", "A command of the bot.",
        members: [
            .field("name", "Its name.") { $0.definition.signature.name },
            .field("qualified_name", "Its name with the groups above it.") { $0.definition.signature.name },
            .field("aliases", "Its other names.") { $0.definition.signature.aliases },
            .field("help", "What it does, at length.") { $0.definition.help },
            .field("brief", "What it does, in a line.") { $0.definition.brief },
            .field("signature", "Its parameters, as the help shows them.") { $0.definition.signature.parametersText },
            .field("hidden", "Whether the help leaves it out.") { $0.definition.isHidden },
            .field("enabled", "Whether it can be called.") { $0.definition.isEnabled },
        ],
        operators: LuaOperators(
            tostring: { $0.definition.signature.name },
            equals: { $0.definition.signature.name == $1.definition.signature.name }))
}
