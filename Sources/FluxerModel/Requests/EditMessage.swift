import JSON

/// What of a message changes; nil stays as it is.
public struct EditMessage: Sendable, Hashable {
    /// Empty text clears it.
    public var content: String?
    /// The complete new list; empty clears it.
    public var embeds: [Embed]?
    /// Nil keeps who is notified.
    public var allowedMentions: AllowedMentions?
    /// The server wants these where an edit only clears; without a value 0 is sent then, so give the message's own.
    public var flags: MessageFlags?

    public init(
        content: String? = nil, embeds: [Embed]? = nil, allowedMentions: AllowedMentions? = nil,
        flags: MessageFlags? = nil
    ) {
        self.content = content
        self.embeds = embeds
        self.allowedMentions = allowedMentions
        self.flags = flags
    }

    /// Checks what the server would refuse or drop.
    public func validate() throws(ValidationError) {
        if content == nil, embeds == nil, flags == nil {
            throw ValidationError(field: "content", detail: "is missing, and there are no embeds or flags to change")
        }
        try Check.length(content, atMost: CreateMessage.contentLimit, "content")
        try Embed.validate(embeds ?? [])
        try allowedMentions?.validate()
    }

    /// Whether there is nothing the server would count as content.
    private var onlyClears: Bool { !Check.isVisible(content) && (embeds ?? []).isEmpty }
}

extension EditMessage: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var edit = EditMessage()
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "content": edit.content = try reader.readNullIfPresent() ? "" : try reader.text()
            case "embeds":
                if try reader.peek() == .array { edit.embeds = try reader.list() } else { try reader.skipValue() }
            case "allowed_mentions": edit.allowedMentions = try reader.object()
            case "flags": edit.flags = try reader.integer().map { MessageFlags(rawValue: $0) }
            default: try reader.skipValue()
            }
        }
        self = edit
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.optional("content", content)
        if let embeds { Embed.writeForSending(embeds, to: &writer) }
        if let allowedMentions {
            writer.key("allowed_mentions")
            allowedMentions.write(to: &writer, content: content ?? "")
        }
        if let flags { writer.member("flags", flags.rawValue) } else if onlyClears { writer.member("flags", 0) }
        writer.endObject()
    }
}
