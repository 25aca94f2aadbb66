/// A set of permissions: 64 bits, decimal text on the wire.
///
/// Unknown bits are kept: an owner's or administrator's effective set has all 64.
public struct Permissions: OptionSet, Sendable, Hashable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// All 64 bits: what owners and administrators have.
    public static let everything = Permissions(rawValue: .max)
    /// Every bit that has a name.
    public static let all = Permissions(named.map(\.permission))
    /// Bits that need two-factor authentication of the application's owner where `guild.mfaLevel` is 1.
    public static let elevated = Permissions(rawValue: 1_100_316_942_398)
    /// What a fresh guild gives `@everyone`.
    public static let everyoneDefault = Permissions(rawValue: 18_014_536_052_624_961)
    /// What counts in direct messages, which have no permission system: no management bits.
    public static let directMessage: Permissions = [
        .viewChannel, .sendMessages, .addReactions, .embedLinks, .attachFiles, .readMessageHistory,
        .useExternalEmojis, .useExternalStickers, .pinMessages,
    ]

    /// Create invites.
    public static let createInstantInvite = Permissions(rawValue: 1 << 0)
    /// Remove members.
    public static let kickMembers = Permissions(rawValue: 1 << 1)
    /// Ban and unban, read bans.
    public static let banMembers = Permissions(rawValue: 1 << 2)
    /// Everything; ignores overwrites.
    public static let administrator = Permissions(rawValue: 1 << 3)
    /// Create, change, reorder, delete channels.
    public static let manageChannels = Permissions(rawValue: 1 << 4)
    /// Guild settings, invites list, vanity URL.
    public static let manageGuild = Permissions(rawValue: 1 << 5)
    /// Add a new emoji to a message (joining an existing one is free).
    public static let addReactions = Permissions(rawValue: 1 << 6)
    /// Read the audit log.
    public static let viewAuditLog = Permissions(rawValue: 1 << 7)
    /// Client-side only.
    public static let prioritySpeaker = Permissions(rawValue: 1 << 8)
    /// Publish screen share and camera.
    public static let stream = Permissions(rawValue: 1 << 9)
    /// See a channel.
    public static let viewChannel = Permissions(rawValue: 1 << 10)
    /// Send in text and voice channels.
    public static let sendMessages = Permissions(rawValue: 1 << 11)
    /// Text-to-speech flag.
    public static let sendTTSMessages = Permissions(rawValue: 1 << 12)
    /// Delete, bulk delete, remove reactions, suppress embeds of others.
    public static let manageMessages = Permissions(rawValue: 1 << 13)
    /// Own links and embeds are shown.
    public static let embedLinks = Permissions(rawValue: 1 << 14)
    /// Files.
    public static let attachFiles = Permissions(rawValue: 1 << 15)
    /// Read older messages.
    public static let readMessageHistory = Permissions(rawValue: 1 << 16)
    /// @everyone, @here, all roles.
    public static let mentionEveryone = Permissions(rawValue: 1 << 17)
    /// Emojis of other guilds.
    public static let useExternalEmojis = Permissions(rawValue: 1 << 18)
    /// Join voice.
    public static let connect = Permissions(rawValue: 1 << 20)
    /// Send audio.
    public static let speak = Permissions(rawValue: 1 << 21)
    /// Server mute.
    public static let muteMembers = Permissions(rawValue: 1 << 22)
    /// Server deafen.
    public static let deafenMembers = Permissions(rawValue: 1 << 23)
    /// Move and disconnect.
    public static let moveMembers = Permissions(rawValue: 1 << 24)
    /// Voice activity; client-side only.
    public static let useVAD = Permissions(rawValue: 1 << 25)
    /// Own nickname.
    public static let changeNickname = Permissions(rawValue: 1 << 26)
    /// Others' nicknames.
    public static let manageNicknames = Permissions(rawValue: 1 << 27)
    /// Roles, role assignment, channel overwrites.
    public static let manageRoles = Permissions(rawValue: 1 << 28)
    /// Webhooks.
    public static let manageWebhooks = Permissions(rawValue: 1 << 29)
    /// Change and delete others' emojis and stickers.
    public static let manageExpressions = Permissions(rawValue: 1 << 30)
    /// Newer instances: Threads of others.
    public static let manageThreads = Permissions(rawValue: 1 << 34)
    /// Newer instances: threads.
    public static let createPublicThreads = Permissions(rawValue: 1 << 35)
    /// Newer instances: threads.
    public static let createPrivateThreads = Permissions(rawValue: 1 << 36)
    /// Stickers of other guilds.
    public static let useExternalStickers = Permissions(rawValue: 1 << 37)
    /// Newer instances: Replaces SEND_MESSAGES inside threads.
    public static let sendMessagesInThreads = Permissions(rawValue: 1 << 38)
    /// Timeouts.
    public static let moderateMembers = Permissions(rawValue: 1 << 40)
    /// Create emojis and stickers, manage own ones.
    public static let createExpressions = Permissions(rawValue: 1 << 43)
    /// Pin and unpin.
    public static let pinMessages = Permissions(rawValue: 1 << 51)
    /// No slowmode (bots never have any).
    public static let bypassSlowmode = Permissions(rawValue: 1 << 52)
    /// Voice region of a channel.
    public static let updateRTCRegion = Permissions(rawValue: 1 << 53)
    /// See the member list of a channel.
    public static let viewChannelMembers = Permissions(rawValue: 1 << 54)
}
