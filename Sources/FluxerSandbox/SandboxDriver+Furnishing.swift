import FluxerModel

/// Guilds, people, channels and roles beyond those that the chat page begins with. The bot hears of each as it would from
/// the platform.
extension Sandbox {
    /// All guilds, the page's first.
    public var guilds: [Guild] { core.withState { $0.world.guilds.map(\.guild) } }

    /// A guild's channels as they are shown; none for a guild that is not there.
    public func channels(of guild: GuildID) -> [Channel] {
        core.withState { state in
            let place = state.world.guilds.first { $0.guild.id == guild }
            return place?.channels.compactMap { state.world.channels[$0] } ?? []
        }
    }

    /// A guild's roles, `@everyone` first; none for a guild that is not there.
    public func roles(of guild: GuildID) -> [Role] {
        core.withState { state in state.world.guilds.first { $0.guild.id == guild }?.roles ?? [] }
    }

    /// Somebody's membership; nil for who is no member.
    public func member(_ user: UserID, in guild: GuildID) -> Member? {
        core.withState { state in state.world.guilds.first { $0.guild.id == guild }?.members[user] }
    }

    /// A person of this name; a new one where there is none.
    public func person(named name: String) -> User {
        let now = core.clocks.calendar()
        return core.withState { $0.world.person(named: name, at: now) }
    }

    /// A new guild with the bot in it.
    /// - Parameters:
    ///   - owner: who owns it, and is in it too.
    ///   - bot: what the bot's own role allows.
    public func addGuild(named name: String, owner: UserID, bot: Permissions) -> Guild {
        let now = core.clocks.calendar()
        return core.withState { $0.world.addGuild(named: name, owner: owner, bot: bot, at: now).guild }
    }

    /// A new text channel.
    /// - Throws: `SandboxError.Code.refused` where there is no such guild.
    public func addChannel(named name: String, in guild: GuildID) throws -> Channel {
        let now = core.clocks.calendar()
        return try inWorld { world throws(RESTFailure) in try world.addChannel(named: name, in: guild, at: now) }
    }

    /// A new role above the guild's others.
    /// - Throws: `SandboxError.Code.refused` where there is no such guild.
    public func addRole(named name: String, _ permissions: Permissions, in guild: GuildID) throws -> Role {
        let now = core.clocks.calendar()
        return try inWorld { world throws(RESTFailure) in
            try world.addRole(named: name, permissions, in: guild, at: now)
        }
    }

    /// Makes somebody a member, or gives a member these roles.
    /// - Throws: `SandboxError.Code.refused` where there is no such guild or person.
    @discardableResult
    public func setMember(_ user: UserID, roles: [RoleID], in guild: GuildID) throws -> Member {
        let now = core.clocks.calendar()
        return try inWorld { world throws(RESTFailure) in
            try world.setMember(user, roles: roles, in: guild, at: now)
        }
    }

    /// Takes somebody out of a guild.
    /// - Throws: `SandboxError.Code.refused` where there is no such guild or person.
    public func removeMember(_ user: UserID, from guild: GuildID) throws {
        try inWorld { world throws(RESTFailure) in try world.removeMember(user, from: guild) }
    }

    /// A channel of any guild, or a direct one.
    public func channel(_ id: ChannelID) -> Channel? { core.withState { $0.world.channels[id] } }

    /// Somebody's account.
    public func account(_ id: UserID) -> User? { core.withState { $0.world.users[id] } }

    /// What the bot has said and not deleted, wherever it is kept, in the order in which it was said.
    public var botMessages: [Message] {
        core.withState { state in
            let bot = state.world.botID
            var found: [MessageLog.Entry] = []
            for log in state.world.logs.values { found += log.all.filter { $0.message.author.id == bot } }
            return found.sorted { $0.id < $1.id }.map { state.world.restForm($0) }
        }
    }

    // MARK: - The gateway, from the outside

    /// How far the gateway's sessions are: whoever has handled that many events has nothing on its way.
    public struct GatewayStanding: Sendable, Hashable {
        /// Number of the last event of each session that has a socket.
        public let attached: [Int]
        /// Sessions that could be resumed.
        public let detached: Int
    }

    public var gatewayStanding: GatewayStanding { core.withState { $0.hub.standing } }
}
