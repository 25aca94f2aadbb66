import JSON

/// A Unicode emoji, which has no id, or a custom one of a guild.
public struct Emoji: Sendable, Hashable {
    /// Nil for a Unicode emoji.
    public var id: EmojiID?
    /// The Unicode text, or the custom name.
    public var name: String
    /// In gateway reaction events the absence of this does not mean false.
    public var isAnimated: Bool?

    public init(id: EmojiID? = nil, name: String, isAnimated: Bool? = nil) {
        self.id = id
        self.name = name
        self.isAnimated = isAnimated
    }

    /// Reads the Unicode text, `name:id`, or the text form `<:name:id>` and `<a:name:id>`.
    public init(parsing text: String) {
        var body = Substring(text)
        var animated: Bool?
        if body.hasPrefix("<"), body.hasSuffix(">") {
            body = body.dropFirst().dropLast()
            animated = body.hasPrefix("a:")
            body = body.drop { $0 != ":" }.dropFirst()
        }
        let parts = body.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, !parts[0].isEmpty, let id = EmojiID(String(parts[1])) {
            self.init(id: id, name: String(parts[0]), isAnimated: animated)
        } else {
            self.init(name: text)
        }
    }

    /// What stands in a reaction's path before encoding: the Unicode text or `name:id`.
    public var reactionText: String { id.map { "\(name):\($0)" } ?? name }

    /// What stands in a message: the Unicode text, `<:name:id>` or `<a:name:id>`.
    public var mention: String {
        guard let id else { return name }
        return "<\(isAnimated == true ? "a" : ""):\(name):\(id)>"
    }

    /// Whether both are the same emoji: by id if there is one, else by name.
    public func isSame(as other: Emoji) -> Bool { id == other.id && (id != nil || name == other.name) }
}

extension Emoji: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var emoji = Emoji(name: "")
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": emoji.id = try reader.id()
            case "name": emoji.name = try reader.text() ?? ""
            case "animated": emoji.isAnimated = try reader.flag()
            default: try reader.skipValue()
            }
        }
        self = emoji
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.optional("id", id)
        writer.member("name", name)
        writer.optional("animated", isAnimated)
        writer.endObject()
    }
}
