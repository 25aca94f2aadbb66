import JSON

/// A user's membership in one guild.
public struct Member: Sendable, Hashable {
    /// Missing in message events, where the author stands outside; only an id in some others.
    public var user: User?
    /// 1 to 32 characters.
    public var nick: String?
    /// Hash of the picture in this guild.
    public var avatar: String?
    /// Hash of the banner in this guild.
    public var banner: String?
    /// 24-bit RGB.
    public var accentColor: Int?
    /// Without `@everyone`; in no order.
    public var roles: [RoleID]
    public var joinedAt: Timestamp?
    /// Muted by a moderator; also true during a timeout.
    public var isMuted: Bool
    /// Deafened by a moderator.
    public var isDeafened: Bool
    /// End of the timeout. May lie in the past: compare with now.
    public var communicationDisabledUntil: Timestamp?
    /// 1: does not inherit the account's picture, 2: nor its banner.
    public var profileFlags: Int

    public init(
        user: User? = nil, nick: String? = nil, avatar: String? = nil, banner: String? = nil, accentColor: Int? = nil,
        roles: [RoleID] = [], joinedAt: Timestamp? = nil, isMuted: Bool = false, isDeafened: Bool = false,
        communicationDisabledUntil: Timestamp? = nil, profileFlags: Int = 0
    ) {
        self.user = user
        self.nick = nick
        self.avatar = avatar
        self.banner = banner
        self.accentColor = accentColor
        self.roles = roles
        self.joinedAt = joinedAt
        self.isMuted = isMuted
        self.isDeafened = isDeafened
        self.communicationDisabledUntil = communicationDisabledUntil
        self.profileFlags = profileFlags
    }

    /// The name to show: the nick, else the user's.
    public var displayName: String? { nick ?? user?.displayName }

    /// Whether a timeout runs at a moment.
    public func isTimedOut(at now: Timestamp) -> Bool {
        communicationDisabledUntil.map { $0 > now } ?? false
    }
}

extension Member: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var member = Member()
        try reader.readObject { (key, reader) throws(JSONError) in
            try member.read(key, from: &reader)
        }
        self = member
    }

    /// Reads one member of the object.
    mutating func read(_ key: JSONKey, from reader: inout JSONReader) throws(JSONError) {
        switch key {
        case "user": user = try reader.object()
        case "nick": nick = try reader.text()
        case "roles": roles = try reader.ids()
        case "joined_at": joinedAt = try reader.timestamp()
        case "mute": isMuted = try reader.flag() ?? false
        case "deaf": isDeafened = try reader.flag() ?? false
        case "avatar": avatar = try reader.text()
        case "banner": banner = try reader.text()
        case "accent_color": accentColor = try reader.integer()
        case "communication_disabled_until": communicationDisabledUntil = try reader.timestamp()
        case "profile_flags": profileFlags = try reader.integer() ?? 0
        default: try reader.skipValue()
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    /// Writes the members into an object that is open, for events that put more beside them.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.optional("user", user)
        writer.nullable("nick", nick)
        writer.nullable("avatar", avatar)
        writer.nullable("banner", banner)
        writer.nullable("accent_color", accentColor)
        writer.member("roles", roles)
        writer.nullable("joined_at", joinedAt)
        writer.member("mute", isMuted)
        writer.member("deaf", isDeafened)
        writer.nullable("communication_disabled_until", communicationDisabledUntil)
        if profileFlags != 0 { writer.member("profile_flags", profileFlags) }
    }
}
