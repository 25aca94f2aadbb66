import JSON

/// An account, in the partial form that authors, members and recipients have.
///
/// In several places the server cuts a user down to its id: every other field is then at its default.
public struct User: Sendable, Hashable {
    public var id: UserID
    /// 1 to 32 ASCII letters, digits and `_`; empty where the server sent the id alone.
    public var username: String
    /// Four digits with leading zeros. `0000` is a webhook or a deleted account.
    public var discriminator: String
    public var globalName: String?
    /// Hash of the picture; the prefix `a_` means animated.
    public var avatar: String?
    /// 24-bit RGB.
    public var avatarColor: Int?
    public var isBot: Bool
    public var isSystem: Bool
    public var flags: UserFlags

    public init(
        id: UserID, username: String = "", discriminator: String = "0000", globalName: String? = nil,
        avatar: String? = nil, avatarColor: Int? = nil, isBot: Bool = false, isSystem: Bool = false,
        flags: UserFlags = []
    ) {
        self.id = id
        self.username = username
        self.discriminator = discriminator
        self.globalName = globalName
        self.avatar = avatar
        self.avatarColor = avatarColor
        self.isBot = isBot
        self.isSystem = isSystem
        self.flags = flags
    }

    /// The name to show: the global name, else the username.
    public var displayName: String { globalName ?? username }
    /// `username#0042`.
    public var tag: String { "\(username)#\(discriminator)" }
    /// `<@id>`.
    public var mention: String { "<@\(id)>" }
    /// Whether the server sent the id alone.
    public var isStub: Bool { username.isEmpty }
}

/// Public marks of an account.
public struct UserFlags: OptionSet, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let staff = UserFlags(rawValue: 1 << 0)
    public static let partner = UserFlags(rawValue: 1 << 2)
    public static let bugHunter = UserFlags(rawValue: 1 << 3)
    public static let friendlyBot = UserFlags(rawValue: 1 << 4)
    public static let friendlyBotManualApproval = UserFlags(rawValue: 1 << 5)
    public static let spammer = UserFlags(rawValue: 1 << 6)
}

extension User: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: UserID?
        var user = User(id: UserID(0))
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.id()
            case "username": user.username = try reader.text() ?? ""
            case "discriminator": user.discriminator = try reader.text() ?? "0000"
            case "global_name": user.globalName = try reader.text()
            case "avatar": user.avatar = try reader.text()
            case "avatar_color": user.avatarColor = try reader.integer()
            case "bot": user.isBot = try reader.flag() ?? false
            case "system": user.isSystem = try reader.flag() ?? false
            case "flags": user.flags = UserFlags(rawValue: try reader.integer() ?? 0)
            default: try reader.skipValue()
            }
        }
        user.id = try reader.require(id, "user.id")
        self = user
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("username", username)
        writer.member("discriminator", discriminator)
        writer.nullable("global_name", globalName)
        writer.nullable("avatar", avatar)
        writer.nullable("avatar_color", avatarColor)
        if isBot { writer.member("bot", true) }
        if isSystem { writer.member("system", true) }
        writer.member("flags", flags.rawValue)
        writer.endObject()
    }
}
