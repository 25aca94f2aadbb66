import JSON

/// Somebody put a reaction on a message, or took it off.
public struct ReactionEvent: Sendable, Hashable {
    public var userID: UserID
    public var channelID: ChannelID
    public var messageID: MessageID
    public var guildID: GuildID?
    /// Its identity is the id if there is one, else the name.
    public var emoji: Emoji
    /// With `user`; guilds only.
    public var member: Member?

    public init(
        userID: UserID, channelID: ChannelID, messageID: MessageID, guildID: GuildID? = nil, emoji: Emoji,
        member: Member? = nil
    ) {
        self.userID = userID
        self.channelID = channelID
        self.messageID = messageID
        self.guildID = guildID
        self.emoji = emoji
        self.member = member
    }
}

extension ReactionEvent: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var user: UserID?
        var channel: ChannelID?
        var message: MessageID?
        var guild: GuildID?
        var emoji: Emoji?
        var member: Member?
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "user_id": user = try reader.id()
            case "channel_id": channel = try reader.id()
            case "message_id": message = try reader.id()
            case "guild_id": guild = try reader.id()
            case "emoji": emoji = try reader.object()
            case "member": member = try reader.object()
            default: try reader.skipValue()
            }
        }
        self.init(
            userID: try reader.require(user, "user_id"), channelID: try reader.require(channel, "channel_id"),
            messageID: try reader.require(message, "message_id"), guildID: guild,
            emoji: try reader.require(emoji, "emoji"), member: member)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("user_id", userID)
        writer.member("channel_id", channelID)
        writer.member("message_id", messageID)
        writer.member("emoji", emoji)
        writer.optional("guild_id", guildID)
        writer.optional("member", member)
        writer.endObject()
    }
}

/// All reactions of a message, or all of one emoji, are gone.
public struct ReactionsCleared: Sendable, Hashable {
    public var channelID: ChannelID
    public var messageID: MessageID
    public var guildID: GuildID?
    /// Nil where all emojis are gone.
    public var emoji: Emoji?

    public init(channelID: ChannelID, messageID: MessageID, guildID: GuildID? = nil, emoji: Emoji? = nil) {
        self.channelID = channelID
        self.messageID = messageID
        self.guildID = guildID
        self.emoji = emoji
    }
}

extension ReactionsCleared: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var channel: ChannelID?
        var message: MessageID?
        var guild: GuildID?
        var emoji: Emoji?
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "channel_id": channel = try reader.id()
            case "message_id": message = try reader.id()
            case "guild_id": guild = try reader.id()
            case "emoji": emoji = try reader.object()
            default: try reader.skipValue()
            }
        }
        self.init(
            channelID: try reader.require(channel, "channel_id"), messageID: try reader.require(message, "message_id"),
            guildID: guild, emoji: emoji)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("channel_id", channelID)
        writer.member("message_id", messageID)
        writer.optional("guild_id", guildID)
        writer.optional("emoji", emoji)
        writer.endObject()
    }
}
