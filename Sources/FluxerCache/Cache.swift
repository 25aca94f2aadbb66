import FluxerModel
import Synchronization

/// What the bot knows of its guilds, as the gateway has told it.
///
/// One writer applies the events in gateway order; any thread reads. Every look-up and every event costs the same
/// however many guilds there are. Values are snapshots: what was read stays as it was.
public final class Cache: Sendable {
    /// How much is kept. What was not seen for longest goes first; 0 keeps none. Guilds, their channels and roles and the
    /// bot's own members have no limit.
    public struct Limits: Sendable {
        /// Messages over all channels.
        public var messages = 1_000
        /// Members of all guilds together.
        public var members = 10_000
        /// Accounts that were met.
        public var users = 10_000
        /// Channels outside of guilds.
        public var directChannels = 1_000
        public init() {}
    }

    /// How much is there.
    public struct Counts: Sendable, Hashable {
        public let guilds: Int
        public let channels: Int
        public let members: Int
        public let users: Int
        public let messages: Int
    }

    private let state: Mutex<CacheState>

    public init(limits: Limits = Limits()) { state = Mutex(CacheState(limits: limits)) }

    /// Applies one event, and answers what it changed.
    public func apply(_ event: GatewayEvent) -> Change { state.withLock { $0.apply(event) } }

    /// The bot is in these guilds, by the list it asked for after READY: their arrival is no join, that of any other is one
    /// from now on. Until this or `startUpCompleted` is called for a session, no arrival counts as a join.
    public func expectGuilds(_ ids: [GuildID]) {
        state.withLock { state in state.expectations.list(ids, known: Set(state.guilds.keys).union(state.unavailable)) }
    }

    /// The start is over though no list could be had: whatever arrives from now on and was not known is a join.
    public func startUpCompleted() { state.withLock { $0.expectations.startUpCompleted() } }

    /// Listed guilds that have neither arrived nor been told to be unavailable.
    public var missingGuilds: Set<GuildID> {
        state.withLock { state in
            state.expectations.listed.filter { state.guilds[$0] == nil && !state.unavailable.contains($0) }
        }
    }

    // MARK: Looking up

    public var me: User? { state.withLock { $0.me } }
    /// Ascending by id.
    public var guilds: [Guild] { state.withLock { $0.guilds.values.map(\.guild) }.sorted { $0.id < $1.id } }
    public func guild(_ id: GuildID) -> Guild? { state.withLock { $0.guilds[id]?.guild } }
    public func isUnavailable(_ id: GuildID) -> Bool { state.withLock { $0.unavailable.contains(id) } }

    public func channel(_ id: ChannelID) -> Channel? { state.withLock { $0.channel(id) } }

    /// By position, then id.
    public func channels(of guild: GuildID) -> [Channel] {
        let found = state.withLock { $0.guilds[guild].map { $0.channels.values } ?? [] }
        return found.sorted { ($0.position, $0.id.rawValue) < ($1.position, $1.id.rawValue) }
    }

    /// By rank, `@everyone` first.
    public func roles(of guild: GuildID) -> [Role] {
        state.withLock { $0.guilds[guild].map { $0.roles.values } ?? [] }.sorted { $1.outranks($0) }
    }

    public func role(_ id: RoleID, in guild: GuildID) -> Role? { state.withLock { $0.guilds[guild]?.roles[id] } }
    public func user(_ id: UserID) -> User? { state.withLock { $0.user(id) } }

    /// A member that was met, with its account.
    public func member(_ user: UserID, in guild: GuildID) -> Member? {
        state.withLock { $0.member(user, in: guild) }
    }

    public func message(_ id: MessageID, in channel: ChannelID) -> Message? {
        state.withLock { state in state.messages[id].flatMap { $0.channelID == channel ? $0 : nil } }
    }

    public var counts: Counts {
        state.withLock { state in
            Counts(
                guilds: state.guilds.count,
                channels: state.guilds.values.reduce(state.directChannels.count) { $0 + $1.channels.count },
                members: state.members.count, users: state.users.count, messages: state.messages.count)
        }
    }
}
