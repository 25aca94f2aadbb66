extension Permissions {
    /// One permission with its names.
    public struct Name: Sendable, Hashable {
        /// `manage_messages`.
        public let name: String
        /// The other name that discord.py uses for the bit.
        public let alias: String?
        public let permission: Permissions
    }

    /// Every permission that has a name, lowest bit first.
    public static let named: [Name] = [
        Name(name: "create_instant_invite", alias: nil, permission: .createInstantInvite),
        Name(name: "kick_members", alias: nil, permission: .kickMembers),
        Name(name: "ban_members", alias: nil, permission: .banMembers),
        Name(name: "administrator", alias: nil, permission: .administrator),
        Name(name: "manage_channels", alias: nil, permission: .manageChannels),
        Name(name: "manage_guild", alias: nil, permission: .manageGuild),
        Name(name: "add_reactions", alias: nil, permission: .addReactions),
        Name(name: "view_audit_log", alias: nil, permission: .viewAuditLog),
        Name(name: "priority_speaker", alias: nil, permission: .prioritySpeaker),
        Name(name: "stream", alias: nil, permission: .stream),
        Name(name: "view_channel", alias: "read_messages", permission: .viewChannel),
        Name(name: "send_messages", alias: nil, permission: .sendMessages),
        Name(name: "send_tts_messages", alias: nil, permission: .sendTTSMessages),
        Name(name: "manage_messages", alias: nil, permission: .manageMessages),
        Name(name: "embed_links", alias: nil, permission: .embedLinks),
        Name(name: "attach_files", alias: nil, permission: .attachFiles),
        Name(name: "read_message_history", alias: nil, permission: .readMessageHistory),
        Name(name: "mention_everyone", alias: nil, permission: .mentionEveryone),
        Name(name: "use_external_emojis", alias: "external_emojis", permission: .useExternalEmojis),
        Name(name: "connect", alias: nil, permission: .connect),
        Name(name: "speak", alias: nil, permission: .speak),
        Name(name: "mute_members", alias: nil, permission: .muteMembers),
        Name(name: "deafen_members", alias: nil, permission: .deafenMembers),
        Name(name: "move_members", alias: nil, permission: .moveMembers),
        Name(name: "use_vad", alias: "use_voice_activation", permission: .useVAD),
        Name(name: "change_nickname", alias: nil, permission: .changeNickname),
        Name(name: "manage_nicknames", alias: nil, permission: .manageNicknames),
        Name(name: "manage_roles", alias: "manage_permissions", permission: .manageRoles),
        Name(name: "manage_webhooks", alias: nil, permission: .manageWebhooks),
        Name(name: "manage_expressions", alias: "manage_emojis", permission: .manageExpressions),
        Name(name: "manage_threads", alias: nil, permission: .manageThreads),
        Name(name: "create_public_threads", alias: nil, permission: .createPublicThreads),
        Name(name: "create_private_threads", alias: nil, permission: .createPrivateThreads),
        Name(name: "use_external_stickers", alias: "external_stickers", permission: .useExternalStickers),
        Name(name: "send_messages_in_threads", alias: nil, permission: .sendMessagesInThreads),
        Name(name: "moderate_members", alias: nil, permission: .moderateMembers),
        Name(name: "create_expressions", alias: nil, permission: .createExpressions),
        Name(name: "pin_messages", alias: nil, permission: .pinMessages),
        Name(name: "bypass_slowmode", alias: nil, permission: .bypassSlowmode),
        Name(name: "update_rtc_region", alias: nil, permission: .updateRTCRegion),
        Name(name: "view_channel_members", alias: nil, permission: .viewChannelMembers),
    ]

    /// The permission of a name such as `manage_messages`, or of its alias.
    public init?(name: String) {
        guard let entry = Self.named.first(where: { $0.name == name || $0.alias == name }) else { return nil }
        self = entry.permission
    }

    /// The names of the bits that are set, lowest first; bits without a name are left out.
    public var names: [String] {
        Self.named.filter { contains($0.permission) }.map(\.name)
    }
}
