import FluxerModel

/// What an event changed, with the values before and after. What was not known before is nil.
public enum Change: Sendable, Hashable {
    /// Nothing that anybody could have seen.
    case none
    /// A new session began, as this user.
    case ready(User)
    /// A guild that the bot was not in before.
    case guildJoined(Guild)
    /// A guild that the bot was in already arrived after the start, or came back from an outage.
    case guildAvailable(Guild)
    /// A known guild was sent anew: its collections were replaced.
    case guildResynced(Guild)
    /// An outage of a known guild; what is known stays.
    case guildUnavailable(GuildID, Guild?)
    /// The bot left, or the guild is gone.
    case guildLeft(GuildID, Guild?)
    case guildUpdated(before: Guild?, after: Guild)
    /// The whole collection was replaced.
    case emojisUpdated(GuildID, before: [Emoji], after: [Emoji])
    /// The whole collection was replaced.
    case stickersUpdated(GuildID, before: [Sticker], after: [Sticker])
    /// Made, or become visible.
    case channelCreated(Channel)
    case channelUpdated(before: Channel?, after: Channel)
    /// Deleted, or no longer visible.
    case channelDeleted(Channel)
    /// A message was pinned or unpinned; the time of the last pin.
    case pinsUpdated(ChannelID, Timestamp?)
    case roleCreated(GuildID, Role)
    case roleUpdated(GuildID, before: Role?, after: Role)
    case roleDeleted(GuildID, RoleID, Role?)
    /// A new one.
    case message(Message)
    case messageEdited(before: Message?, after: Message)
    case messageDeleted(MessageDelete, Message?)
    case messagesDeleted(MessageDeleteBulk, [Message])
    case reactionAdded(ReactionEvent, Message?)
    case reactionRemoved(ReactionEvent, Message?)
    case reactionsCleared(ReactionsCleared, Message?)
    case typing(Typing)
    case memberJoined(GuildID, Member)
    case memberUpdated(GuildID, before: Member?, after: Member)
    case memberRemoved(GuildID, UserID, Member?)
    case userUpdated(before: User?, after: User)
    /// What an event about many things changed, in its order; two at least, none of them `none` or `several`.
    case several([Change])
}
