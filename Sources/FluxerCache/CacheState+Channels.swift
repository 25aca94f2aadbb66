import FluxerModel

/// Channels of guilds and direct ones.
extension CacheState {
    func channel(_ id: ChannelID) -> Channel? {
        if let guild = channelGuild[id] { return guilds[guild]?.channels[id] }
        return directChannels[id]
    }

    /// CHANNEL_CREATE also shows a channel that was hidden; either event may be the first to tell of one.
    mutating func applyChannel(_ channel: Channel, isNew: Bool) -> Change {
        let before = self.channel(channel.id)
        var after = channel
        // No event moves it back, and the events of messages are ahead of this one's copy.
        after.lastMessageID = [before?.lastMessageID, channel.lastMessageID].compactMap(\.self).max()
        if let guild = channel.guildID ?? channelGuild[channel.id] {
            guard guilds[guild] != nil else { return .none }
            after.guildID = guild
            put(after, in: guild)
        } else {
            directChannels.set(after, for: after.id)
        }
        return isNew && before == nil ? .channelCreated(after) : .channelUpdated(before: before, after: after)
    }

    mutating func applyChannels(_ channels: [Channel], in guild: GuildID?) -> Change {
        CacheState.combine(
            channels.map { channel in
                var channel = channel
                channel.guildID = channel.guildID ?? guild
                return applyChannel(channel, isNew: false)
            })
    }

    /// Deleted, or no longer visible: it may come back.
    mutating func applyChannelDelete(_ channel: Channel) -> Change {
        if let guild = channelGuild.removeValue(forKey: channel.id) {
            guilds[guild]?.channels.remove(channel.id)
        } else if directChannels.remove(channel.id) == nil {
            return .none
        }
        return .channelDeleted(channel)
    }

    mutating func applyPins(_ last: Timestamp?, in channel: ChannelID) -> Change {
        change(channel) { $0.lastPinTimestamp = last }
        return .pinsUpdated(channel, last)
    }

    /// The newest message of a channel, which no CHANNEL_UPDATE tells. A direct channel that is not known yet gets a stub.
    mutating func noteMessage(_ message: Message) {
        let id = message.id
        let known = change(message.channelID) { channel in
            if channel.lastMessageID.map({ $0 < id }) ?? true { channel.lastMessageID = id }
        }
        guard !known, message.guildID == nil else { return }
        let isOwn = message.author.id == me?.id
        let stub = Channel(
            id: message.channelID, type: message.channelType ?? .dm, lastMessageID: id,
            recipients: isOwn || message.webhookID != nil ? [] : [message.author])
        directChannels.set(stub, for: stub.id)
    }

    /// Puts a channel into a guild that is known, out of wherever it was.
    mutating func put(_ channel: Channel, in guild: GuildID) {
        var channel = channel
        channel.guildID = guild
        if let previous = channelGuild.updateValue(guild, forKey: channel.id), previous != guild {
            guilds[previous]?.channels.remove(channel.id)
        }
        directChannels.remove(channel.id)
        guilds[guild]?.channels.set(channel)
    }

    @discardableResult
    private mutating func change(_ id: ChannelID, _ change: (inout Channel) -> Void) -> Bool {
        guard let guild = channelGuild[id] else { return directChannels.update(id, change) != nil }
        return guilds[guild]?.channels.update(id, change) ?? false
    }
}
