import FluxerModel

/// READY and the bot's own account.
extension CacheState {
    /// A new session: what the previous one told of guilds is no longer kept up to date, so it goes. READY names no guilds
    /// to bots; stubs and whole guilds, as older documentation promised, are taken too. Accounts, direct channels and messages
    /// stay: they are right as of when they were seen, and nothing announces them anew.
    mutating func applyReady(_ ready: Ready) -> Change {
        expectations.sessionBegan(
            known: Set(guilds.keys).union(unavailable), stubs: ready.guilds.lazy.map(\.id))
        me = ready.user
        guilds = [:]
        channelGuild = [:]
        own = [:]
        unavailable = []
        members.removeAll()
        for guild in ready.guilds {
            // A stub is on its way; only GUILD_DELETE says that a guild is not there.
            if !guild.isUnavailable, guild.guild != nil { _ = applyGuildCreate(guild) }
        }
        for channel in ready.privateChannels { directChannels.set(channel, for: channel.id) }
        return .ready(ready.user)
    }

    /// The bot's own account; the server tells of no other this way.
    mutating func applyUserUpdate(_ user: User) -> Change {
        let before = self.user(user.id)
        meet(user)
        return .userUpdated(before: before, after: user)
    }
}

/// Accounts.
extension CacheState {
    func user(_ id: UserID) -> User? { me?.id == id ? me : users[id] }

    /// Keeps the fuller of the known account and the one that came.
    mutating func meet(_ user: User) {
        if user.isStub, self.user(user.id) != nil { return }
        if user.id == me?.id { me = user } else { users.set(user, for: user.id) }
    }
}
