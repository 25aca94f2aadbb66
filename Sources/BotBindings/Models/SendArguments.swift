import FluxerModel
import JSON
import LuaRuntime

/// An embed written as a table.
struct EmbedArgument: LuaReadable {
    let embed: Embed
    static let luaExpectation = "embed (a table)"
    static let keys = [
        "title", "description", "url", "color", "colour", "timestamp", "author", "footer", "image", "thumbnail",
        "fields",
    ]

    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> EmbedArgument {
        guard state.type(at: index) == .table else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        let reader = LuaOptions(state, "embed", index)
        do throws(LuaError) {
            try reader.refuseUnknown(keys)
            var embed = Embed()
            embed.title = try reader.value("title", String.self)
            embed.description = try reader.value("description", String.self)
            embed.url = try reader.value("url", String.self)
            let color = try reader.value("color", ColourArgument.self)
            let colour = try reader.value("colour", ColourArgument.self)
            embed.color = (color ?? colour)?.value
            embed.timestamp = try reader.value("timestamp", TimeArgument.self)?.timestamp
            if let author = try reader.value("author", PartArgument.self), let name = author["name"] {
                embed.author = Embed.Author(name: name, url: author["url"], iconURL: author["icon_url"])
            }
            if let footer = try reader.value("footer", PartArgument.self), let text = footer["text"] {
                embed.footer = Embed.Footer(text: text, iconURL: footer["icon_url"])
            }
            embed.image = try reader.value("image", PartArgument.self)?["url"].map { Embed.Media(url: $0) }
            embed.thumbnail = try reader.value("thumbnail", PartArgument.self)?["url"].map { Embed.Media(url: $0) }
            embed.fields = try reader.value("fields", FieldsArgument.self)?.fields ?? []
            return EmbedArgument(embed: embed)
        } catch {
            throw LuaMismatch(expected: luaExpectation, found: error.message)
        }
    }
}

/// A list of embeds.
struct EmbedListArgument: LuaReadable {
    let embeds: [Embed]
    static let luaExpectation = "list of embeds"
    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> EmbedListArgument {
        guard state.type(at: index) == .table else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        var embeds: [Embed] = []
        for number in 0..<min(state.rawLength(at: index), 100) {
            state.getIndex(Int64(number + 1), of: index)
            defer { state.pop() }
            embeds.append(try EmbedArgument.read(state, at: state.absolute(-1)).embed)
        }
        return EmbedListArgument(embeds: embeds)
    }
}

/// The parts of an author, footer or picture: a table of texts, or one text for the part that matters.
private struct PartArgument: LuaReadable {
    private let parts: [String: String]
    private let single: String?
    static let luaExpectation = "table or text"
    subscript(name: String) -> String? { parts[name] ?? (["name", "text", "url"].contains(name) ? single : nil) }

    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> PartArgument {
        if let text = state.string(at: index) { return PartArgument(parts: [:], single: text) }
        guard state.type(at: index) == .table else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        var parts: [String: String] = [:]
        for name in ["name", "text", "url", "icon_url"] {
            if let text = state.stringMember(name, at: index) { parts[name] = text }
        }
        return PartArgument(parts: parts, single: nil)
    }
}

/// Fields: a list of `{ "Open", "12", inline = true }` or of tables with name and value.
private struct FieldsArgument: LuaReadable {
    let fields: [Embed.Field]
    static let luaExpectation = "list of fields"

    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> FieldsArgument {
        guard state.type(at: index) == .table else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        var fields: [Embed.Field] = []
        for number in 0..<min(state.rawLength(at: index), 100) {
            state.getIndex(Int64(number + 1), of: index)
            defer { state.pop() }
            let row = state.absolute(-1)
            guard state.type(at: row) == .table else {
                throw LuaMismatch(expected: "field \(number + 1) as a table", found: state.describe(at: row))
            }
            func text(_ name: String, _ place: Int64) -> String? {
                if let named = state.stringMember(name, at: row) { return named }
                state.getIndex(place, of: row)
                defer { state.pop() }
                return state.string(at: -1)
            }
            guard let name = text("name", 1), let value = text("value", 2) else {
                throw LuaMismatch(expected: "name and value of field \(number + 1)", found: "one of them missing")
            }
            state.getField("inline", of: row)
            let isInline = state.boolean(at: -1)
            state.pop()
            fields.append(Embed.Field(name: name, value: value, isInline: isInline))
        }
        return FieldsArgument(fields: fields)
    }
}

/// A colour: a number, or "#3ba55d".
struct ColourArgument: LuaReadable {
    let value: Int
    static let luaExpectation = "colour (0xRRGGBB or \"#rrggbb\")"
    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> ColourArgument {
        if state.type(at: index) == .number, let number = state.integer(at: index), (0...0xFFFFFF).contains(number) {
            return ColourArgument(value: Int(number))
        }
        if let text = state.string(at: index, converting: false) {
            let digits = text.hasPrefix("#") ? text.dropFirst() : text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
            if digits.count == 6, let number = Int(digits, radix: 16), number >= 0 {
                return ColourArgument(value: number)
            }
            throw LuaMismatch(expected: luaExpectation, found: "\"\(text.prefix(30))\"")
        }
        throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
    }
}

/// A time: a Time, seconds since 1970, or ISO 8601 text.
struct TimeArgument: LuaReadable {
    let timestamp: Timestamp
    static let luaExpectation = "time (a Time, seconds since 1970, or ISO 8601 text)"
    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> TimeArgument {
        if let time = state.object(LuaTime.self, at: index) { return TimeArgument(timestamp: time.timestamp) }
        if state.type(at: index) == .number, let seconds = state.number(at: index), abs(seconds) < 1e11 {
            return TimeArgument(timestamp: Timestamp(milliseconds: Int64(seconds * 1000)))
        }
        if let text = state.string(at: index, converting: false), let time = Timestamp(text) {
            return TimeArgument(timestamp: time)
        }
        throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
    }
}

/// `allowed_mentions`: a table with everyone, users, roles, replied_user.
struct MentionsArgument: LuaReadable {
    let mentions: AllowedMentions
    static let luaExpectation = "allowed_mentions (a table)"
    static let keys = ["everyone", "users", "roles", "replied_user"]

    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> MentionsArgument {
        guard state.type(at: index) == .table else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        let reader = LuaOptions(state, "allowed_mentions", index)
        do throws(LuaError) {
            try reader.refuseUnknown(keys)
            var mentions = AllowedMentions()
            mentions.everyone = try reader.value("everyone", Bool.self)
            mentions.repliedUser = try reader.value("replied_user", Bool.self)
            mentions.users = try reader.value("users", ChoiceArgument<User>.self)?.choice
            mentions.roles = try reader.value("roles", ChoiceArgument<Role>.self)?.choice
            return MentionsArgument(mentions: mentions)
        } catch {
            throw LuaMismatch(expected: luaExpectation, found: error.message)
        }
    }
}

/// true, false, or a list of ids.
private struct ChoiceArgument<Subject>: LuaReadable {
    let choice: AllowedMentions.Choice<Subject>
    static var luaExpectation: String { "true, false or a list of ids" }

    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> ChoiceArgument {
        switch state.type(at: index) {
        case .boolean: return ChoiceArgument(choice: state.boolean(at: index) ? .all : .none)
        case .table:
            var ids: [ID<Subject>] = []
            for number in 0..<min(state.rawLength(at: index), 100) {
                state.getIndex(Int64(number + 1), of: index)
                defer { state.pop() }
                ids.append(try ID<Subject>.read(state, at: state.absolute(-1)))
            }
            return ChoiceArgument(choice: .only(ids))
        default: throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
    }
}
