import JSON

/// What one role or member is allowed or denied in one channel beyond the guild's roles.
public struct PermissionOverwrite: Sendable, Hashable {
    /// What an overwrite is about. Open: unknown numbers are kept.
    public struct Kind: RawRepresentable, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let role = Kind(rawValue: 0)
        public static let member = Kind(rawValue: 1)
    }

    /// A role's or user's id; unique in a channel whatever the kind.
    public var id: UInt64
    public var kind: Kind
    public var allow: Permissions
    public var deny: Permissions

    public init(id: UInt64, kind: Kind, allow: Permissions = [], deny: Permissions = []) {
        self.id = id
        self.kind = kind
        self.allow = allow
        self.deny = deny
    }

    public init(role: RoleID, allow: Permissions = [], deny: Permissions = []) {
        self.init(id: role.rawValue, kind: .role, allow: allow, deny: deny)
    }

    public init(member: UserID, allow: Permissions = [], deny: Permissions = []) {
        self.init(id: member.rawValue, kind: .member, allow: allow, deny: deny)
    }

    /// The role it is about, if it is about one.
    public var roleID: RoleID? { kind == .role ? RoleID(id) : nil }
    /// The user it is about, if it is about one.
    public var userID: UserID? { kind == .member ? UserID(id) : nil }
}

extension PermissionOverwrite: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: UInt64?
        var overwrite = PermissionOverwrite(id: 0, kind: .role)
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.unsigned()
            case "type": overwrite.kind = Kind(rawValue: try reader.integer() ?? 0)
            case "allow": overwrite.allow = Permissions(rawValue: try reader.unsigned() ?? 0)
            case "deny": overwrite.deny = Permissions(rawValue: try reader.unsigned() ?? 0)
            default: try reader.skipValue()
            }
        }
        overwrite.id = try reader.require(id, "overwrite.id")
        self = overwrite
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", ID<Never>(id))
        writer.member("type", kind.rawValue)
        writer.member("allow", allow)
        writer.member("deny", deny)
        writer.endObject()
    }
}
