import FluxerModel
import JSON

/// Checks embeds as they are sent and makes them as they are stored (rest.md 6.4).
enum EmbedRules {
    /// - Throws: `TOO_MANY_EMBEDS`, `EMBEDS_EXCEED_MAX_CHARACTERS`, or `INVALID_MESSAGE_DATA` for any wrong field.
    static func read(_ values: [JSONValue]) throws(RESTFailure) -> [Embed] {
        guard values.count <= 10 else {
            throw .invalidForm("embeds", "TOO_MANY_EMBEDS", "A message has at most 10 embeds.")
        }
        var embeds: [Embed] = []
        var characters = 0
        for value in values {
            let embed = try read(value)
            characters += count(embed)
            embeds.append(embed)
        }
        guard characters <= 6_000 else {
            throw .invalidForm(
                "embeds", "EMBEDS_EXCEED_MAX_CHARACTERS", "All embeds together have at most 6000 characters.")
        }
        return embeds
    }

    private static func read(_ value: JSONValue) throws(RESTFailure) -> Embed {
        guard value.isObject else { throw .invalidMessageData }
        var embed = Embed(
            title: try text(value["title"], 256), description: try text(value["description"], 4_096),
            url: try address(value["url"]), timestamp: try time(value["timestamp"]),
            color: try color(value["color"]))
        if let author = try part(value["author"]), let name = try text(author["name"], 256) {
            embed.author = Embed.Author(
                name: name, url: try address(author["url"]), iconURL: try address(author["icon_url"]))
        }
        if let footer = try part(value["footer"]), let text = try text(footer["text"], 2_048) {
            embed.footer = Embed.Footer(text: text, iconURL: try address(footer["icon_url"]))
        }
        embed.image = try media(value["image"])
        embed.thumbnail = try media(value["thumbnail"])
        embed.fields = try fields(value["fields"])
        return embed
    }

    private static func part(_ value: JSONValue?) throws(RESTFailure) -> JSONValue? {
        guard let value, !value.isNull else { return nil }
        guard value.isObject else { throw .invalidMessageData }
        return value
    }

    private static func text(_ value: JSONValue?, _ limit: Int) throws(RESTFailure) -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?:
            guard text.utf16.count <= limit else { throw .invalidMessageData }
            return text.isEmpty ? nil : text
        default: throw .invalidMessageData
        }
    }

    private static func address(_ value: JSONValue?) throws(RESTFailure) -> String? {
        guard let text = try text(value, 2_048) else { return nil }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else { throw .invalidMessageData }
        return text
    }

    private static func color(_ value: JSONValue?) throws(RESTFailure) -> Int? {
        guard let value, !value.isNull else { return nil }
        guard let color = value.intValue, (0...0xFF_FFFF).contains(color) else { throw .invalidMessageData }
        return color
    }

    private static func time(_ value: JSONValue?) throws(RESTFailure) -> Timestamp? {
        guard let text = try text(value, 64) else { return nil }
        guard let time = Timestamp(text) else { throw .invalidMessageData }
        return time
    }

    /// `attachment://` is refused: the sandbox keeps no files.
    private static func media(_ value: JSONValue?) throws(RESTFailure) -> Embed.Media? {
        guard let part = try part(value), let text = try text(part["url"], 2_048) else { return nil }
        if text.hasPrefix("attachment://") {
            throw .invalidForm(
                "embeds", "CANNOT_REFERENCE_ATTACHMENTS_WITHOUT_ATTACHMENTS",
                "Attachments cannot be referenced without attachments.")
        }
        guard let url = try address(part["url"]) else { return nil }
        var media = Embed.Media(url: url)
        media.description = try self.text(part["description"], 4_096)
        return media
    }

    private static func fields(_ value: JSONValue?) throws(RESTFailure) -> [Embed.Field] {
        guard let value, !value.isNull else { return [] }
        guard let list = value.arrayValue, list.count <= 25 else { throw .invalidMessageData }
        var fields: [Embed.Field] = []
        for element in list {
            guard element.isObject, let name = try text(element["name"], 256),
                let content = try text(element["value"], 1_024)
            else { throw .invalidMessageData }
            fields.append(Embed.Field(name: name, value: content, isInline: element["inline"]?.boolValue ?? false))
        }
        return fields
    }

    private static func count(_ embed: Embed) -> Int {
        var total = (embed.title?.utf16.count ?? 0) + (embed.description?.utf16.count ?? 0)
        total += (embed.footer?.text.utf16.count ?? 0) + (embed.author?.name.utf16.count ?? 0)
        for field in embed.fields { total += field.name.utf16.count + field.value.utf16.count }
        return total
    }
}
