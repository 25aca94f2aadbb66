import JSON

/// A sticker of a guild; in messages without description and tags.
public struct Sticker: Sendable, Hashable {
    public var id: StickerID
    public var name: String
    public var description: String?
    public var tags: [String]
    public var isAnimated: Bool

    public init(id: StickerID, name: String, description: String? = nil, tags: [String] = [], isAnimated: Bool = false)
    {
        self.id = id
        self.name = name
        self.description = description
        self.tags = tags
        self.isAnimated = isAnimated
    }
}

extension Sticker: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: StickerID?
        var sticker = Sticker(id: StickerID(0), name: "")
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.id()
            case "name": sticker.name = try reader.text() ?? ""
            case "description": sticker.description = try reader.text()
            case "tags": sticker.tags = try reader.texts()
            case "animated": sticker.isAnimated = try reader.flag() ?? false
            default: try reader.skipValue()
            }
        }
        sticker.id = try reader.require(id, "sticker.id")
        self = sticker
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("name", name)
        writer.optional("description", description)
        if description != nil { writer.member("tags", tags) }
        writer.member("animated", isAnimated)
        writer.endObject()
    }
}
