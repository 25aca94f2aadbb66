import FluxerModel

/// Guilds, people, channels and roles that come while the world runs, each announced as the platform does.
extension World {
    /// A person of this name; a new one where there is none.
    mutating func person(named name: String, at now: Int64) -> User {
        for id in people {
            if let known = users[id], known.username == name { return known }
        }
        let id = UserID(ids.next(at: now))
        let discriminator = String(id.rawValue % 9_000 + 1_000)
        let user = User(id: id, username: name, discriminator: discriminator)
        users[id] = user
        people.append(id)
        return user
    }

    /// A new guild with the bot in it, owned by somebody who is in it too.
    /// - Parameter bot: what the bot's own role allows.
    mutating func addGuild(named name: String, owner: UserID, bot: Permissions, at now: Int64) -> WorldGuild {
        let id = GuildID(ids.next(at: now))
        let everyone = Role(id: RoleID(id.rawValue), name: "@everyone", permissions: .everyoneDefault)
        let own = Role(
            id: RoleID(ids.next(at: now)), name: users[botID]?.username ?? "bot", position: 1, permissions: bot)
        let joined = Timestamp(milliseconds: now)
        let guild = Guild(id: id, name: name, ownerID: owner).with {
            $0.afkTimeout = 300
            $0.messageHistoryCutoff = Timestamp(milliseconds: now)
        }
        let place = WorldGuild(
            guild: guild, roles: [everyone, own],
            members: [botID: Member(roles: [own.id], joinedAt: joined), owner: Member(joinedAt: joined)], channels: [])
        guilds.append(place)
        note(.guildCreated(announcement(of: place)))
        return place
    }

    /// - Throws: `UNKNOWN_GUILD`.
    mutating func addChannel(named name: String, in guild: GuildID, at now: Int64) throws(RESTFailure) -> Channel {
        let index = try index(of: guild)
        let channel = Channel(
            id: ChannelID(ids.next(at: now)), type: .guildText, guildID: guild, name: name,
            position: guilds[index].channels.count)
        channels[channel.id] = channel
        logs[channel.id] = MessageLog(limit: messagesKept)
        guilds[index].channels.append(channel.id)
        note(.channelCreated(channel))
        return channel
    }

    /// A role above the guild's others.
    /// - Throws: `UNKNOWN_GUILD`.
    mutating func addRole(
        named name: String, _ permissions: Permissions, in guild: GuildID, at now: Int64
    ) throws(RESTFailure) -> Role {
        let index = try index(of: guild)
        let role = Role(
            id: RoleID(ids.next(at: now)), name: name, position: guilds[index].roles.count, permissions: permissions,
            isMentionable: true)
        guilds[index].roles.append(role)
        note(.roleCreated(guild, role))
        return role
    }

    /// Makes somebody a member, or gives a member these roles.
    /// - Throws: `UNKNOWN_GUILD`, `UNKNOWN_USER`.
    mutating func setMember(
        _ user: UserID, roles: [RoleID], in guild: GuildID, at now: Int64
    ) throws(RESTFailure) -> Member {
        let index = try index(of: guild)
        let account = try self.user(user)
        if var known = guilds[index].members[user] {
            known.roles = roles
            guilds[index].members[user] = known
            known.user = account
            note(.memberUpdated(guild, known))
            return known
        }
        var member = Member(roles: roles, joinedAt: Timestamp(milliseconds: now))
        guilds[index].members[user] = member
        member.user = account
        note(.memberAdded(guild, member))
        return member
    }

    /// - Throws: `UNKNOWN_GUILD`, `UNKNOWN_USER`.
    mutating func removeMember(_ user: UserID, from guild: GuildID) throws(RESTFailure) {
        let index = try index(of: guild)
        let account = try self.user(user)
        guard guilds[index].members.removeValue(forKey: user) != nil else { return }
        note(.memberRemoved(guild, account))
    }

    private func index(of guild: GuildID) throws(RESTFailure) -> Int {
        guard let index = guilds.firstIndex(where: { $0.guild.id == guild }) else { throw .unknownGuild }
        return index
    }
}
