/// What kind of message it is. Open: unknown numbers are kept.
public struct MessageType: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let `default` = MessageType(rawValue: 0)
    public static let recipientAdd = MessageType(rawValue: 1)
    public static let recipientRemove = MessageType(rawValue: 2)
    public static let call = MessageType(rawValue: 3)
    public static let channelNameChange = MessageType(rawValue: 4)
    public static let channelIconChange = MessageType(rawValue: 5)
    public static let channelPinnedMessage = MessageType(rawValue: 6)
    public static let userJoin = MessageType(rawValue: 7)
    public static let reply = MessageType(rawValue: 19)

    /// Whether a person or bot wrote it; only such can be edited, answered and pinned.
    public var isWritten: Bool { self == .default || self == .reply }
    /// Whether the server allows to delete it.
    public var isDeletable: Bool { isWritten || self == .channelPinnedMessage || self == .userJoin }
}

/// Marks of a message. Unknown bits are kept.
public struct MessageFlags: OptionSet, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Embeds are hidden. Can be set.
    public static let suppressEmbeds = MessageFlags(rawValue: 1 << 2)
    /// Nobody is notified. Can be set.
    public static let suppressNotifications = MessageFlags(rawValue: 1 << 12)
    /// One audio file that was spoken. Can be set.
    public static let voiceMessage = MessageFlags(rawValue: 1 << 13)
}
