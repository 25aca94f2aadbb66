import BotCore
import FluxerModel
import FluxerSandbox
import JSON
import LuaRuntime
import Synchronization

/// What came of it: the bot's messages and its errors.
extension SpecWorld {
    /// Which of the bot's messages is meant.
    struct ReplyFilter: Sendable {
        /// The message that it answers.
        var to: MessageID?
        var channel: ChannelID?
        /// Seconds that the scripts' clock may move until it is there.
        var within: Double = 0
    }

    /// The next message of the bot that was not asked for yet, and that fits.
    func nextReply(_ filter: ReplyFilter) async throws(LuaError) -> Message? {
        try await settle()
        let deadline = clock.now + max(0, filter.within)
        while true {
            if let found = unseen(filter) {
                state.withLock { _ = $0.seenReplies.insert(found.id) }
                return found
            }
            guard clock.now < deadline, clock.step(to: deadline) else { return nil }
            try await settle()
        }
    }

    /// The bot's messages that were not asked for yet, oldest first.
    func unseenReplies(in channel: ChannelID?) async throws(LuaError) -> [Message] {
        try await settle()
        let seen = state.withLock { $0.seenReplies }
        return sandbox.botMessages.filter { !seen.contains($0.id) && (channel == nil || $0.channelID == channel) }
    }

    private func unseen(_ filter: ReplyFilter) -> Message? {
        let seen = state.withLock { $0.seenReplies }
        return sandbox.botMessages.first { message in
            guard !seen.contains(message.id) else { return false }
            if let to = filter.to, message.reference?.messageID != to { return false }
            if let channel = filter.channel, message.channelID != channel { return false }
            return true
        }
    }

    /// The next error that the bot reported and nobody asked for yet.
    func nextError() async throws(LuaError) -> ErrorCard? {
        try await settle()
        guard let card = unseenErrors.first else { return nil }
        state.withLock { _ = $0.seenErrors.insert(card.reference) }
        return card
    }

    /// Errors that the bot reported and nobody asked for.
    public var unseenErrors: [ErrorCard] {
        let seen = state.withLock { $0.seenErrors }
        return record.now.cards.filter { !seen.contains($0.reference) }
    }

    /// A message as it stands now; nil once it is deleted.
    func current(_ message: MessageID, in channel: ChannelID) async throws(LuaError) -> Message? {
        try await settle()
        return sandbox.message(message, in: channel)
    }

    // MARK: As scripts see it

    func value(of message: Message) -> LuaValue {
        var fields: [LuaKey: LuaValue] = [
            .string("id"): .string(message.id.description),
            .string("content"): .string(message.content),
            .string("channel_id"): .string(message.channelID.description),
            .string("channel"): .string(place(message.channelID)),
            .string("author"): .string(message.author.username),
            .string("edited"): .bool(message.fields.editedTimestamp != nil),
            .string("embeds"): .array(message.embeds.map { LuaValue(plain: try? JSONValue(parsing: $0.json())) }),
            .string("mentions"): .array(message.mentions.map { .string($0.username) }),
            .string("mentions_everyone"): .bool(message.mentionsEveryone),
        ]
        if let target = message.reference?.messageID { fields[.string("reply_to")] = .string(target.description) }
        var reactions: [LuaValue] = []
        for reaction in message.reactions {
            reactions.append(
                .table([
                    .string("emoji"): .string(reaction.emoji.name), .string("count"): .int(Int64(reaction.count)),
                    .string("me"): .bool(reaction.isMine),
                ]))
        }
        fields[.string("reactions")] = .array(reactions)
        return .table(fields)
    }

    func value(of card: ErrorCard) -> LuaValue {
        var fields: [LuaKey: LuaValue] = [
            .string("reference"): .string(card.reference), .string("during"): .string(card.label),
            .string("message"): .string(card.message), .string("pack"): .string(card.pack),
        ]
        if let file = card.file { fields[.string("file")] = .string(file) }
        if let line = card.line { fields[.string("line")] = .int(Int64(line)) }
        return .table(fields)
    }

    /// Where a message stands, for people: `#general`, `the DM with ann`.
    func place(_ id: ChannelID) -> String {
        guard let channel = sandbox.channel(id) else { return id.description }
        if let name = channel.name { return "#" + name }
        return "the DM with " + (channel.recipients.first?.username ?? "nobody")
    }
}

extension LuaValue {
    /// JSON without its nulls, for comparisons.
    init(plain value: JSONValue?) {
        switch value {
        case nil, .null?: self = .nil
        case .bool(let flag)?: self = .bool(flag)
        case .string(let text)?: self = .string(text)
        case .number(let number)?: self = number.int64.map { .int($0) } ?? .double(number.double)
        case .array(let items)?: self = .array(items.map { LuaValue(plain: $0) })
        case .object(let members)?:
            var fields: [LuaKey: LuaValue] = [:]
            for member in members where member.value != .null {
                fields[.string(member.name)] = LuaValue(plain: member.value)
            }
            self = .table(fields)
        }
    }
}
