import JSON

extension Message: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: MessageID?
        var channelID: ChannelID?
        var author: User?
        var timestamp: Timestamp?
        var fields = Fields(id: MessageID(0), channelID: ChannelID(0), author: User(id: UserID(0)))
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.id()
            case "channel_id": channelID = try reader.id()
            case "author": author = try reader.object()
            case "timestamp": timestamp = try reader.timestamp()
            default: try fields.read(key, from: &reader)
            }
        }
        fields.id = try reader.require(id, "message.id")
        fields.channelID = try reader.require(channelID, "message.channel_id")
        fields.author = try reader.require(author, "message.author")
        fields.timestamp = timestamp ?? fields.id.createdAt
        self.init(fields)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        box.fields.writeMembers(to: &writer)
        writer.endObject()
    }
}

extension Message.Fields {
    /// Reads one member of the object, ids, author and time apart.
    mutating func read(_ key: JSONKey, from reader: inout JSONReader) throws(JSONError) {
        switch key {
        case "content": content = try reader.text() ?? ""
        case "guild_id": guildID = try reader.id()
        case "channel_type": channelType = try reader.integer().map { ChannelType(rawValue: $0) }
        case "member": member = try reader.object()
        case "type": type = MessageType(rawValue: try reader.integer() ?? 0)
        case "flags": flags = MessageFlags(rawValue: try reader.integer() ?? 0)
        case "edited_timestamp": editedTimestamp = try reader.timestamp()
        case "pinned": isPinned = try reader.flag() ?? false
        case "tts": isTTS = try reader.flag() ?? false
        case "mention_everyone": mentionsEveryone = try reader.flag() ?? false
        case "mentions": mentions = try reader.list()
        case "mention_roles": mentionRoles = try reader.ids()
        case "users": users = try reader.list()
        case "embeds": embeds = try reader.list()
        case "attachments": attachments = try reader.list()
        case "stickers": stickers = try reader.list()
        case "reactions": reactions = try reader.list()
        case "nonce": try readNonce(from: &reader)
        case "webhook_id": webhookID = try reader.id()
        case "message_reference": reference = try reader.object()
        case "referenced_message": try readReferenced(from: &reader)
        case "message_snapshots": snapshots = try reader.list()
        default: try reader.skipValue()
        }
    }

    /// Null says that the answered message is gone; absence says that nothing is answered.
    private mutating func readReferenced(from reader: inout JSONReader) throws(JSONError) {
        if try reader.readNullIfPresent() {
            isReferenceDeleted = true
        } else {
            referencedMessage = try reader.object()
        }
    }

    /// Newer servers take integers too.
    private mutating func readNonce(from reader: inout JSONReader) throws(JSONError) {
        if try reader.peek() == .number {
            nonce = try reader.readNumber().text
        } else {
            nonce = try reader.text()
        }
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("channel_id", channelID)
        writer.optional("guild_id", guildID)
        writer.optional("channel_type", channelType?.rawValue)
        writer.member("author", author)
        writer.optional("member", member)
        writer.optional("webhook_id", webhookID)
        writer.member("type", type.rawValue)
        writer.member("flags", flags.rawValue)
        writer.member("content", content)
        writer.member("timestamp", timestamp)
        writer.nullable("edited_timestamp", editedTimestamp)
        writer.member("pinned", isPinned)
        writer.member("mention_everyone", mentionsEveryone)
        writer.member("tts", isTTS)
        writer.member("mentions", mentions)
        writer.member("mention_roles", mentionRoles)
        if !users.isEmpty { writer.member("users", users) }
        writer.member("embeds", embeds)
        writer.member("attachments", attachments)
        writer.member("stickers", stickers)
        if !reactions.isEmpty { writer.member("reactions", reactions) }
        writer.optional("message_reference", reference)
        if isReferenceDeleted {
            writer.nothing("referenced_message")
        } else {
            writer.optional("referenced_message", referencedMessage)
        }
        if !snapshots.isEmpty { writer.member("message_snapshots", snapshots) }
        writer.optional("nonce", nonce)
    }
}
