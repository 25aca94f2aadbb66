import FluxerModel
import JSON

/// The body of create and edit message, checked as the server checks it (rest.md 6.1, 6.4, 6.5).
struct MessageDraft: Sendable {
    /// nil: not given.
    var content: String?
    var embeds: [Embed]?
    var mentions: MentionRules?
    var reference: MessageReference?
    var flags: MessageFlags?
    var nonce: String?
    var isTTS = false

    /// A plain text.
    init(content: String, replyTo: MessageID? = nil) {
        self.content = content
        reference = replyTo.map { MessageReference(messageID: $0) }
    }

    /// - Throws: `INVALID_MESSAGE_DATA` without a hint for a body that fails its schema.
    init(body: [UInt8]) throws(RESTFailure) {
        let value: JSONValue
        do {
            value = body.isEmpty ? .object([]) : try JSONValue(parsing: body)
        } catch {
            throw .invalidMessageData
        }
        guard value.isObject else { throw .invalidMessageData }
        content = try Self.text(value["content"])
        if let given = value["embeds"], !given.isNull {
            guard let list = given.arrayValue else { throw .invalidMessageData }
            embeds = try EmbedRules.read(list)
        }
        if let given = value["allowed_mentions"], !given.isNull { mentions = try MentionRules(given) }
        reference = try Self.reference(value["message_reference"])
        nonce = try Self.nonce(value["nonce"])
        switch value["flags"] {
        case nil, .null?: break
        case .number?:
            guard let bits = value["flags"]?.intValue, bits >= 0 else { throw .invalidMessageData }
            flags = MessageFlags(rawValue: bits).intersection([.suppressEmbeds, .suppressNotifications])
        default: throw .invalidMessageData
        }
        switch value["tts"] {
        case nil, .null?: break
        case .bool(let flag)?: isTTS = flag
        default: throw .invalidMessageData
        }
    }

    /// Whether there is anything to see.
    var isVisible: Bool {
        let hasText = content?.contains { !$0.isWhitespace && $0 != "\u{200B}" } ?? false
        return hasText || !(embeds ?? []).isEmpty
    }

    /// The bot's limit is higher than a user's. Counted in UTF-16 units.
    func checkLength(isBot: Bool) throws(RESTFailure) {
        guard let content, content.utf16.count > (isBot ? 4_000 : 2_000) else { return }
        throw .invalidForm(
            "content", "CONTENT_EXCEEDS_MAX_LENGTH",
            "Content must not be longer than \(isBot ? 4_000 : 2_000) characters.")
    }

    private static func text(_ value: JSONValue?) throws(RESTFailure) -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw .invalidMessageData
        }
    }

    private static func nonce(_ value: JSONValue?) throws(RESTFailure) -> String? {
        switch value {
        case nil, .null?: return nil
        case .number(let number)?:
            guard let whole = number.int64 else { throw .invalidMessageData }
            return String(whole)
        case .string(let text)?:
            guard (1...32).contains(text.utf16.count) else { throw .invalidMessageData }
            return text
        default: throw .invalidMessageData
        }
    }

    private static func reference(_ value: JSONValue?) throws(RESTFailure) -> MessageReference? {
        guard let value, !value.isNull else { return nil }
        guard value.isObject, let message = value["message_id"]?.snowflake else { throw .invalidMessageData }
        var reference = MessageReference(messageID: MessageID(message))
        for (name, assign) in [
            ("channel_id", { (id: UInt64) in reference.channelID = ChannelID(id) }),
            ("guild_id", { (id: UInt64) in reference.guildID = GuildID(id) }),
        ] {
            guard let given = value[name], !given.isNull else { continue }
            guard let id = given.snowflake else { throw .invalidMessageData }
            assign(id)
        }
        switch value["type"] {
        case nil, .null?: break
        case .number?: reference.kind = .init(rawValue: value["type"]?.intValue ?? 0)
        default: throw .invalidMessageData
        }
        return reference
    }
}
