import FluxerModel

/// A guild and what belongs to it.
struct CachedGuild: Sendable {
    var guild: Guild
    var channels = IDMap<Channel>()
    var roles = IDMap<Role>()
}

/// Everything the cache holds; the events' families are in files of their own.
struct CacheState: Sendable {
    var me: User?
    var guilds: [GuildID: CachedGuild] = [:]
    /// Which guild a channel belongs to.
    var channelGuild: [ChannelID: GuildID] = [:]
    var directChannels: RecentMap<ChannelID, Channel>
    /// Known guilds in an outage, and stubs of guilds that have not arrived.
    var unavailable: Set<GuildID> = []
    var expectations = Expectations()
    var users: RecentMap<UserID, User>
    var members: MemberStore
    /// The bot's own members, which are never dropped.
    var own: [GuildID: Member] = [:]
    var messages: RecentMap<MessageID, Message>

    init(limits: Cache.Limits) {
        users = RecentMap(limit: limits.users)
        members = MemberStore(limit: limits.members)
        messages = RecentMap(limit: limits.messages)
        directChannels = RecentMap(limit: limits.directChannels)
    }

    mutating func apply(_ event: GatewayEvent) -> Change {
        switch event {
        case .ready(let ready): applyReady(ready)
        case .resumed, .unknown: .none
        case .userUpdate(let user): applyUserUpdate(user)
        case .guildCreate(let guild): applyGuildCreate(guild)
        case .guildUpdate(let guild): applyGuildUpdate(guild)
        case .guildDelete(let gone): applyGuildDelete(gone)
        case .emojisUpdate(let id, let emojis): applyEmojis(emojis, in: id)
        case .stickersUpdate(let id, let stickers): applyStickers(stickers, in: id)
        case .channelCreate(let channel): applyChannel(channel, isNew: true)
        case .channelUpdate(let channel): applyChannel(channel, isNew: false)
        case .channelUpdateBulk(let guild, let channels): applyChannels(channels, in: guild)
        case .channelDelete(let channel): applyChannelDelete(channel)
        case .channelPinsUpdate(let channel, let last): applyPins(last, in: channel)
        case .roleCreate(let guild, let role): applyRole(role, in: guild, isNew: true)
        case .roleUpdate(let guild, let role): applyRole(role, in: guild, isNew: false)
        case .roleUpdateBulk(let guild, let roles): applyRoles(roles, in: guild)
        case .roleDelete(let guild, let role): applyRoleDelete(role, in: guild)
        case .memberAdd(let guild, let member): applyMemberAdd(member, in: guild)
        case .memberUpdate(let guild, let member): applyMemberUpdate(member, in: guild)
        case .memberRemove(let guild, let user): applyMemberRemove(user, in: guild)
        case .messageCreate(let message): applyMessage(message)
        case .messageUpdate(let message): applyMessageUpdate(message)
        case .messageDelete(let gone): .messageDeleted(gone, messages.remove(gone.id))
        case .messageDeleteBulk(let gone): .messagesDeleted(gone, gone.ids.compactMap { messages.remove($0) })
        case .reactionAdd(let reaction): applyReaction(reaction, adds: true)
        case .reactionRemove(let reaction): applyReaction(reaction, adds: false)
        case .reactionRemoveAll(let cleared), .reactionRemoveEmoji(let cleared): applyReactionsCleared(cleared)
        case .typingStart(let typing): applyTyping(typing)
        }
    }

    /// One change as itself, several together.
    static func combine(_ changes: [Change]) -> Change {
        let seen = changes.filter { $0 != .none }
        return seen.count == 1 ? seen[0] : seen.isEmpty ? .none : .several(seen)
    }
}
