import JSON

/// A guild's settings. Copies cost one retain.
///
/// Members are read directly (`guild.name`); `with` makes a changed copy. The collections are filled only in the answer
/// to `GET /guilds/{id}`; the gateway has them beside the settings, see `GuildCreate`.
@dynamicMemberLookup
public struct Guild: Boxed {
    @usableFromInline let box: Box<Fields>

    @inlinable
    public init(_ fields: Fields) { box = Box(fields) }

    @inlinable
    public var fields: Fields { box.fields }

    @inlinable
    public subscript<Value>(dynamicMember path: KeyPath<Fields, Value>) -> Value { box.fields[keyPath: path] }

    /// What a guild has.
    public struct Fields: Sendable, Hashable {
        /// Also the id of the `@everyone` role.
        public var id: GuildID
        /// 1 to 100 characters.
        public var name: String
        public var icon: String?
        public var banner: String?
        public var splash: String?
        public var vanityURLCode: String?
        public var ownerID: UserID?
        public var systemChannelID: ChannelID?
        public var rulesChannelID: ChannelID?
        public var afkChannelID: ChannelID?
        /// Seconds.
        public var afkTimeout = 0
        /// Free strings, in no order.
        public var features: [String] = []
        /// 0 none to 4 very high.
        public var verificationLevel = 0
        /// 1: elevated permissions need two-factor authentication.
        public var mfaLevel = 0
        /// 0 safe, 3 age restricted.
        public var nsfwLevel = 0
        public var explicitContentFilter = 0
        /// 0 all messages, 1 only mentions.
        public var defaultMessageNotifications = 0
        /// Bits that are switched off.
        public var disabledOperations = 0
        /// Earliest message visible without the right to read the history; nil means none.
        public var messageHistoryCutoff: Timestamp?
        /// The caller's own; only in the list of own guilds.
        public var permissions: Permissions?
        public var memberCount: Int?
        public var onlineCount: Int?
        public var roles: [Role] = []
        public var channels: [Channel] = []
        public var emojis: [Emoji] = []
        public var stickers: [Sticker] = []

        public init(id: GuildID, name: String = "", ownerID: UserID? = nil) {
            self.id = id
            self.name = name
            self.ownerID = ownerID
        }
    }

    public init(id: GuildID, name: String, ownerID: UserID? = nil) {
        self.init(Fields(id: id, name: name, ownerID: ownerID))
    }

    /// The id of the `@everyone` role.
    public var everyoneRoleID: RoleID { RoleID(box.fields.id.rawValue) }
}
