import FluxerModel
import JSON

/// What a person does on the chat page, in the name of one of the world's users.
struct PagePost: Sendable {
    private let value: JSONValue
    /// Milliseconds since 1970.
    private let now: Int64

    init(body: [UInt8], now: Int64) throws(RESTFailure) {
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw .invalidForm("body", "INVALID_FORMAT", "Not valid JSON: \(error.detail).")
        }
        guard value.isObject else { throw .invalidForm("body", "INVALID_FORMAT", "An object is expected.") }
        self.now = now
    }

    func perform(_ path: String, in world: inout World) throws(RESTFailure) -> RESTAnswer {
        switch path {
        case "/_sandbox/messages":
            let reply = try optionalID("reply_to").map { MessageID($0) }
            let draft = MessageDraft(content: try text("content"), replyTo: reply)
            return .value(try world.createMessage(draft, by: try user(in: world), in: try channel(), at: now))
        case "/_sandbox/messages/edit":
            let draft = MessageDraft(content: try text("content"))
            return .value(
                try world.editMessage(
                    try message(), in: try channel(), with: draft, by: try user(in: world), at: now))
        case "/_sandbox/messages/delete":
            try world.deleteMessage(try message(), in: try channel(), by: try user(in: world))
            return .done
        case "/_sandbox/reactions":
            try react(in: &world)
            return .done
        case "/_sandbox/typing":
            try world.type(in: try channel(), by: try user(in: world), at: now)
            return .done
        default:
            throw .notFound
        }
    }

    private func react(in world: inout World) throws(RESTFailure) {
        let emoji = Emoji(parsing: try text("emoji"))
        let user = try user(in: world)
        if value["remove"]?.boolValue == true {
            try world.removeReaction(emoji, of: user, from: try message(), in: try channel(), by: user)
        } else {
            try world.addReaction(emoji, to: try message(), in: try channel(), by: user, at: now)
        }
    }

    private func channel() throws(RESTFailure) -> ChannelID { ChannelID(try id("channel_id")) }
    private func message() throws(RESTFailure) -> MessageID { MessageID(try id("message_id")) }

    /// One of the people; the page does not speak for the bot.
    private func user(in world: World) throws(RESTFailure) -> UserID {
        let user = UserID(try id("user_id"))
        guard world.people.contains(user) else { throw .unknownUser }
        return user
    }

    private func id(_ name: String) throws(RESTFailure) -> UInt64 {
        guard let id = try optionalID(name) else {
            throw .invalidForm(name, "BASE_TYPE_REQUIRED", "\(name) is missing.")
        }
        return id
    }

    private func optionalID(_ name: String) throws(RESTFailure) -> UInt64? {
        guard let given = value[name], !given.isNull else { return nil }
        guard let id = given.snowflake else {
            throw .invalidForm(name, "INVALID_SNOWFLAKE_FORMAT", "\(name) is not an id.")
        }
        return id
    }

    private func text(_ name: String) throws(RESTFailure) -> String {
        guard let text = value[name]?.stringValue else {
            throw .invalidForm(name, "BASE_TYPE_REQUIRED", "\(name) must be a text.")
        }
        return text
    }
}

extension RESTAnswer {
    /// The page always gets JSON.
    static let done = RESTAnswer(status: 200, body: Array("{}".utf8))
}
