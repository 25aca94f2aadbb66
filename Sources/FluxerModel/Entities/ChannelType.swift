/// What kind of channel it is. Open: unknown numbers are kept.
public struct ChannelType: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let guildText = ChannelType(rawValue: 0)
    public static let dm = ChannelType(rawValue: 1)
    public static let guildVoice = ChannelType(rawValue: 2)
    public static let groupDM = ChannelType(rawValue: 3)
    public static let guildCategory = ChannelType(rawValue: 4)
    /// Newer instances.
    public static let guildAnnouncement = ChannelType(rawValue: 5)
    /// Newer instances.
    public static let announcementThread = ChannelType(rawValue: 10)
    /// Newer instances.
    public static let publicThread = ChannelType(rawValue: 11)
    /// Newer instances.
    public static let privateThread = ChannelType(rawValue: 12)
    /// Newer instances.
    public static let guildForum = ChannelType(rawValue: 15)
    /// Newer instances.
    public static let guildMedia = ChannelType(rawValue: 16)
    /// An entry of the list that opens an address.
    public static let guildLink = ChannelType(rawValue: 998)
    /// A user's notes to themselves; the channel's id is the user's.
    public static let personalNotes = ChannelType(rawValue: 999)

    /// Direct, group and notes channels, which have no guild and no permissions.
    public var isPrivate: Bool { self == .dm || self == .groupDM || self == .personalNotes }
    /// Threads of every kind: permissions come from the parent.
    public var isThread: Bool { (10...12).contains(rawValue) }
    /// Whether messages can be sent here. Unknown kinds are taken to be able.
    public var hasMessages: Bool {
        switch self {
        case .guildCategory, .guildForum, .guildMedia, .guildLink: false
        default: true
        }
    }
}
