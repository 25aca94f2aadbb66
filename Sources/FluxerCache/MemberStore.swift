import FluxerModel

/// Members that were met, bounded over all guilds, and which of them belong to a guild: what concerns one guild must not
/// cost more because there are others.
struct MemberStore: Sendable {
    private struct Key: Hashable {
        let guild: GuildID
        let user: UserID
    }

    private var members: RecentMap<Key, Member>
    private var users: [GuildID: Set<UserID>] = [:]

    init(limit: Int) { members = RecentMap(limit: limit) }

    var count: Int { members.count }

    func member(_ user: UserID, in guild: GuildID) -> Member? { members[Key(guild: guild, user: user)] }

    mutating func set(_ member: Member, _ user: UserID, in guild: GuildID) {
        guard members.limit > 0 else { return }
        if let evicted = members.set(member, for: Key(guild: guild, user: user)) { forget(evicted) }
        users[guild, default: []].insert(user)
    }

    mutating func remove(_ user: UserID, in guild: GuildID) {
        let key = Key(guild: guild, user: user)
        if members.remove(key) != nil { forget(key) }
    }

    mutating func removeAll(of guild: GuildID) {
        for user in users.removeValue(forKey: guild) ?? [] { members.remove(Key(guild: guild, user: user)) }
    }

    mutating func removeAll() { self = MemberStore(limit: members.limit) }

    mutating func updateAll(of guild: GuildID, _ change: (inout Member) -> Void) {
        for user in users[guild] ?? [] { members.update(Key(guild: guild, user: user), change) }
    }

    private mutating func forget(_ key: Key) {
        users[key.guild]?.remove(key.user)
        if users[key.guild]?.isEmpty == true { users[key.guild] = nil }
    }
}
