import JSON

/// A guild is gone, or for a while not there.
public struct GuildDelete: Sendable, Hashable {
    public var id: GuildID
    /// True: an outage, keep the guild. False: the bot left or was removed.
    public var isUnavailable: Bool

    public init(id: GuildID, isUnavailable: Bool = false) {
        self.id = id
        self.isUnavailable = isUnavailable
    }
}

extension GuildDelete: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: GuildID?
        var isUnavailable = false
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.id()
            case "unavailable": isUnavailable = try reader.flag() ?? false
            default: try reader.skipValue()
            }
        }
        self.init(id: try reader.require(id, "guild.id"), isUnavailable: isUnavailable)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        if isUnavailable { writer.member("unavailable", true) }
        writer.endObject()
    }
}

/// A message is gone.
public struct MessageDelete: Sendable, Hashable {
    public var id: MessageID
    public var channelID: ChannelID
    public var guildID: GuildID?
    /// The text before; absent where moderation deleted it.
    public var content: String?
    public var authorID: UserID?
    /// The author's membership, without `user`.
    public var member: Member?

    public init(
        id: MessageID, channelID: ChannelID, guildID: GuildID? = nil, content: String? = nil,
        authorID: UserID? = nil, member: Member? = nil
    ) {
        self.id = id
        self.channelID = channelID
        self.guildID = guildID
        self.content = content
        self.authorID = authorID
        self.member = member
    }
}

extension MessageDelete: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: MessageID?
        var channel: ChannelID?
        var deleted = MessageDelete(id: MessageID(0), channelID: ChannelID(0))
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.id()
            case "channel_id": channel = try reader.id()
            case "guild_id": deleted.guildID = try reader.id()
            case "content": deleted.content = try reader.text()
            case "author_id": deleted.authorID = try reader.id()
            case "member": deleted.member = try reader.object()
            default: try reader.skipValue()
            }
        }
        deleted.id = try reader.require(id, "message.id")
        deleted.channelID = try reader.require(channel, "channel_id")
        self = deleted
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("channel_id", channelID)
        writer.optional("guild_id", guildID)
        writer.optional("content", content)
        writer.optional("author_id", authorID)
        writer.optional("member", member)
        writer.endObject()
    }
}

/// Several messages of one channel are gone.
public struct MessageDeleteBulk: Sendable, Hashable {
    public var ids: [MessageID]
    public var channelID: ChannelID
    public var guildID: GuildID?

    public init(ids: [MessageID], channelID: ChannelID, guildID: GuildID? = nil) {
        self.ids = ids
        self.channelID = channelID
        self.guildID = guildID
    }
}

extension MessageDeleteBulk: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var ids: [MessageID] = []
        var channel: ChannelID?
        var guild: GuildID?
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "ids": ids = try reader.ids()
            case "channel_id": channel = try reader.id()
            case "guild_id": guild = try reader.id()
            default: try reader.skipValue()
            }
        }
        self.init(ids: ids, channelID: try reader.require(channel, "channel_id"), guildID: guild)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ids", ids)
        writer.member("channel_id", channelID)
        writer.optional("guild_id", guildID)
        writer.endObject()
    }
}

/// Somebody types.
public struct Typing: Sendable, Hashable {
    public var channelID: ChannelID
    public var userID: UserID
    public var guildID: GuildID?
    public var timestamp: Timestamp?
    /// With `user`; guilds only.
    public var member: Member?

    public init(
        channelID: ChannelID, userID: UserID, guildID: GuildID? = nil, timestamp: Timestamp? = nil,
        member: Member? = nil
    ) {
        self.channelID = channelID
        self.userID = userID
        self.guildID = guildID
        self.timestamp = timestamp
        self.member = member
    }
}

extension Typing: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var channel: ChannelID?
        var user: UserID?
        var typing = Typing(channelID: ChannelID(0), userID: UserID(0))
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "channel_id": channel = try reader.id()
            case "user_id": user = try reader.id()
            case "guild_id": typing.guildID = try reader.id()
            case "member": typing.member = try reader.object()
            case "timestamp":
                // Seconds; milliseconds in servers of February 2026, which are far above.
                typing.timestamp = try reader.integer().map { value in
                    Timestamp(milliseconds: Int64(value > 100_000_000_000 ? value : value &* 1000))
                }
            default: try reader.skipValue()
            }
        }
        typing.channelID = try reader.require(channel, "channel_id")
        typing.userID = try reader.require(user, "user_id")
        self = typing
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("channel_id", channelID)
        writer.member("user_id", userID)
        writer.optional("guild_id", guildID)
        writer.optional("timestamp", timestamp.map { Int($0.seconds) })
        writer.optional("member", member)
        writer.endObject()
    }
}
