import JSON

/// A role of a guild. The one whose id is the guild's is `@everyone`.
public struct Role: Sendable, Hashable {
    public var id: RoleID
    /// 1 to 100 characters.
    public var name: String
    /// Higher is stronger; `@everyone` has 0. Several roles may share a position.
    public var position: Int
    /// 24-bit RGB; 0 means none.
    public var color: Int
    public var permissions: Permissions
    /// Order in the member list only.
    public var hoistPosition: Int?
    /// Whether its members stand apart in the member list.
    public var isHoisted: Bool
    public var isMentionable: Bool
    public var unicodeEmoji: String?

    public init(
        id: RoleID, name: String, position: Int = 0, color: Int = 0, permissions: Permissions = [],
        hoistPosition: Int? = nil, isHoisted: Bool = false, isMentionable: Bool = false, unicodeEmoji: String? = nil
    ) {
        self.id = id
        self.name = name
        self.position = position
        self.color = color
        self.permissions = permissions
        self.hoistPosition = hoistPosition
        self.isHoisted = isHoisted
        self.isMentionable = isMentionable
        self.unicodeEmoji = unicodeEmoji
    }

    /// `<@&id>`.
    public var mention: String { "<@&\(id)>" }

    /// The hierarchy: by position, ties go to the older (smaller) id.
    public func outranks(_ other: Role) -> Bool {
        position != other.position ? position > other.position : id < other.id
    }
}

extension Role: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: RoleID?
        var role = Role(id: RoleID(0), name: "")
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "id": id = try reader.id()
            case "name": role.name = try reader.text() ?? ""
            case "color": role.color = try reader.integer() ?? 0
            case "position": role.position = try reader.integer() ?? 0
            case "hoist_position": role.hoistPosition = try reader.integer()
            case "permissions": role.permissions = Permissions(rawValue: try reader.unsigned() ?? 0)
            case "hoist": role.isHoisted = try reader.flag() ?? false
            case "mentionable": role.isMentionable = try reader.flag() ?? false
            case "unicode_emoji": role.unicodeEmoji = try reader.text()
            default: try reader.skipValue()
            }
        }
        role.id = try reader.require(id, "role.id")
        self = role
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("name", name)
        writer.member("color", color)
        writer.member("position", position)
        writer.nullable("hoist_position", hoistPosition)
        writer.member("permissions", permissions)
        writer.member("hoist", isHoisted)
        writer.member("mentionable", isMentionable)
        writer.optional("unicode_emoji", unicodeEmoji)
        writer.endObject()
    }
}
