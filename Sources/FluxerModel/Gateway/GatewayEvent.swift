import JSON

/// What happened, as the gateway tells it. Names this list does not have are `unknown` and never fail.
public enum GatewayEvent: Sendable, Hashable {
    case ready(Ready)
    case resumed
    case guildCreate(GuildCreate)
    /// Settings alone: merge, do not replace.
    case guildUpdate(Guild)
    case guildDelete(GuildDelete)
    case emojisUpdate(GuildID, [Emoji])
    case stickersUpdate(GuildID, [Sticker])
    case channelCreate(Channel)
    case channelUpdate(Channel)
    /// Complete objects; the guild's other channels are unchanged.
    case channelUpdateBulk(GuildID?, [Channel])
    case channelDelete(Channel)
    case channelPinsUpdate(ChannelID, Timestamp?)
    case roleCreate(GuildID, Role)
    case roleUpdate(GuildID, Role)
    /// Complete objects; the guild's other roles are unchanged.
    case roleUpdateBulk(GuildID, [Role])
    /// No member or channel events follow.
    case roleDelete(GuildID, RoleID)
    case messageCreate(Message)
    /// The complete message; also after embeds, pins and reactions changed.
    case messageUpdate(Message)
    case messageDelete(MessageDelete)
    case messageDeleteBulk(MessageDeleteBulk)
    case reactionAdd(ReactionEvent)
    case reactionRemove(ReactionEvent)
    case reactionRemoveAll(ReactionsCleared)
    case reactionRemoveEmoji(ReactionsCleared)
    case typingStart(Typing)
    case memberAdd(GuildID, Member)
    case memberUpdate(GuildID, Member)
    case memberRemove(GuildID, UserID)
    case userUpdate(User)
    /// An event that is not decoded here.
    case unknown(String)
}

extension GatewayEvent {
    /// Decodes the `d` of an event.
    ///
    /// - Throws: where `d` is no JSON or lacks what identifies its subject. The offset counts within `data`.
    public static func decode(name: String, data: UnsafeRawBufferPointer) throws(JSONError) -> GatewayEvent {
        guard let decode = decoders[name] else { return .unknown(name) }
        var reader = JSONReader(data)
        let event = try decode(&reader)
        try reader.finish()
        return event
    }

    /// Decodes the `d` of an event that stands in a frame's bytes.
    public static func decode(
        name: String, data: [UInt8], range: Range<Int>? = nil
    ) throws(JSONError) -> GatewayEvent {
        guard let decode = decoders[name] else { return .unknown(name) }
        let range = (range ?? 0..<data.count).clamped(to: 0..<data.count)
        return try data.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            var reader = JSONReader(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range])))
            let event = try decode(&reader)
            try reader.finish()
            return event
        }
    }

    /// Names that `decode` knows.
    public static var knownNames: some Collection<String> { decoders.keys }

    private typealias Decoder = @Sendable (inout JSONReader) throws(JSONError) -> GatewayEvent

    private static let decoders: [String: Decoder] = [
        "READY": { (reader) throws(JSONError) in .ready(try Ready(from: &reader)) },
        "RESUMED": { (reader) throws(JSONError) in
            try reader.skipValue()
            return .resumed
        },
        "GUILD_CREATE": { (reader) throws(JSONError) in .guildCreate(try GuildCreate(from: &reader)) },
        "GUILD_UPDATE": { (reader) throws(JSONError) in .guildUpdate(try Guild(from: &reader)) },
        "GUILD_DELETE": { (reader) throws(JSONError) in .guildDelete(try GuildDelete(from: &reader)) },
        "GUILD_EMOJIS_UPDATE": { (reader) throws(JSONError) in
            let (guild, emojis) = try reader.guildList("emojis", Emoji.self)
            return .emojisUpdate(try reader.require(guild, "guild_id"), emojis)
        },
        "GUILD_STICKERS_UPDATE": { (reader) throws(JSONError) in
            let (guild, stickers) = try reader.guildList("stickers", Sticker.self)
            return .stickersUpdate(try reader.require(guild, "guild_id"), stickers)
        },
        "CHANNEL_CREATE": { (reader) throws(JSONError) in .channelCreate(try Channel(from: &reader)) },
        "CHANNEL_UPDATE": { (reader) throws(JSONError) in .channelUpdate(try Channel(from: &reader)) },
        "CHANNEL_UPDATE_BULK": { (reader) throws(JSONError) in
            let (guild, channels) = try reader.guildList("channels", Channel.self)
            return .channelUpdateBulk(guild, channels)
        },
        "CHANNEL_DELETE": { (reader) throws(JSONError) in .channelDelete(try Channel(from: &reader)) },
        "CHANNEL_PINS_UPDATE": { (reader) throws(JSONError) in try reader.pinsUpdate() },
        "GUILD_ROLE_CREATE": { (reader) throws(JSONError) in
            let (guild, role) = try reader.guildRole()
            return .roleCreate(guild, role)
        },
        "GUILD_ROLE_UPDATE": { (reader) throws(JSONError) in
            let (guild, role) = try reader.guildRole()
            return .roleUpdate(guild, role)
        },
        "GUILD_ROLE_UPDATE_BULK": { (reader) throws(JSONError) in
            let (guild, roles) = try reader.guildList("roles", Role.self)
            return .roleUpdateBulk(try reader.require(guild, "guild_id"), roles)
        },
        "GUILD_ROLE_DELETE": { (reader) throws(JSONError) in try reader.roleDelete() },
        "MESSAGE_CREATE": { (reader) throws(JSONError) in .messageCreate(try Message(from: &reader)) },
        "MESSAGE_UPDATE": { (reader) throws(JSONError) in .messageUpdate(try Message(from: &reader)) },
        "MESSAGE_DELETE": { (reader) throws(JSONError) in .messageDelete(try MessageDelete(from: &reader)) },
        "MESSAGE_DELETE_BULK": { (reader) throws(JSONError) in
            .messageDeleteBulk(try MessageDeleteBulk(from: &reader))
        },
        "MESSAGE_REACTION_ADD": { (reader) throws(JSONError) in .reactionAdd(try ReactionEvent(from: &reader)) },
        "MESSAGE_REACTION_REMOVE": { (reader) throws(JSONError) in
            .reactionRemove(try ReactionEvent(from: &reader))
        },
        "MESSAGE_REACTION_REMOVE_ALL": { (reader) throws(JSONError) in
            .reactionRemoveAll(try ReactionsCleared(from: &reader))
        },
        "MESSAGE_REACTION_REMOVE_EMOJI": { (reader) throws(JSONError) in
            .reactionRemoveEmoji(try ReactionsCleared(from: &reader))
        },
        "TYPING_START": { (reader) throws(JSONError) in .typingStart(try Typing(from: &reader)) },
        "GUILD_MEMBER_ADD": { (reader) throws(JSONError) in
            let (guild, member) = try reader.guildMember()
            return .memberAdd(guild, member)
        },
        "GUILD_MEMBER_UPDATE": { (reader) throws(JSONError) in
            let (guild, member) = try reader.guildMember()
            return .memberUpdate(guild, member)
        },
        "GUILD_MEMBER_REMOVE": { (reader) throws(JSONError) in
            let (guild, member) = try reader.guildMember()
            return .memberRemove(guild, try reader.require(member.user?.id, "user.id"))
        },
        "USER_UPDATE": { (reader) throws(JSONError) in .userUpdate(try User(from: &reader)) },
    ]
}
