extension Permissions {
    /// What a member may do in a guild and, where overwrites are given, in one channel of it.
    ///
    /// No implicit rules: the set is not reduced when `viewChannel` is missing, nor by a timeout. Who asks "can send"
    /// tests `viewChannel` and `sendMessages` and the timeout.
    ///
    /// - Parameters:
    ///   - userID: whom it is about.
    ///   - memberRoles: the member's roles without `@everyone`; nil for somebody who is not in the guild.
    ///   - role: permissions of a role of the guild; nil where it is unknown.
    ///   - overwrites: the channel's own list; nil asks for the guild alone.
    public static func effective(
        userID: UserID,
        memberRoles: [RoleID]?,
        ownerID: UserID?,
        guildID: GuildID,
        overwrites: [PermissionOverwrite]? = nil,
        role: (RoleID) -> Permissions?
    ) -> Permissions {
        if userID == ownerID { return .everything }
        guard let memberRoles else { return [] }
        let everyone = RoleID(guildID.rawValue)
        var base = role(everyone) ?? []
        for id in memberRoles { base.formUnion(role(id) ?? []) }
        if base.contains(.administrator) { return .everything }
        guard let overwrites else { return base }
        return base.applying(overwrites, userID: userID, memberRoles: memberRoles, everyone: everyone)
    }

    /// The overwrites of a channel: `@everyone` first, then all roles of the member together (one allow beats every
    /// role's deny), then the member's own.
    private func applying(
        _ overwrites: [PermissionOverwrite], userID: UserID, memberRoles: [RoleID], everyone: RoleID
    ) -> Permissions {
        var result = self
        var allow: Permissions = []
        var deny: Permissions = []
        var own: PermissionOverwrite?
        var general: PermissionOverwrite?
        for overwrite in overwrites {
            if overwrite.kind == .member {
                if overwrite.id == userID.rawValue { own = overwrite }
            } else if overwrite.id == everyone.rawValue {
                general = overwrite
            } else if overwrite.kind == .role, memberRoles.contains(RoleID(overwrite.id)) {
                allow.formUnion(overwrite.allow)
                deny.formUnion(overwrite.deny)
            }
        }
        if let general { result = result.subtracting(general.deny).union(general.allow) }
        result = result.subtracting(deny).union(allow)
        if let own { result = result.subtracting(own.deny).union(own.allow) }
        return result
    }
}
