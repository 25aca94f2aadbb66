import FluxerModel
import LuaRuntime
import PackHost

/// Messages that scripts send: what they may write, checked before anything leaves.
enum Sending {
    static let options = [
        "content", "embed", "embeds", "allowed_mentions", "delete_after", "mention_author", "silent",
    ]

    private struct Draft {
        var content: String?
        var embeds: [Embed]?
        var mentions: AllowedMentions?
        var deleteAfter: Double?
        var isSilent = false
    }

    static func send(
        _ state: LuaState, _ function: String, _ content: Int32, _ options: Int32, to channel: ChannelID,
        replyTo: Message? = nil
    ) throws(LuaError) -> LuaReturn {
        let context = try BotContext.of(state)
        try context.refuseWhileStaging(function)
        let draft = try draft(state, function, content, options)
        var mentions = draft.mentions?.merged(over: context.options.allowedMentions) ?? context.options.allowedMentions
        if draft.mentions == nil { mentions = context.options.allowedMentions }
        if draft.mentions != nil, !context.role.may(.send) {
            // Who may only answer mentions whom the bot mentions by itself.
            throw LuaError(
                "CapabilityError", bases: [LuaError.rootName],
                "'\(function)': the option allowed_mentions needs the capability \"\(LuaCapability.send)\": "
                    + state.capabilityHint(.send))
        }
        var body = CreateMessage(content: draft.content, embeds: draft.embeds ?? [], allowedMentions: mentions)
        if draft.isSilent { body.flags.insert(.suppressNotifications) }
        if let replyTo {
            body.replyTo = MessageReference(
                messageID: replyTo.id, channelID: replyTo.channelID, guildID: replyTo.guildID)
        }
        do { try body.validate() } catch { throw invalid(function, error) }
        guard let seconds = draft.deleteAfter else { return context.host.createMessage(body, in: channel).wait { $0 } }
        let timer = try DeletionTimer(state, context)
        return context.host.createMessage(body, in: channel).wait { message in
            timer.delete(message, after: seconds)
            return message
        }
    }

    static func edit(
        _ state: LuaState, _ function: String, _ content: Int32, _ options: Int32, _ message: Message
    ) throws(LuaError) -> LuaReturn {
        let context = try BotContext.of(state)
        try context.refuseWhileStaging(function)
        let draft = try draft(state, function, content, options)
        let mentions = draft.mentions?.merged(over: context.options.allowedMentions) ?? context.options.allowedMentions
        let body = EditMessage(content: draft.content, embeds: draft.embeds, allowedMentions: mentions)
        do { try body.validate() } catch { throw invalid(function, error) }
        return context.host.editMessage(message.id, in: message.channelID, body).wait { $0 }
    }

    static func delete(
        _ message: Message, after seconds: Double, _ state: LuaState, _ context: BotContext
    ) throws(LuaError) {
        try DeletionTimer(state, context).delete(message, after: seconds)
    }

    private static func invalid(_ function: String, _ error: ValidationError) -> LuaError {
        LuaError("ValueError", bases: [LuaError.rootName], "\(function): \(error)", underlying: error)
    }

    // MARK: Reading arguments

    private static func draft(_ state: LuaState, _ function: String, _ content: Int32, _ options: Int32)
        throws(LuaError) -> Draft
    {
        var draft = Draft()
        var table = options
        switch state.type(at: content) {
        case .none, .nil: break
        case .string, .number: draft.content = state.string(at: content)
        case .table:
            guard state.isNilOrNone(at: options) else {
                throw LuaError.argument(
                    1, of: function, parameter: "content", expected: "string", found: "a table with options beside it")
            }
            table = content
        case .userdata where state.descriptor(at: content) != nil:
            throw LuaError.argument(
                1, of: function, parameter: "content", expected: "string or options",
                found: "\(state.describe(at: content)) (write tostring(x))")
        default:
            throw LuaError.argument(
                1, of: function, parameter: "content", expected: "string or options", found: state.describe(at: content)
            )
        }
        guard !state.isNilOrNone(at: table) else { return draft }
        guard state.type(at: table) == .table else {
            throw LuaError.argument(
                2, of: function, parameter: "options", expected: "table", found: state.describe(at: table))
        }
        let reader = LuaOptions(state, function, table)
        try reader.refuseUnknown(self.options)
        draft.content = try reader.value("content", String.self) ?? draft.content
        draft.deleteAfter = try reader.value("delete_after", LuaDuration.self)?.seconds
        draft.isSilent = try reader.value("silent", Bool.self) ?? false
        if let embed = try reader.value("embed", EmbedArgument.self) { draft.embeds = [embed.embed] }
        if let embeds = try reader.value("embeds", EmbedListArgument.self) {
            draft.embeds = (draft.embeds ?? []) + embeds.embeds
        }
        draft.mentions = try reader.value("allowed_mentions", MentionsArgument.self)?.mentions
        if let author = try reader.value("mention_author", Bool.self) {
            draft.mentions = draft.mentions ?? AllowedMentions()
            draft.mentions?.repliedUser = author
        }
        return draft
    }
}

/// A table of options: reads by name, refuses names it does not know.
struct LuaOptions {
    private let state: LuaState
    private let function: String
    private let index: Int32

    init(_ state: LuaState, _ function: String, _ index: Int32) {
        self.state = state
        self.function = function
        self.index = state.absolute(index)
    }

    func refuseUnknown(_ known: [String]) throws(LuaError) {
        state.ensureStack(4)
        state.pushNil()
        while state.next(index) {
            let name = state.string(at: -2, converting: false)
            let found = name ?? (state.exactInteger(at: -2).map { "[\($0)]" } ?? state.describe(at: -2))
            state.pop()
            if let name, known.contains(name) { continue }
            state.pop()
            throw LuaError.unknownName(found, of: function, kind: "option", among: known)
        }
    }

    func value<T: LuaReadable>(_ name: String, _: T.Type) throws(LuaError) -> T? {
        state.ensureStack(8)
        state.getField(name, of: index)
        defer { state.pop() }
        if state.isNilOrNone(at: -1) { return nil }
        do {
            return try T.read(state, at: state.absolute(-1))
        } catch {
            throw LuaError(
                "TypeError", bases: [LuaError.rootName],
                "\(function): option '\(name)' is \(error.found), expected \(error.expected)")
        }
    }
}

/// A deletion that comes later; it counts as a timer of the pack as long as it exists.
private final class DeletionTimer: Sendable {
    private let host: any BotHost
    private let generation: Generation

    init(_ state: LuaState, _ context: BotContext) throws(LuaError) {
        host = context.host
        generation = context.generation
        try state.beginTimer()
    }

    deinit { generation.enqueue { $0.endTimer() } }

    func delete(_ message: Message, after seconds: Double) {
        host.clock.task {
            try await self.host.clock.sleep(until: self.host.clock.now + seconds)
            try? await self.host.deleteMessage(message.id, in: message.channelID).value()
        }
    }
}
