import FluxerModel

/// Roles.
extension CacheState {
    mutating func applyRole(_ role: Role, in guild: GuildID, isNew: Bool) -> Change {
        guard guilds[guild] != nil else { return .none }
        let before = guilds[guild]?.roles.set(role)
        return isNew && before == nil ? .roleCreated(guild, role) : .roleUpdated(guild, before: before, after: role)
    }

    mutating func applyRoles(_ roles: [Role], in guild: GuildID) -> Change {
        CacheState.combine(roles.map { applyRole($0, in: guild, isNew: false) })
    }

    /// The server strips members and overwrites without telling; so does the cache.
    mutating func applyRoleDelete(_ id: RoleID, in guild: GuildID) -> Change {
        guard let before = guilds[guild]?.roles.remove(id) else { return .none }
        own[guild]?.roles.removeAll { $0 == id }
        members.updateAll(of: guild) { $0.roles.removeAll { $0 == id } }
        let affected =
            guilds[guild]?.channels.values.filter { $0.permissionOverwrites.contains { $0.roleID == id } } ?? []
        for channel in affected {
            guilds[guild]?.channels.update(channel.id) { $0.permissionOverwrites.removeAll { $0.roleID == id } }
        }
        return .roleDeleted(guild, id, before)
    }
}
