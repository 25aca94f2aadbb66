import JSON

/// A message, as it was when its event or answer arrived. Copies cost one retain.
///
/// Members are read directly (`message.content`); `with` makes a changed copy.
@dynamicMemberLookup
public struct Message: Boxed {
    @usableFromInline let box: Box<Fields>

    @inlinable
    public init(_ fields: Fields) { box = Box(fields) }

    @inlinable
    public var fields: Fields { box.fields }

    @inlinable
    public subscript<Value>(dynamicMember path: KeyPath<Fields, Value>) -> Value { box.fields[keyPath: path] }

    /// What a message has.
    public struct Fields: Sendable, Hashable {
        public var id: MessageID
        public var channelID: ChannelID
        /// Only in gateway events of guilds; REST answers have none: remember the channel's guild.
        public var guildID: GuildID?
        /// Type of the channel; only in MESSAGE_CREATE.
        public var channelType: ChannelType?
        public var author: User
        /// The author's membership, without `user`; only in gateway events of guilds, never for webhooks.
        public var member: Member?
        /// Set where a webhook sent it.
        public var webhookID: WebhookID?
        public var type: MessageType = .default
        public var flags: MessageFlags = []
        /// May be empty.
        public var content = ""
        public var timestamp: Timestamp
        public var editedTimestamp: Timestamp?
        public var isPinned = false
        public var isTTS = false
        public var mentionsEveryone = false
        /// Users who are notified, the author of the replied message among them.
        public var mentions: [User] = []
        public var mentionRoles: [RoleID] = []
        /// Users who are named but not notified.
        public var users: [User] = []
        /// Empty while embeds are suppressed.
        public var embeds: [Embed] = []
        public var attachments: [Attachment] = []
        public var stickers: [Sticker] = []
        public var reactions: [Reaction] = []
        public var reference: MessageReference?
        /// The message that this one answers. The server nests one level.
        public var referencedMessage: Message?
        /// Whether the answered message is gone. False where there is none.
        public var isReferenceDeleted = false
        public var snapshots: [MessageSnapshot] = []
        /// Only in the answer to a creation and in its event.
        public var nonce: String?

        public init(
            id: MessageID, channelID: ChannelID, guildID: GuildID? = nil, author: User, content: String = "",
            timestamp: Timestamp? = nil
        ) {
            self.id = id
            self.channelID = channelID
            self.guildID = guildID
            self.author = author
            self.content = content
            self.timestamp = timestamp ?? id.createdAt
        }
    }

    /// A plain message; its time is the id's unless given.
    public init(
        id: MessageID, channelID: ChannelID, guildID: GuildID? = nil, author: User, content: String = "",
        timestamp: Timestamp? = nil
    ) {
        self.init(
            Fields(
                id: id, channelID: channelID, guildID: guildID, author: author, content: content,
                timestamp: timestamp))
    }
}
