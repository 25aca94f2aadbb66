import JSON

/// A channel of a guild, or a private one.
///
/// What few channels have (voice settings, group members, links) stands in `rare`, so that a guild's fifty text channels
/// stay small.
public struct Channel: Sendable, Hashable {
    public var id: ChannelID
    public var type: ChannelType
    /// Guild channels.
    public var guildID: GuildID?
    /// The category, or a thread's parent.
    public var parentID: ChannelID?
    /// Message channels; the message may be deleted.
    public var lastMessageID: MessageID?
    /// Guild channels and group channels that have a name.
    public var name: String?
    public var topic: String?
    public var position: Int
    public var permissionOverwrites: [PermissionOverwrite]
    /// Slowmode in seconds; never applies to bots.
    public var rateLimitPerUser: Int
    /// The channel's own age restriction, not the inherited one.
    public var isNSFW: Bool
    private var rare: Box<Rare>?

    /// What only some kinds of channel have.
    struct Rare: Sendable, Hashable {
        var url: String?
        var icon: String?
        var ownerID: UserID?
        var bitrate: Int?
        var userLimit: Int?
        var rtcRegion: String?
        var lastPinTimestamp: Timestamp?
        var recipients: [User] = []
        var isEmpty: Bool { self == Rare() }
    }

    public init(
        id: ChannelID, type: ChannelType, guildID: GuildID? = nil, name: String? = nil, topic: String? = nil,
        position: Int = 0, parentID: ChannelID? = nil, lastMessageID: MessageID? = nil,
        permissionOverwrites: [PermissionOverwrite] = [], rateLimitPerUser: Int = 0, isNSFW: Bool = false,
        recipients: [User] = []
    ) {
        self.id = id
        self.type = type
        self.guildID = guildID
        self.name = name
        self.topic = topic
        self.position = position
        self.parentID = parentID
        self.lastMessageID = lastMessageID
        self.permissionOverwrites = permissionOverwrites
        self.rateLimitPerUser = rateLimitPerUser
        self.isNSFW = isNSFW
        if !recipients.isEmpty { self.recipients = recipients }
    }

    /// Where a link channel leads.
    public var url: String? {
        get { rare?.fields.url }
        set { change { $0.url = newValue } }
    }

    /// Hash of a group channel's picture.
    public var icon: String? {
        get { rare?.fields.icon }
        set { change { $0.icon = newValue } }
    }

    /// Who owns a group channel or a thread.
    public var ownerID: UserID? {
        get { rare?.fields.ownerID }
        set { change { $0.ownerID = newValue } }
    }

    /// Bits a second of a voice channel; 0 if unset.
    public var bitrate: Int? {
        get { rare?.fields.bitrate }
        set { change { $0.bitrate = newValue } }
    }

    /// How many may be in a voice channel; 0 means no limit.
    public var userLimit: Int? {
        get { rare?.fields.userLimit }
        set { change { $0.userLimit = newValue } }
    }

    /// Region of a voice channel; nil means automatic.
    public var rtcRegion: String? {
        get { rare?.fields.rtcRegion }
        set { change { $0.rtcRegion = newValue } }
    }

    public var lastPinTimestamp: Timestamp? {
        get { rare?.fields.lastPinTimestamp }
        set { change { $0.lastPinTimestamp = newValue } }
    }

    /// The others in a direct or group channel, without the bot itself.
    public var recipients: [User] {
        get { rare?.fields.recipients ?? [] }
        set { change { $0.recipients = newValue } }
    }

    /// `<#id>`.
    public var mention: String { "<#\(id)>" }

    private mutating func change(_ body: (inout Rare) -> Void) {
        var fields = rare?.fields ?? Rare()
        body(&fields)
        rare = fields.isEmpty ? nil : Box(fields)
    }
}

extension Channel: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: ChannelID?
        var channel = Channel(id: ChannelID(0), type: .guildText)
        var rare = Rare()
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.id()
            case "type": channel.type = ChannelType(rawValue: try reader.integer() ?? 0)
            case "guild_id": channel.guildID = try reader.id()
            case "name": channel.name = try reader.text()
            case "topic": channel.topic = try reader.text()
            case "position": channel.position = try reader.integer() ?? 0
            case "parent_id": channel.parentID = try reader.id()
            case "last_message_id": channel.lastMessageID = try reader.id()
            case "permission_overwrites": channel.permissionOverwrites = try reader.list()
            case "rate_limit_per_user": channel.rateLimitPerUser = try reader.integer() ?? 0
            case "nsfw": channel.isNSFW = try reader.flag() ?? false
            case "url": rare.url = try reader.text()
            case "icon": rare.icon = try reader.text()
            case "owner_id": rare.ownerID = try reader.id()
            case "bitrate": rare.bitrate = try reader.integer()
            case "user_limit": rare.userLimit = try reader.integer()
            case "rtc_region": rare.rtcRegion = try reader.text()
            case "last_pin_timestamp": rare.lastPinTimestamp = try reader.timestamp()
            case "recipients": rare.recipients = try reader.list()
            default: try reader.skipValue()
            }
        }
        channel.id = try reader.require(id, "channel.id")
        channel.rare = rare.isEmpty ? nil : Box(rare)
        self = channel
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("type", type.rawValue)
        writer.optional("guild_id", guildID)
        writer.optional("name", name)
        if !type.isPrivate {
            writer.nullable("topic", topic)
            writer.member("position", position)
            if type != .guildCategory { writer.nullable("parent_id", parentID) }
            writer.member("permission_overwrites", permissionOverwrites)
            writer.member("nsfw", isNSFW)
            writer.member("rate_limit_per_user", rateLimitPerUser)
        }
        if type.hasMessages { writer.nullable("last_message_id", lastMessageID) }
        writer.optional("url", url)
        writer.optional("icon", icon)
        writer.optional("owner_id", ownerID)
        writer.optional("bitrate", bitrate)
        writer.optional("user_limit", userLimit)
        writer.optional("rtc_region", rtcRegion)
        writer.optional("last_pin_timestamp", lastPinTimestamp)
        if !recipients.isEmpty { writer.member("recipients", recipients) }
        writer.endObject()
    }
}
