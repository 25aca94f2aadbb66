import JSON

/// A card below a message: sent by bots, or made by the server for links.
public struct Embed: Sendable, Hashable {
    /// `rich`, `link`, `image`, `video`, `audio`, `gifv`, `article`, `bluesky`. Only the server sets it.
    public var type: String
    public var title: String?
    public var description: String?
    public var url: String?
    public var timestamp: Timestamp?
    /// 24-bit RGB.
    public var color: Int?
    public var author: Author?
    /// Cannot be sent.
    public var provider: Provider?
    public var thumbnail: Media?
    public var image: Media?
    /// Cannot be sent.
    public var video: Media?
    /// Cannot be sent.
    public var audio: Media?
    public var footer: Footer?
    public var fields: [Field]
    /// At most one, without further nesting. Cannot be sent.
    public var children: [Embed]

    public init(
        type: String = "rich", title: String? = nil, description: String? = nil, url: String? = nil,
        timestamp: Timestamp? = nil, color: Int? = nil, author: Author? = nil, thumbnail: Media? = nil,
        image: Media? = nil, footer: Footer? = nil, fields: [Field] = []
    ) {
        self.type = type
        self.title = title
        self.description = description
        self.url = url
        self.timestamp = timestamp
        self.color = color
        self.author = author
        self.thumbnail = thumbnail
        self.image = image
        self.footer = footer
        self.fields = fields
        children = []
    }

    /// The line above the title.
    public struct Author: Sendable, Hashable {
        public var name: String
        public var url: String?
        public var iconURL: String?
        public var proxyIconURL: String?

        public init(name: String, url: String? = nil, iconURL: String? = nil) {
            self.name = name
            self.url = url
            self.iconURL = iconURL
        }
    }

    /// The line at the bottom.
    public struct Footer: Sendable, Hashable {
        public var text: String
        public var iconURL: String?
        public var proxyIconURL: String?

        public init(text: String, iconURL: String? = nil) {
            self.text = text
            self.iconURL = iconURL
        }
    }

    /// A name with a value; inline ones stand side by side.
    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: String
        public var isInline: Bool

        public init(name: String, value: String, isInline: Bool = false) {
            self.name = name
            self.value = value
            self.isInline = isInline
        }
    }

    /// A picture, video or sound. `url` may be `attachment://filename` in what is sent.
    public struct Media: Sendable, Hashable {
        public var url: String
        public var proxyURL: String?
        public var description: String?
        public var contentType: String?
        public var width: Int?
        public var height: Int?
        public var flags: Int?

        public init(url: String, description: String? = nil) {
            self.url = url
            self.description = description
        }
    }

    /// The site that a link's embed comes from.
    public struct Provider: Sendable, Hashable {
        public var name: String
        public var url: String?

        public init(name: String, url: String? = nil) {
            self.name = name
            self.url = url
        }
    }
}

extension Embed: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var embed = Embed()
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "type": embed.type = try reader.text() ?? "rich"
            case "title": embed.title = try reader.text()
            case "description": embed.description = try reader.text()
            case "url": embed.url = try reader.text()
            case "timestamp": embed.timestamp = try reader.timestamp()
            case "color": embed.color = try reader.integer()
            case "author": embed.author = try reader.object()
            case "provider": embed.provider = try reader.object()
            case "thumbnail": embed.thumbnail = try reader.object()
            case "image": embed.image = try reader.object()
            case "video": embed.video = try reader.object()
            case "audio": embed.audio = try reader.object()
            case "footer": embed.footer = try reader.object()
            case "fields": embed.fields = try reader.list()
            case "children": embed.children = try reader.list()
            default: try reader.skipValue()
            }
        }
        self = embed
    }

    public func write(to writer: inout JSONWriter) { write(to: &writer, forSending: false) }

    /// Writes the embed; for sending without what the server refuses.
    func write(to writer: inout JSONWriter, forSending: Bool) {
        writer.beginObject()
        if !forSending { writer.member("type", type) }
        writer.optional("title", title)
        writer.optional("description", description)
        writer.optional("url", url)
        writer.optional("timestamp", timestamp)
        writer.optional("color", color)
        writer.optional("author", author)
        writer.optional("thumbnail", thumbnail)
        writer.optional("image", image)
        writer.optional("footer", footer)
        if !fields.isEmpty { writer.member("fields", fields) }
        if !forSending {
            writer.optional("provider", provider)
            writer.optional("video", video)
            writer.optional("audio", audio)
            if !children.isEmpty { writer.member("children", children) }
        }
        writer.endObject()
    }
}
