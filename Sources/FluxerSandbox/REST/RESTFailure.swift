import JSON

/// A refusal with the status and JSON body that the platform gives (rest.md 4).
struct RESTFailure: Error, Sendable, Hashable {
    /// One entry of `errors`.
    struct Field: Sendable, Hashable {
        let path: String
        let code: String
        let message: String
    }

    let status: Int
    /// Symbolic, never a number.
    let code: String
    let message: String
    let fields: [Field]

    init(_ status: Int, _ code: String, _ message: String, fields: [Field] = []) {
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields
    }

    func body() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("code", code)
            writer.field("message", message)
            guard !fields.isEmpty else { return }
            writer.key("errors")
            writer.array { writer in
                for field in fields {
                    writer.object { writer in
                        writer.field("path", field.path)
                        writer.field("code", field.code)
                        writer.field("message", field.message)
                    }
                }
            }
        }
        return writer.bytes
    }

    static let notFound = RESTFailure(404, "NOT_FOUND", "Not found.")
    static let unauthorized = RESTFailure(401, "UNAUTHORIZED", "Unauthorized.")
    static let missingAuthorization = RESTFailure(401, "MISSING_AUTHORIZATION", "Authorization is missing.")
    static let invalidAuthToken = RESTFailure(401, "INVALID_AUTH_TOKEN", "The token is invalid.")
    static let missingPermissions = RESTFailure(403, "MISSING_PERMISSIONS", "Missing permissions.")
    static let cannotEditOthers = RESTFailure(
        403, "CANNOT_EDIT_OTHER_USER_MESSAGE", "You cannot edit another user's message.")
    static let communicationDisabled = RESTFailure(
        403, "COMMUNICATION_DISABLED", "You are timed out in this community.")
    static let unknownGuild = RESTFailure(404, "UNKNOWN_GUILD", "Unknown community.")
    static let unknownChannel = RESTFailure(404, "UNKNOWN_CHANNEL", "Unknown channel.")
    static let unknownMessage = RESTFailure(404, "UNKNOWN_MESSAGE", "Unknown message.")
    static let unknownUser = RESTFailure(404, "UNKNOWN_USER", "Unknown user.")
    static let emptyMessage = RESTFailure(400, "CANNOT_SEND_EMPTY_MESSAGE", "Cannot send an empty message.")
    static let maximumReactions = RESTFailure(400, "MAX_REACTIONS", "This message has too many different reactions.")
    static let bodyTooLarge = RESTFailure(413, "GENERAL_ERROR", "The request is too large.")

    static func invalidForm(_ path: String, _ code: String, _ message: String) -> RESTFailure {
        RESTFailure(
            400, "INVALID_FORM_BODY", "Invalid form body.",
            fields: [Field(path: path, code: code, message: message)])
    }

    /// What a message body that fails its schema gets: no hint which field was wrong (rest.md 4.1).
    static let invalidMessageData = invalidForm("message_data", "INVALID_MESSAGE_DATA", "Invalid message data.")
}
