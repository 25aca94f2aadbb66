import FluxerModel
import FluxerSandbox
import LuaRuntime

/// Guilds, people and what they do. Everything here happens at once in the sandbox; the bot hears of it over its socket.
extension SpecWorld {
    /// What the bot's own role allows in a guild of a spec, where the spec says nothing else.
    static let botPermissions = Permissions.everyoneDefault.union([
        .manageMessages, .kickMembers, .banMembers, .moderateMembers, .manageRoles, .manageChannels, .manageNicknames,
        .pinMessages,
    ])

    /// What is called for a guild; made where it is not there, with its channels and roles.
    func guild(
        named name: String, channels: [String], roles: [(name: String, permissions: Permissions)], owner: String,
        bot: Permissions?
    ) throws(LuaError) -> Guild {
        try requireAlive()
        return try refusing { () throws in
            var guild = sandbox.guilds.first { $0.name == name }
            let isNew = guild == nil
            if guild == nil {
                guild = sandbox.addGuild(
                    named: name, owner: sandbox.person(named: owner).id, bot: bot ?? SpecWorld.botPermissions)
            }
            guard let guild else { throw LuaError.spec("the guild was not made") }
            for channel in isNew && channels.isEmpty ? ["general"] : channels {
                if !sandbox.channels(of: guild.id).contains(where: { $0.name == channel }) {
                    _ = try sandbox.addChannel(named: channel, in: guild.id)
                }
            }
            for role in roles where !sandbox.roles(of: guild.id).contains(where: { $0.name == role.name }) {
                _ = try sandbox.addRole(named: role.name, role.permissions, in: guild.id)
            }
            return guild
        }
    }

    /// A channel of a guild by its name.
    func channel(named name: String, in guild: GuildID) throws(LuaError) -> Channel {
        try requireAlive()
        let channels = sandbox.channels(of: guild)
        if let found = channels.first(where: { $0.name == name }) { return found }
        throw LuaError.unknownName(
            name, of: "the guild", kind: "channel", among: channels.compactMap(\.name))
    }

    /// A member of a guild by name; where there is none, somebody of that name joins. Roles that are given replace others.
    func member(named name: String, roles: [String]?, in guild: GuildID) throws(LuaError) -> User {
        try requireAlive()
        let known = sandbox.roles(of: guild)
        var ids: [RoleID]?
        if let roles {
            var found: [RoleID] = []
            for role in roles {
                guard let match = known.first(where: { $0.name == role }) else {
                    throw LuaError.unknownName(
                        role, of: "the guild", kind: "role", among: known.map(\.name))
                }
                found.append(match.id)
            }
            ids = found
        }
        let user = sandbox.person(named: name)
        let membership = sandbox.member(user.id, in: guild)
        guard membership == nil || ids != nil else { return user }
        try refusing { () throws in _ = try sandbox.setMember(user.id, roles: ids ?? [], in: guild) }
        return user
    }

    func remove(_ user: UserID, from guild: GuildID) throws(LuaError) {
        try requireAlive()
        try refusing { () throws in try sandbox.removeMember(user, from: guild) }
    }

    /// Somebody's direct channel with the bot.
    func direct(_ name: String) throws(LuaError) -> (user: User, channel: Channel) {
        try requireAlive()
        return try refusing { () throws in
            let user = sandbox.person(named: name)
            return (user, try sandbox.directChannel(with: user.id))
        }
    }

    // MARK: What people do

    func say(_ text: String, as user: UserID, in channel: ChannelID, replyTo: MessageID?) async throws(LuaError)
        -> Message
    {
        try await started()
        defer { step() }
        return try refusing { () throws in
            try sandbox.say(as: user, in: channel, text, replyTo: replyTo)
        }
    }

    func edit(_ message: MessageID, in channel: ChannelID, as user: UserID, to text: String) async throws(LuaError) {
        try await started()
        defer { step() }
        try refusing { () throws in _ = try sandbox.edit(message, in: channel, as: user, to: text) }
    }

    func delete(_ message: MessageID, in channel: ChannelID, as user: UserID) async throws(LuaError) {
        try await started()
        defer { step() }
        try refusing { () throws in try sandbox.delete(message, in: channel, as: user) }
    }

    func react(
        _ emoji: String, to message: MessageID, in channel: ChannelID, as user: UserID, removing: Bool
    ) async throws(LuaError) {
        try await started()
        defer { step() }
        try refusing { () throws in
            if removing {
                try sandbox.unreact(emoji, from: message, in: channel, as: user)
            } else {
                try sandbox.react(emoji, to: message, in: channel, as: user)
            }
        }
    }

    func type(in channel: ChannelID, as user: UserID) async throws(LuaError) {
        try await started()
        defer { step() }
        try refusing { () throws in try sandbox.type(in: channel, as: user) }
    }

    /// The sandbox refuses what the platform would.
    private func refusing<R>(_ body: () throws -> R) throws(LuaError) -> R {
        do { return try body() } catch let error as LuaError { throw error } catch {
            throw .spec("the platform would refuse this: \(error)")
        }
    }
}
