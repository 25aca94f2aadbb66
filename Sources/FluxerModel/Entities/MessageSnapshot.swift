import JSON

/// The copy of a forwarded message: without id, author and channel.
public struct MessageSnapshot: Sendable, Hashable {
    public var content: String
    public var timestamp: Timestamp?
    public var editedTimestamp: Timestamp?
    public var type: MessageType
    public var flags: MessageFlags
    /// Ids only; the outer message's `users` has the names.
    public var mentions: [UserID]
    public var mentionRoles: [RoleID]
    public var embeds: [Embed]
    public var attachments: [Attachment]
    public var stickers: [Sticker]

    public init(
        content: String = "", timestamp: Timestamp? = nil, editedTimestamp: Timestamp? = nil,
        type: MessageType = .default, flags: MessageFlags = [], mentions: [UserID] = [], mentionRoles: [RoleID] = [],
        embeds: [Embed] = [], attachments: [Attachment] = [], stickers: [Sticker] = []
    ) {
        self.content = content
        self.timestamp = timestamp
        self.editedTimestamp = editedTimestamp
        self.type = type
        self.flags = flags
        self.mentions = mentions
        self.mentionRoles = mentionRoles
        self.embeds = embeds
        self.attachments = attachments
        self.stickers = stickers
    }
}

extension MessageSnapshot: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var snapshot = MessageSnapshot()
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "content": snapshot.content = try reader.text() ?? ""
            case "timestamp": snapshot.timestamp = try reader.timestamp()
            case "edited_timestamp": snapshot.editedTimestamp = try reader.timestamp()
            case "type": snapshot.type = MessageType(rawValue: try reader.integer() ?? 0)
            case "flags": snapshot.flags = MessageFlags(rawValue: try reader.integer() ?? 0)
            case "mentions": snapshot.mentions = try reader.ids()
            case "mention_roles": snapshot.mentionRoles = try reader.ids()
            case "embeds": snapshot.embeds = try reader.list()
            case "attachments": snapshot.attachments = try reader.list()
            case "stickers": snapshot.stickers = try reader.list()
            default: try reader.skipValue()
            }
        }
        self = snapshot
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("content", content)
        writer.optional("timestamp", timestamp)
        writer.optional("edited_timestamp", editedTimestamp)
        writer.member("type", type.rawValue)
        writer.member("flags", flags.rawValue)
        if !mentions.isEmpty { writer.member("mentions", mentions) }
        if !mentionRoles.isEmpty { writer.member("mention_roles", mentionRoles) }
        if !embeds.isEmpty { writer.member("embeds", embeds) }
        if !attachments.isEmpty { writer.member("attachments", attachments) }
        if !stickers.isEmpty { writer.member("stickers", stickers) }
        writer.endObject()
    }
}
