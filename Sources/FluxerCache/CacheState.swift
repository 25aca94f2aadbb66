import FluxerModel

/// A guild and what belongs to it.
struct CachedGuild: Sendable {
    var guild: Guild
    var channels: [ChannelID: Channel] = [:]
    var roles: [RoleID: Role] = [:]
}

/// Who is member where.
struct MemberKey: Hashable, Sendable {
    let guild: GuildID
    let user: UserID
}

/// Everything the cache holds; the events' families are in files of their own.
struct CacheState: Sendable {
    var me: User?
    var guilds: [GuildID: CachedGuild] = [:]
    /// Which guild a channel belongs to.
    var channelGuild: [ChannelID: GuildID] = [:]
    var directChannels: BoundedMap<ChannelID, Channel>
    var unavailable: Set<GuildID> = []
    /// Guilds that the bot is in by READY, by its list, or by what was seen in this session.
    var expected: Set<GuildID> = []
    var users: BoundedMap<UserID, User>
    var members: BoundedMap<MemberKey, Member>
    /// The bot's own members, which are never dropped.
    var own: [GuildID: Member] = [:]
    var messages: BoundedMap<MessageID, Message>

    init(limits: Cache.Limits) {
        users = BoundedMap(limit: limits.users)
        members = BoundedMap(limit: limits.members)
        messages = BoundedMap(limit: limits.messages)
        directChannels = BoundedMap(limit: 1_000)
    }

    mutating func apply(_ event: GatewayEvent) -> Change {
        switch event {
        case .ready(let ready): return applyReady(ready)
        case .resumed, .unknown: return .none
        case .guildCreate(let guild): return applyGuildCreate(guild)
        case .guildUpdate(let guild): return applyGuildUpdate(guild)
        case .guildDelete(let gone): return applyGuildDelete(gone)
        case .emojisUpdate(let id, let emojis): return changeGuild(id) { $0.emojis = emojis }
        case .stickersUpdate(let id, let stickers): return changeGuild(id) { $0.stickers = stickers }
        case .channelCreate(let channel): return applyChannel(channel, isNew: true)
        case .channelUpdate(let channel): return applyChannel(channel, isNew: false)
        case .channelUpdateBulk(_, let channels):
            for channel in channels { _ = applyChannel(channel, isNew: false) }
            return .none
        case .channelDelete(let channel): return applyChannelDelete(channel)
        case .channelPinsUpdate: return .none
        case .roleCreate(let guild, let role): return applyRole(role, in: guild, isNew: true)
        case .roleUpdate(let guild, let role): return applyRole(role, in: guild, isNew: false)
        case .roleUpdateBulk(let guild, let roles):
            for role in roles { _ = applyRole(role, in: guild, isNew: false) }
            return .none
        case .roleDelete(let guild, let role): return applyRoleDelete(role, in: guild)
        case .messageCreate(let message): return applyMessage(message)
        case .messageUpdate(let message): return applyMessageUpdate(message)
        case .messageDelete(let gone):
            return .messageDeleted(gone, messages.remove(gone.id))
        case .messageDeleteBulk(let gone):
            return .messagesDeleted(gone, gone.ids.compactMap { messages.remove($0) })
        case .reactionAdd(let reaction): return applyReaction(reaction, adds: true)
        case .reactionRemove(let reaction): return applyReaction(reaction, adds: false)
        case .reactionRemoveAll(let cleared), .reactionRemoveEmoji(let cleared): return applyReactionsCleared(cleared)
        case .typingStart(let typing):
            if let guild = typing.guildID, let member = typing.member { meet(member, typing.userID, in: guild) }
            return .typing(typing)
        case .memberAdd(let guild, let member): return applyMemberAdd(member, in: guild)
        case .memberUpdate(let guild, let member): return applyMemberUpdate(member, in: guild)
        case .memberRemove(let guild, let user): return applyMemberRemove(user, in: guild)
        case .userUpdate(let user):
            let before = me
            if me == nil || me?.id == user.id { me = user }
            return .userUpdated(before: before, after: user)
        }
    }

    func channel(_ id: ChannelID) -> Channel? {
        if let guild = channelGuild[id] { return guilds[guild]?.channels[id] }
        return directChannels[id]
    }

    /// Keeps the fuller of the known account and the one that came.
    mutating func meet(_ user: User) {
        if user.isStub, users[user.id] != nil { return }
        if user.id == me?.id {
            if !user.isStub { me = user }
            return
        }
        users.set(user, for: user.id)
    }

    mutating func meet(_ member: Member, _ user: UserID, in guild: GuildID) {
        var member = member
        if let account = member.user { meet(account) }
        // The account stands in the users; one copy of it is enough.
        member.user = nil
        if user == me?.id { own[guild] = member } else { members.set(member, for: MemberKey(guild: guild, user: user)) }
    }

    func member(_ user: UserID, in guild: GuildID) -> Member? {
        guard var member = user == me?.id ? own[guild] : members[MemberKey(guild: guild, user: user)] else {
            return nil
        }
        member.user = user == me?.id ? me : users[user] ?? User(id: user)
        return member
    }
}
