import JSON

/// One emoji on a message and how many chose it.
public struct Reaction: Sendable, Hashable {
    public var emoji: Emoji
    public var count: Int
    /// Whether the bot is among them.
    public var isMine: Bool

    public init(emoji: Emoji, count: Int, isMine: Bool = false) {
        self.emoji = emoji
        self.count = count
        self.isMine = isMine
    }
}

extension Reaction: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var emoji: Emoji?
        var count = 0
        var isMine = false
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "emoji": emoji = try reader.object()
            case "count": count = try reader.integer() ?? 0
            case "me": isMine = try reader.flag() ?? false
            default: try reader.skipValue()
            }
        }
        self.init(emoji: try reader.require(emoji, "reaction.emoji"), count: count, isMine: isMine)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("emoji", emoji)
        writer.member("count", count)
        if isMine { writer.member("me", true) }
        writer.endObject()
    }
}
