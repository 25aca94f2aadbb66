import JSON

/// What a message answers or forwards.
public struct MessageReference: Sendable, Hashable {
    /// Open: unknown numbers are kept.
    public struct Kind: RawRepresentable, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let reply = Kind(rawValue: 0)
        public static let forward = Kind(rawValue: 1)
    }

    public var messageID: MessageID?
    /// A reply defaults to its own channel; a forward needs it.
    public var channelID: ChannelID?
    /// Must match if given.
    public var guildID: GuildID?
    public var kind: Kind

    public init(
        messageID: MessageID?, channelID: ChannelID? = nil, guildID: GuildID? = nil, kind: Kind = .reply
    ) {
        self.messageID = messageID
        self.channelID = channelID
        self.guildID = guildID
        self.kind = kind
    }
}

extension MessageReference: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var reference = MessageReference(messageID: nil)
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "message_id": reference.messageID = try reader.id()
            case "channel_id": reference.channelID = try reader.id()
            case "guild_id": reference.guildID = try reader.id()
            case "type": reference.kind = Kind(rawValue: try reader.integer() ?? 0)
            default: try reader.skipValue()
            }
        }
        self = reference
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.optional("channel_id", channelID)
        writer.optional("message_id", messageID)
        writer.optional("guild_id", guildID)
        writer.member("type", kind.rawValue)
        writer.endObject()
    }
}
