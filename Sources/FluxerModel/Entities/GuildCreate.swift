import JSON

/// A guild as the gateway announces it: the settings, and the collections beside them.
///
/// Every collection but `members` replaces what is known; members are the bot's own and those in voice.
public struct GuildCreate: Sendable, Hashable {
    public var id: GuildID
    /// The settings; nil in the unavailable form.
    public var guild: Guild?
    public var roles: [Role]
    /// Those the bot may view.
    public var channels: [Channel]
    public var members: [Member]
    public var emojis: [Emoji]
    public var stickers: [Sticker]
    /// All members, not only those listed.
    public var memberCount: Int
    public var onlineCount: Int
    /// When the bot joined.
    public var joinedAt: Timestamp?
    /// An outage: nothing but the id is known.
    public var isUnavailable: Bool

    public init(
        id: GuildID, guild: Guild?, roles: [Role] = [], channels: [Channel] = [], members: [Member] = [],
        emojis: [Emoji] = [], stickers: [Sticker] = [], memberCount: Int = 0, onlineCount: Int = 0,
        joinedAt: Timestamp? = nil, isUnavailable: Bool = false
    ) {
        self.id = id
        self.guild = guild
        self.roles = roles
        self.channels = channels
        self.members = members
        self.emojis = emojis
        self.stickers = stickers
        self.memberCount = memberCount
        self.onlineCount = onlineCount
        self.joinedAt = joinedAt
        self.isUnavailable = isUnavailable
    }
}

extension GuildCreate: WireReadable, WireWritable {
    /// Accepts the nested form, with `properties`, and the flat one of old documentation.
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: GuildID?
        var nested: Guild?
        var flat = Guild.Fields(id: GuildID(0))
        var hasSettings = false
        var create = GuildCreate(id: GuildID(0), guild: nil)
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.id()
            case "properties": nested = try reader.object()
            case "members": create.members = try reader.list()
            case "joined_at": create.joinedAt = try reader.timestamp()
            case "unavailable": create.isUnavailable = try reader.flag() ?? false
            case "presences", "voice_states": try reader.skipValue()
            default:
                if key == "name" { hasSettings = true }
                try flat.read(key, from: &reader)
            }
        }
        create.id = try reader.require(id ?? nested?.id, "guild.id")
        create.memberCount = flat.memberCount ?? 0
        create.onlineCount = flat.onlineCount ?? 0
        create.roles = flat.roles
        create.channels = flat.channels
        create.emojis = flat.emojis
        create.stickers = flat.stickers
        if nested == nil, hasSettings {
            flat.id = create.id
            flat.memberCount = nil
            flat.onlineCount = nil
            flat.roles = []
            flat.channels = []
            flat.emojis = []
            flat.stickers = []
            nested = Guild(flat)
        }
        create.guild = nested
        self = create
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        if isUnavailable { writer.member("unavailable", true) }
        if let guild {
            writer.key("properties")
            guild.writeProperties(to: &writer)
            writer.member("roles", roles)
            writer.member("channels", channels)
            writer.member("emojis", emojis)
            writer.member("stickers", stickers)
            writer.member("members", members)
            writer.member("member_count", memberCount)
            writer.member("online_count", onlineCount)
            writer.member("presences", [String]())
            writer.member("voice_states", [String]())
            writer.nullable("joined_at", joinedAt)
        }
        writer.endObject()
    }
}
