import FluxerModel

/// Tells a join from an arrival.
///
/// READY names no guilds, so each comes as GUILD_CREATE after it, like a guild that the bot has just joined. What is on the
/// bot's list, was a stub, or was there before is no join; nor is anything until the list is known, because the guilds come
/// while it is being asked for.
struct Expectations: Sendable {
    /// Guilds whose arrival is no join.
    private var expected: Set<GuildID> = []
    /// Guilds that READY or the list named in this session.
    private(set) var listed: Set<GuildID> = []
    /// Whether a session has begun whose list is not known yet.
    private var isStarting = false
    /// Guilds left meanwhile, which the list may still name.
    private var leftWhileStarting: Set<GuildID> = []

    /// - Parameter known: What the previous session had.
    mutating func sessionBegan(known: some Sequence<GuildID>, stubs: some Sequence<GuildID>) {
        expected.formUnion(known)
        listed = Set(stubs)
        expected.formUnion(listed)
        isStarting = true
        leftWhileStarting = []
    }

    /// The list is what the bot is in; with `known`, which arrived while it was on its way, it replaces older knowledge.
    mutating func list(_ ids: some Sequence<GuildID>, known: some Sequence<GuildID>) {
        listed = Set(ids).subtracting(leftWhileStarting)
        expected = listed.union(known)
        startUpCompleted()
    }

    /// No list will come.
    mutating func startUpCompleted() {
        isStarting = false
        leftWhileStarting = []
    }

    mutating func expect(_ id: GuildID) { expected.insert(id) }

    mutating func left(_ id: GuildID) {
        expected.remove(id)
        listed.remove(id)
        if isStarting { leftWhileStarting.insert(id) }
    }

    func isJoin(_ id: GuildID) -> Bool { !isStarting && !expected.contains(id) }
}
