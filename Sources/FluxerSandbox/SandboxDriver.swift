import FluxerModel

/// The world from the outside, for demos and tests: speaking as its people, reading what was said.
///
/// All calls are synchronous operations on the world; the gateway and the page have been told when they return.
extension Sandbox {
    // MARK: - Who and where

    public var guild: Guild { core.withState { $0.world.guild } }
    /// The four people, the owner first, the moderator second.
    public var users: [User] { core.withState { state in state.world.people.compactMap { state.world.users[$0] } } }
    public var bot: User { core.withState { $0.world.users[$0.world.botID] ?? User(id: $0.world.botID) } }
    /// The channels of the page's guild: general, random, bots.
    public var channels: [Channel] {
        core.withState { state in state.world.guildChannels.compactMap { state.world.channels[$0] } }
    }
    public var roles: [Role] { core.withState { $0.world.roles } }
    /// Whether others see the bot as online.
    public var isBotOnline: Bool { core.withState { $0.hub.isOnline } }
    /// What the server has counted.
    public var counters: SandboxCounters {
        core.withState { state in
            var counters = state.counters
            counters.identifies = state.hub.identifies
            counters.resumes = state.hub.resumes
            counters.heartbeats = state.hub.heartbeats
            return counters
        }
    }

    /// A person by username.
    public func user(named name: String) -> User? { users.first { $0.username == name } }
    /// A channel of the guild by name.
    public func channel(named name: String) -> Channel? { channels.first { $0.name == name } }

    // MARK: - Doing

    /// Says something as one of the people, or as the bot.
    /// - Throws: `SandboxError.Code.refused` with the platform's code, for what REST would refuse.
    @discardableResult
    public func say(
        as user: UserID, in channel: ChannelID, _ content: String, replyTo: MessageID? = nil
    ) throws -> Message {
        let now = core.clocks.calendar()
        return try inWorld { world throws(RESTFailure) in
            try world.createMessage(
                MessageDraft(content: content, replyTo: replyTo), by: user, in: channel, at: now)
        }
    }

    @discardableResult
    public func edit(_ message: MessageID, in channel: ChannelID, as user: UserID, to content: String) throws -> Message
    {
        let now = core.clocks.calendar()
        return try inWorld { world throws(RESTFailure) in
            try world.editMessage(message, in: channel, with: MessageDraft(content: content), by: user, at: now)
        }
    }

    public func delete(_ message: MessageID, in channel: ChannelID, as user: UserID) throws {
        try inWorld { world throws(RESTFailure) in try world.deleteMessage(message, in: channel, by: user) }
    }

    /// Puts a reaction on a message: a Unicode emoji.
    public func react(_ emoji: String, to message: MessageID, in channel: ChannelID, as user: UserID) throws {
        let now = core.clocks.calendar()
        try inWorld { world throws(RESTFailure) in
            try world.addReaction(Emoji(parsing: emoji), to: message, in: channel, by: user, at: now)
        }
    }

    /// Takes a person's own reaction off.
    public func unreact(_ emoji: String, from message: MessageID, in channel: ChannelID, as user: UserID) throws {
        try inWorld { world throws(RESTFailure) in
            try world.removeReaction(Emoji(parsing: emoji), of: user, from: message, in: channel, by: user)
        }
    }

    public func type(in channel: ChannelID, as user: UserID) throws {
        let now = core.clocks.calendar()
        try inWorld { world throws(RESTFailure) in try world.type(in: channel, by: user, at: now) }
    }

    /// The direct channel between somebody and the bot.
    public func directChannel(with user: UserID) throws -> Channel {
        let now = core.clocks.calendar()
        return try inWorld { world throws(RESTFailure) in try world.openDirectChannel(with: user, at: now) }
    }

    /// Sets or lifts somebody's timeout, in every guild. No event is sent.
    public func setTimeout(of user: UserID, until end: Timestamp?) {
        core.withState { state in
            for index in state.world.guilds.indices {
                state.world.guilds[index].members[user]?.communicationDisabledUntil = end
            }
        }
    }

    /// Shows a card on the chat page. The sandbox gives it a number and its time.
    @discardableResult
    public func post(notice: Notice) -> Notice { core.post(notice) }

    // MARK: - Looking

    /// What is kept of a channel, oldest first, in REST form.
    public func messages(in channel: ChannelID) -> [Message] { core.withState { $0.world.history(of: channel) } }

    /// One message that is kept.
    public func message(_ id: MessageID, in channel: ChannelID) -> Message? {
        core.withState { state in state.world.logs[channel]?[id].map { state.world.restForm($0) } }
    }

    /// The kept messages that answer one, oldest first.
    public func replies(to message: MessageID) -> [Message] {
        core.withState { state in
            state.world.logs.values.flatMap { log in
                log.all.filter { $0.message.reference?.messageID == message }.map { state.world.restForm($0) }
            }
        }
    }

    /// How many kept messages answer each message of a channel; those without an answer are missing.
    public func replyCounts(in channel: ChannelID) -> [MessageID: Int] {
        core.withState { state in
            var counts: [MessageID: Int] = [:]
            for entry in state.world.logs[channel]?.all ?? [] {
                if let target = entry.message.reference?.messageID { counts[target, default: 0] += 1 }
            }
            return counts
        }
    }

    /// Everything that happens from now on, in order, unbounded. The subscription exists when this returns.
    public func events() -> AsyncStream<WorldEvent> { core.events() }

    /// Waits for the first event of a kind. Subscribe with `events()` instead where the event may already be on its way.
    public func firstEvent<R: Sendable>(where pick: (WorldEvent) -> R?) async -> R? {
        for await event in core.events() {
            if let result = pick(event) { return result }
        }
        return nil
    }

    func inWorld<R: Sendable>(_ body: (inout World) throws(RESTFailure) -> R) throws -> R {
        do {
            return try core.withState { state throws(RESTFailure) in try body(&state.world) }
        } catch {
            let fields = error.fields.map { ", \($0.path): \($0.code)" }.joined()
            throw SandboxError(.refused, "\(error.status) \(error.code): \(error.message)\(fields)")
        }
    }
}
