import FluxerModel

/// Members.
extension CacheState {
    /// The membership and, beside it, the account as it is known now.
    func member(_ user: UserID, in guild: GuildID) -> Member? {
        guard var member = user == me?.id ? own[guild] : members.member(user, in: guild) else { return nil }
        member.user = self.user(user) ?? User(id: user)
        return member
    }

    /// Takes a membership from wherever it arrived. Its account goes to the accounts; one copy of it is enough.
    mutating func meet(_ member: Member, _ user: UserID, in guild: GuildID) {
        var member = member
        if let account = member.user { meet(account) }
        member.user = nil
        if user == me?.id { own[guild] = member } else { members.set(member, user, in: guild) }
    }

    mutating func applyMemberAdd(_ member: Member, in guild: GuildID) -> Change {
        guard let user = member.user else { return .none }
        meet(member, user.id, in: guild)
        count(+1, in: guild)
        return .memberJoined(guild, self.member(user.id, in: guild) ?? member)
    }

    mutating func applyMemberUpdate(_ member: Member, in guild: GuildID) -> Change {
        guard let user = member.user else { return .none }
        let before = self.member(user.id, in: guild)
        meet(member, user.id, in: guild)
        return .memberUpdated(guild, before: before, after: self.member(user.id, in: guild) ?? member)
    }

    mutating func applyMemberRemove(_ user: UserID, in guild: GuildID) -> Change {
        let before = member(user, in: guild)
        if user == me?.id { own[guild] = nil } else { members.remove(user, in: guild) }
        count(-1, in: guild)
        return .memberRemoved(guild, user, before)
    }

    mutating func applyTyping(_ typing: Typing) -> Change {
        if let guild = typing.guildID, let member = typing.member { meet(member, typing.userID, in: guild) }
        return .typing(typing)
    }

    private mutating func count(_ step: Int, in guild: GuildID) {
        guard let known = guilds[guild]?.guild, let count = known.memberCount else { return }
        guilds[guild]?.guild = known.with { $0.memberCount = max(0, count &+ step) }
    }
}
