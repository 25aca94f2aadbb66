import FluxerModel

/// READY and the guild events.
extension CacheState {
    /// A new session: what the previous one told is no longer kept up to date, so it goes. READY names no guilds to
    /// bots; older documentation promised stubs, which are taken as expected.
    mutating func applyReady(_ ready: Ready) -> Change {
        expected.formUnion(guilds.keys)
        expected.formUnion(ready.guilds.map(\.id))
        me = ready.user
        guilds = [:]
        channelGuild = [:]
        own = [:]
        unavailable = []
        members.removeAll { _, _ in true }
        for guild in ready.guilds { _ = applyGuildCreate(guild) }
        for channel in ready.privateChannels { directChannels.set(channel, for: channel.id) }
        return .ready(ready.user)
    }

    mutating func applyGuildCreate(_ create: GuildCreate) -> Change {
        let known = guilds[create.id]
        guard !create.isUnavailable, var guild = create.guild else {
            unavailable.insert(create.id)
            expected.insert(create.id)
            return known == nil ? .none : .guildUnavailable(create.id, known?.guild)
        }
        let wasExpected = expected.contains(create.id), wasAway = unavailable.contains(create.id)
        guild = guild.with { fields in
            fields.memberCount = create.memberCount
            fields.onlineCount = create.onlineCount
            fields.emojis = create.emojis
            fields.stickers = create.stickers
            fields.roles = []
            fields.channels = []
        }
        forgetChannels(of: create.id)
        var cached = CachedGuild(guild: guild)
        for var channel in create.channels {
            channel.guildID = create.id
            cached.channels[channel.id] = channel
            channelGuild[channel.id] = create.id
        }
        for role in create.roles { cached.roles[role.id] = role }
        guilds[create.id] = cached
        unavailable.remove(create.id)
        expected.insert(create.id)
        for member in create.members {
            if let user = member.user { meet(member, user.id, in: create.id) }
        }
        if wasAway || (wasExpected && known == nil) { return .guildAvailable(guild) }
        return known == nil ? .guildJoined(guild) : .guildResynced(guild)
    }

    /// Settings alone: counts and collections stay.
    mutating func applyGuildUpdate(_ update: Guild) -> Change {
        guard let known = guilds[update.id]?.guild else { return .none }
        let after = update.with { fields in
            fields.memberCount = known.memberCount
            fields.onlineCount = known.onlineCount
            fields.emojis = known.emojis
            fields.stickers = known.stickers
            fields.roles = []
            fields.channels = []
        }
        guilds[update.id]?.guild = after
        return .guildUpdated(before: known, after: after)
    }

    /// Twice is harmless; `unavailable` is an outage and keeps what is known.
    mutating func applyGuildDelete(_ gone: GuildDelete) -> Change {
        let known = guilds[gone.id]?.guild
        if gone.isUnavailable {
            let isNew = unavailable.insert(gone.id).inserted
            expected.insert(gone.id)
            return isNew && known != nil ? .guildUnavailable(gone.id, known) : .none
        }
        let wasThere = known != nil || unavailable.contains(gone.id)
        forgetChannels(of: gone.id)
        guilds[gone.id] = nil
        own[gone.id] = nil
        unavailable.remove(gone.id)
        expected.remove(gone.id)
        members.removeAll { key, _ in key.guild == gone.id }
        return wasThere ? .guildLeft(gone.id, known) : .none
    }

    mutating func changeGuild(_ id: GuildID, _ change: (inout Guild.Fields) -> Void) -> Change {
        guard let known = guilds[id]?.guild else { return .none }
        let after = known.with(change)
        guilds[id]?.guild = after
        return .guildUpdated(before: known, after: after)
    }

    private mutating func forgetChannels(of guild: GuildID) {
        for id in guilds[guild]?.channels.keys ?? [:].keys { channelGuild[id] = nil }
    }
}

/// Channels.
extension CacheState {
    mutating func applyChannel(_ channel: Channel, isNew: Bool) -> Change {
        guard let guild = channel.guildID else {
            let before = directChannels[channel.id]
            directChannels.set(channel, for: channel.id)
            return before == nil ? .channelCreated(channel) : .channelUpdated(before: before, after: channel)
        }
        guard guilds[guild] != nil else { return .none }
        let before = guilds[guild]?.channels.updateValue(channel, forKey: channel.id)
        channelGuild[channel.id] = guild
        return isNew && before == nil ? .channelCreated(channel) : .channelUpdated(before: before, after: channel)
    }

    mutating func applyChannelDelete(_ channel: Channel) -> Change {
        if let guild = channelGuild.removeValue(forKey: channel.id) {
            guilds[guild]?.channels[channel.id] = nil
        } else if directChannels.remove(channel.id) == nil {
            return .none
        }
        return .channelDeleted(channel)
    }

    /// The newest message of a channel, which no CHANNEL_UPDATE tells. A direct channel that is not known yet gets a stub.
    mutating func noteMessage(_ message: Message) {
        let fields = message.fields
        if let guild = channelGuild[fields.channelID] {
            guilds[guild]?.channels[fields.channelID]?.lastMessageID = fields.id
        } else if fields.guildID == nil {
            if directChannels.update(fields.channelID, { $0.lastMessageID = fields.id }) == nil {
                let isOwn = fields.author.id == me?.id
                let stub = Channel(
                    id: fields.channelID, type: fields.channelType ?? .dm, lastMessageID: fields.id,
                    recipients: isOwn ? [] : [fields.author])
                directChannels.set(stub, for: stub.id)
            }
        }
    }
}
