import JSON

/// A file of a message.
public struct Attachment: Sendable, Hashable {
    public var id: AttachmentID
    public var filename: String
    public var title: String?
    /// Text for those who do not see the picture.
    public var description: String?
    public var contentType: String?
    /// Bytes; may be above 2^31.
    public var size: Int
    /// Nil after expiry.
    public var url: String?
    /// Nil after expiry.
    public var proxyURL: String?
    public var width: Int?
    public var height: Int?
    /// 8 spoiler, 16 explicit, 32 animated.
    public var flags: Int
    /// Seconds.
    public var duration: Int?
    public var expiresAt: Timestamp?

    public init(
        id: AttachmentID, filename: String, title: String? = nil, description: String? = nil,
        contentType: String? = nil, size: Int = 0, url: String? = nil, proxyURL: String? = nil, width: Int? = nil,
        height: Int? = nil, flags: Int = 0, duration: Int? = nil, expiresAt: Timestamp? = nil
    ) {
        self.id = id
        self.filename = filename
        self.title = title
        self.description = description
        self.contentType = contentType
        self.size = size
        self.url = url
        self.proxyURL = proxyURL
        self.width = width
        self.height = height
        self.flags = flags
        self.duration = duration
        self.expiresAt = expiresAt
    }

    /// Whether it is hidden until it is clicked.
    public var isSpoiler: Bool { flags & 8 != 0 }
}

extension Attachment: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: AttachmentID?
        var file = Attachment(id: AttachmentID(0), filename: "")
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.id()
            case "filename": file.filename = try reader.text() ?? ""
            case "title": file.title = try reader.text()
            case "description": file.description = try reader.text()
            case "content_type": file.contentType = try reader.text()
            case "size": file.size = try reader.integer() ?? 0
            case "url": file.url = try reader.text()
            case "proxy_url": file.proxyURL = try reader.text()
            case "width": file.width = try reader.integer()
            case "height": file.height = try reader.integer()
            case "flags": file.flags = try reader.integer() ?? 0
            case "duration": file.duration = try reader.integer()
            case "expires_at": file.expiresAt = try reader.timestamp()
            default: try reader.skipValue()
            }
        }
        file.id = try reader.require(id, "attachment.id")
        self = file
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("filename", filename)
        writer.nullable("title", title)
        writer.nullable("description", description)
        writer.nullable("content_type", contentType)
        writer.member("size", size)
        writer.nullable("url", url)
        writer.nullable("proxy_url", proxyURL)
        writer.optional("width", width)
        writer.optional("height", height)
        writer.member("flags", flags)
        writer.optional("duration", duration)
        writer.nullable("expires_at", expiresAt)
        writer.endObject()
    }
}
