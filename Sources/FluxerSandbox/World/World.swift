import FluxerModel

/// Everything that the sandbox's server knows: guilds, people, channels, roles and messages.
///
/// Plain synchronous code that owns no lock and no clock. Whatever changes something adds to `events`, which the owner
/// takes and passes on in the same order.
struct World: Sendable {
    /// A nonce that was used, for five minutes (rest.md 10.2).
    struct UsedNonce: Sendable {
        let channel: ChannelID
        let message: MessageID
        let at: Int64
    }

    struct NonceKey: Hashable, Sendable {
        let author: UserID
        let nonce: String
    }

    /// The bot's guilds, the one that the chat page shows first.
    var guilds: [WorldGuild]
    let botID: UserID
    var users: [UserID: User]
    /// The people, in the order in which they are shown, without the bot.
    var people: [UserID]
    var channels: [ChannelID: Channel]
    /// Direct-message channels by the other's id.
    var directChannels: [UserID: ChannelID] = [:]
    var logs: [ChannelID: MessageLog]
    var nonces: [NonceKey: UsedNonce] = [:]
    var ids: SnowflakeSource
    let messagesKept: Int
    private var events: [WorldEvent] = []

    init(seed: WorldSeed, messagesKept: Int) {
        guilds = seed.guilds
        botID = seed.bot.id
        users = Dictionary(uniqueKeysWithValues: (seed.people + [seed.bot]).map { ($0.id, $0) })
        people = seed.people.map(\.id)
        channels = Dictionary(uniqueKeysWithValues: seed.channels.map { ($0.id, $0) })
        logs = Dictionary(uniqueKeysWithValues: seed.channels.map { ($0.id, MessageLog(limit: messagesKept)) })
        ids = seed.ids
        self.messagesKept = messagesKept
    }

    mutating func note(_ event: WorldEvent) { events.append(event) }

    /// What has happened since the last call.
    mutating func takeEvents() -> [WorldEvent] {
        guard !events.isEmpty else { return [] }
        defer { events = [] }
        return events
    }

    // MARK: - Who may do what

    /// A channel that somebody can reach.
    /// - Throws: `UNKNOWN_CHANNEL` for one that is not there or is somebody else's private one, `MISSING_PERMISSIONS`
    ///   for one of the guild that they may not view.
    func channel(_ id: ChannelID, for actor: UserID) throws(RESTFailure) -> Channel {
        guard let channel = channels[id] else { throw .unknownChannel }
        if channel.type.isPrivate {
            guard actor == botID || directChannels[actor] == id else { throw .unknownChannel }
            return channel
        }
        guard permissions(of: actor, in: channel).contains(.viewChannel) else { throw .missingPermissions }
        return channel
    }

    func permissions(of user: UserID, in channel: Channel?) -> Permissions {
        if let channel, channel.type.isPrivate { return .directMessage }
        guard let place = channel.map({ guild(of: $0) }) ?? guilds.first else { return [] }
        return Permissions.effective(
            userID: user, memberRoles: place.members[user]?.roles, ownerID: place.guild.ownerID,
            guildID: place.guild.id, overwrites: channel?.permissionOverwrites,
            role: { id in place.roles.first { $0.id == id }?.permissions })
    }

    func require(_ needed: Permissions, of actor: UserID, in channel: Channel) throws(RESTFailure) {
        guard permissions(of: actor, in: channel).isSuperset(of: needed) else { throw .missingPermissions }
    }

    /// A timeout stops sending, editing, reacting and typing; it does not change the permissions.
    func requireNotTimedOut(_ actor: UserID, in channel: Channel, at now: Int64) throws(RESTFailure) {
        guard let member = guild(of: channel)?.members[actor] else { return }
        if member.isTimedOut(at: Timestamp(milliseconds: now)) { throw .communicationDisabled }
    }

    func user(_ id: UserID) throws(RESTFailure) -> User {
        guard let user = users[id] else { throw .unknownUser }
        return user
    }

    func memberForEvents(_ id: UserID, in channel: Channel, withUser: Bool) -> Member? {
        guard var member = guild(of: channel)?.members[id] else { return nil }
        member.user = withUser ? users[id] : nil
        return member
    }
}
