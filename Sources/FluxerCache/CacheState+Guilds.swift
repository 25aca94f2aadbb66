import FluxerModel

/// Guilds and their emojis and stickers.
extension CacheState {
    /// A replacement boundary: settings, channels, roles, emojis and counts are those of the event and no others. Its members
    /// are a part of all and are added to the known ones.
    mutating func applyGuildCreate(_ create: GuildCreate) -> Change {
        guard !create.isUnavailable, let settings = create.guild else {
            return applyGuildDelete(GuildDelete(id: create.id, isUnavailable: true))
        }
        let wasKnown = guilds[create.id] != nil
        let wasAway = unavailable.remove(create.id) != nil
        forgetChannels(of: create.id)
        let guild = settings.with { fields in
            fields.memberCount = create.memberCount
            fields.onlineCount = create.onlineCount
            fields.emojis = create.emojis
            fields.stickers = create.stickers
            fields.roles = []
            fields.channels = []
        }
        guilds[create.id] = CachedGuild(guild: guild)
        guilds[create.id]?.channels.reserve(create.channels.count)
        guilds[create.id]?.roles.reserve(create.roles.count)
        var overwrites: [PermissionOverwrite] = []
        for channel in create.channels {
            var channel = channel
            // Neighbours mostly have the same ones: kept once.
            if channel.permissionOverwrites == overwrites { channel.permissionOverwrites = overwrites }
            overwrites = channel.permissionOverwrites
            put(channel, in: create.id)
        }
        for role in create.roles { guilds[create.id]?.roles.set(role) }
        for member in create.members {
            if let user = member.user { meet(member, user.id, in: create.id) }
        }
        let isJoin = expectations.isJoin(create.id)
        expectations.expect(create.id)
        if wasAway { return .guildAvailable(guild) }
        if wasKnown { return .guildResynced(guild) }
        return isJoin ? .guildJoined(guild) : .guildAvailable(guild)
    }

    /// Settings alone: counts and collections stay.
    mutating func applyGuildUpdate(_ update: Guild) -> Change {
        guard let before = guilds[update.id]?.guild else { return .none }
        let after = update.with { fields in
            fields.memberCount = before.memberCount
            fields.onlineCount = before.onlineCount
            fields.emojis = before.emojis
            fields.stickers = before.stickers
            fields.roles = []
            fields.channels = []
        }
        guilds[update.id]?.guild = after
        return .guildUpdated(before: before, after: after)
    }

    /// Twice is harmless. `unavailable` is an outage and keeps what is known; for a guild that is not known it makes a stub,
    /// which is part of the start and nothing to report.
    mutating func applyGuildDelete(_ gone: GuildDelete) -> Change {
        let before = guilds[gone.id]?.guild
        if gone.isUnavailable {
            expectations.expect(gone.id)
            guard unavailable.insert(gone.id).inserted, let before else { return .none }
            return .guildUnavailable(gone.id, before)
        }
        expectations.left(gone.id)
        forgetChannels(of: gone.id)
        guilds[gone.id] = nil
        own[gone.id] = nil
        members.removeAll(of: gone.id)
        let wasStub = unavailable.remove(gone.id) != nil
        return before != nil || wasStub ? .guildLeft(gone.id, before) : .none
    }

    mutating func applyEmojis(_ emojis: [Emoji], in guild: GuildID) -> Change {
        guard let known = guilds[guild]?.guild else { return .none }
        guilds[guild]?.guild = known.with { $0.emojis = emojis }
        return .emojisUpdated(guild, before: known.emojis, after: emojis)
    }

    mutating func applyStickers(_ stickers: [Sticker], in guild: GuildID) -> Change {
        guard let known = guilds[guild]?.guild else { return .none }
        guilds[guild]?.guild = known.with { $0.stickers = stickers }
        return .stickersUpdated(guild, before: known.stickers, after: stickers)
    }

    private mutating func forgetChannels(of guild: GuildID) {
        guard let channels = guilds[guild]?.channels else { return }
        for channel in channels.values where channelGuild[channel.id] == guild { channelGuild[channel.id] = nil }
    }
}
