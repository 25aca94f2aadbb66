import FluxerModel

/// Roles.
extension CacheState {
    mutating func applyRole(_ role: Role, in guild: GuildID, isNew: Bool) -> Change {
        guard guilds[guild] != nil else { return .none }
        let before = guilds[guild]?.roles.updateValue(role, forKey: role.id)
        return isNew && before == nil ? .roleCreated(guild, role) : .roleUpdated(guild, before: before, after: role)
    }

    /// The server strips members and overwrites without telling; so does the cache.
    mutating func applyRoleDelete(_ id: RoleID, in guild: GuildID) -> Change {
        guard let before = guilds[guild]?.roles.removeValue(forKey: id) else { return .none }
        own[guild]?.roles.removeAll { $0 == id }
        members.updateAll(where: { $0.guild == guild }) { $0.roles.removeAll { $0 == id } }
        for channel in guilds[guild]?.channels.keys.map(\.self) ?? [] {
            guilds[guild]?.channels[channel]?.permissionOverwrites.removeAll { $0.roleID == id }
        }
        return .roleDeleted(guild, id, before)
    }
}

/// Members.
extension CacheState {
    mutating func applyMemberAdd(_ member: Member, in guild: GuildID) -> Change {
        guard let user = member.user else { return .none }
        meet(member, user.id, in: guild)
        count(+1, in: guild)
        return .memberJoined(guild, member)
    }

    mutating func applyMemberUpdate(_ member: Member, in guild: GuildID) -> Change {
        guard let user = member.user else { return .none }
        let before = self.member(user.id, in: guild)
        meet(member, user.id, in: guild)
        return .memberUpdated(guild, before: before, after: self.member(user.id, in: guild) ?? member)
    }

    mutating func applyMemberRemove(_ user: UserID, in guild: GuildID) -> Change {
        let before = member(user, in: guild)
        if user == me?.id { own[guild] = nil } else { members.remove(MemberKey(guild: guild, user: user)) }
        count(-1, in: guild)
        return .memberRemoved(guild, user, before)
    }

    private mutating func count(_ step: Int, in guild: GuildID) {
        guard let known = guilds[guild]?.guild, let count = known.memberCount else { return }
        guilds[guild]?.guild = known.with { $0.memberCount = max(0, count &+ step) }
    }
}
