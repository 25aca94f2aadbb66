import FluxerModel

/// One guild of the world: its settings, and who and what belongs to it.
struct WorldGuild: Sendable {
    var guild: Guild
    /// `@everyone` first.
    var roles: [Role]
    var members: [UserID: Member]
    /// As they are shown.
    var channels: [ChannelID]
}

/// The guild that the chat page shows, and where others stand.
extension World {
    /// The page's guild; one without a name where there is none.
    var guild: Guild { guilds.first?.guild ?? Guild(id: GuildID(0), name: "", ownerID: nil) }
    var roles: [Role] { guilds.first?.roles ?? [] }
    var members: [UserID: Member] { guilds.first?.members ?? [:] }
    var guildChannels: [ChannelID] { guilds.first?.channels ?? [] }

    /// The guild that a channel belongs to; nil for direct messages.
    func guild(of channel: Channel) -> WorldGuild? {
        guard let id = channel.guildID else { return nil }
        return guilds.first { $0.guild.id == id }
    }

    /// What somebody may do in a guild, whatever its channels say.
    func permissions(of user: UserID, in place: WorldGuild) -> Permissions {
        Permissions.effective(
            userID: user, memberRoles: place.members[user]?.roles, ownerID: place.guild.ownerID,
            guildID: place.guild.id, role: { id in place.roles.first { $0.id == id }?.permissions })
    }
}
