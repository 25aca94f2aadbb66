import JSON

/// The server's reading of `allowed_mentions` (rest.md 6.2).
struct MentionRules: Sendable, Hashable {
    /// Which of the written mentions count.
    enum Allowed: Sendable, Hashable {
        case all
        case only(Set<UInt64>)

        func contains(_ id: UInt64) -> Bool {
            switch self {
            case .all: true
            case .only(let ids): ids.contains(id)
            }
        }
    }

    var users: Allowed = .all
    var roles: Allowed = .all
    var everyone = true
    var repliedUser = true

    /// The object is missing: everything written in the text mentions.
    static let missing = MentionRules()

    private init() {}

    /// - Throws: `INVALID_MESSAGE_DATA` for a wrong shape, the refusal of a mixed body.
    init(_ value: JSONValue) throws(RESTFailure) {
        guard value.isObject else { throw .invalidMessageData }
        let parse = try Self.words(value["parse"])
        let users = try Self.ids(value["users"])
        let roles = try Self.ids(value["roles"])
        if !parse.isEmpty, !users.isEmpty || !roles.isEmpty {
            throw .invalidForm(
                "allowed_mentions", "PARSE_AND_USERS_OR_ROLES_CANNOT_BE_USED_TOGETHER",
                "parse and users or roles cannot be used together.")
        }
        self.users = parse.contains("users") ? .all : .only(users)
        self.roles = parse.contains("roles") ? .all : .only(roles)
        everyone = parse.contains("everyone")
        switch value["replied_user"] {
        case nil, .null?: break
        case .bool(let flag)?: repliedUser = flag
        default: throw .invalidMessageData
        }
    }

    private static func words(_ value: JSONValue?) throws(RESTFailure) -> Set<String> {
        var result: Set<String> = []
        for element in try list(value) {
            guard let word = element.stringValue, ["users", "roles", "everyone"].contains(word) else {
                throw .invalidMessageData
            }
            result.insert(word)
        }
        return result
    }

    private static func ids(_ value: JSONValue?) throws(RESTFailure) -> Set<UInt64> {
        var result: Set<UInt64> = []
        for element in try list(value) {
            guard let id = element.snowflake else { throw .invalidMessageData }
            result.insert(id)
        }
        guard result.count <= 100 else { throw .invalidMessageData }
        return result
    }

    private static func list(_ value: JSONValue?) throws(RESTFailure) -> [JSONValue] {
        switch value {
        case nil, .null?: return []
        case .array(let elements)?: return elements
        default: throw .invalidMessageData
        }
    }
}

extension JSONValue {
    /// An id as requests may have it: decimal text or an integer, at most 2^63 - 1.
    var snowflake: UInt64? {
        let id: UInt64?
        switch self {
        case .string(let text):
            let isPlain = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            id = isPlain ? UInt64(text) : nil
        case .number(let number): id = number.uint64
        default: id = nil
        }
        guard let id, id <= UInt64(Int64.max) else { return nil }
        return id
    }
}
