import JSON

/// The body of a new message.
public struct CreateMessage: Sendable, Hashable {
    /// At most 4,000 UTF-16 units; an instance may allow fewer.
    public var content: String?
    public var embeds: [Embed]
    /// The message to answer or forward.
    public var replyTo: MessageReference?
    /// Nil only in what the sandbox reads: the request had none, and everything it names mentions.
    public var allowedMentions: AllowedMentions?
    /// 1 to 32 characters. The same nonce in the same channel within five minutes makes no second message.
    public var nonce: String?
    /// `suppressEmbeds`, `suppressNotifications`, `voiceMessage`; others are dropped by the server.
    public var flags: MessageFlags
    public var isTTS: Bool
    /// At most 3.
    public var stickerIDs: [StickerID]

    public init(
        content: String? = nil, embeds: [Embed] = [], replyTo: MessageReference? = nil,
        allowedMentions: AllowedMentions? = .safe, nonce: String? = nil, flags: MessageFlags = [],
        isTTS: Bool = false, stickerIDs: [StickerID] = []
    ) {
        self.content = content
        self.embeds = embeds
        self.replyTo = replyTo
        self.allowedMentions = allowedMentions
        self.nonce = nonce
        self.flags = flags
        self.isTTS = isTTS
        self.stickerIDs = stickerIDs
    }

    /// The longest text of a message, in UTF-16 units.
    public static let contentLimit = 4000

    /// Checks what the server would refuse or drop. Limits that an instance can raise are left to the server, but for the
    /// length of the text.
    public func validate() throws(ValidationError) {
        try Check.length(content, atMost: Self.contentLimit, "content")
        try Embed.validate(embeds)
        try allowedMentions?.validate()
        try Check.count(stickerIDs.count, atMost: 3, "stickers", "sticker_ids")
        if let nonce {
            try Check.present(nonce, "nonce")
            try Check.length(nonce, atMost: 32, "nonce")
        }
        let hasBody = Check.isVisible(content) || !embeds.isEmpty || !stickerIDs.isEmpty
        if let replyTo, replyTo.kind == .forward {
            if replyTo.messageID == nil || replyTo.channelID == nil {
                throw ValidationError(
                    field: "message_reference", detail: "a forward needs message_id and channel_id")
            }
            if hasBody {
                throw ValidationError(
                    field: "message_reference", detail: "a forward cannot have content, embeds or stickers")
            }
        } else if !hasBody {
            throw ValidationError(field: "content", detail: "is empty, and there is no embed or sticker")
        }
    }
}

extension CreateMessage: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var message = CreateMessage(allowedMentions: nil)
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "content": message.content = try reader.text()
            case "embeds": message.embeds = try reader.list()
            case "message_reference": message.replyTo = try reader.object()
            case "allowed_mentions": message.allowedMentions = try reader.object()
            case "nonce":
                message.nonce =
                    try reader.peek() == .number ? try reader.readNumber().text : try reader.text()
            case "flags": message.flags = MessageFlags(rawValue: try reader.integer() ?? 0)
            case "tts": message.isTTS = try reader.flag() ?? false
            case "sticker_ids": message.stickerIDs = try reader.ids()
            default: try reader.skipValue()
            }
        }
        self = message
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.optional("content", content)
        if !embeds.isEmpty { Embed.writeForSending(embeds, to: &writer) }
        writer.optional("message_reference", replyTo)
        if let allowedMentions {
            writer.key("allowed_mentions")
            allowedMentions.write(to: &writer, content: content ?? "")
        }
        writer.optional("nonce", nonce)
        if !flags.isEmpty { writer.member("flags", flags.rawValue) }
        if isTTS { writer.member("tts", true) }
        if !stickerIDs.isEmpty { writer.member("sticker_ids", stickerIDs) }
        writer.endObject()
    }
}

extension Embed {
    static func writeForSending(_ embeds: [Embed], to writer: inout JSONWriter) {
        writer.key("embeds")
        writer.beginArray()
        for embed in embeds { embed.write(to: &writer, forSending: true) }
        writer.endArray()
    }
}
