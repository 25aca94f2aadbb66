import JSON

extension Embed.Author: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var author = Self(name: "")
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "name": author.name = try reader.text() ?? ""
            case "url": author.url = try reader.text()
            case "icon_url": author.iconURL = try reader.text()
            case "proxy_icon_url": author.proxyIconURL = try reader.text()
            default: try reader.skipValue()
            }
        }
        self = author
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.optional("url", url)
        writer.optional("icon_url", iconURL)
        writer.optional("proxy_icon_url", proxyIconURL)
        writer.endObject()
    }
}

extension Embed.Footer: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var footer = Self(text: "")
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "text": footer.text = try reader.text() ?? ""
            case "icon_url": footer.iconURL = try reader.text()
            case "proxy_icon_url": footer.proxyIconURL = try reader.text()
            default: try reader.skipValue()
            }
        }
        self = footer
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("text", text)
        writer.optional("icon_url", iconURL)
        writer.optional("proxy_icon_url", proxyIconURL)
        writer.endObject()
    }
}

extension Embed.Field: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var field = Self(name: "", value: "")
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "name": field.name = try reader.text() ?? ""
            case "value": field.value = try reader.text() ?? ""
            case "inline": field.isInline = try reader.flag() ?? false
            default: try reader.skipValue()
            }
        }
        self = field
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("value", value)
        writer.member("inline", isInline)
        writer.endObject()
    }
}

extension Embed.Media: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var media = Self(url: "")
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "url": media.url = try reader.text() ?? ""
            case "proxy_url": media.proxyURL = try reader.text()
            case "description": media.description = try reader.text()
            case "content_type": media.contentType = try reader.text()
            case "width": media.width = try reader.integer()
            case "height": media.height = try reader.integer()
            case "flags": media.flags = try reader.integer()
            default: try reader.skipValue()
            }
        }
        self = media
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("url", url)
        writer.optional("proxy_url", proxyURL)
        writer.optional("description", description)
        writer.optional("content_type", contentType)
        writer.optional("width", width)
        writer.optional("height", height)
        writer.optional("flags", flags)
        writer.endObject()
    }
}

extension Embed.Provider: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var provider = Self(name: "")
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "name": provider.name = try reader.text() ?? ""
            case "url": provider.url = try reader.text()
            default: try reader.skipValue()
            }
        }
        self = provider
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.optional("url", url)
        writer.endObject()
    }
}
