import FluxerModel
import Synchronization

/// What the bot knows of its guilds, as the gateway has told it.
///
/// One writer applies the events in gateway order; any thread reads. Every look-up and every event costs the same
/// however many guilds there are. Values are snapshots: what was read stays as it was.
public final class Cache: Sendable {
    /// How much is kept.
    public struct Limits: Sendable {
        /// Messages over all channels; the oldest go first.
        public var messages = 1_000
        /// Members in all guilds beyond the bot's own; the ones that were met first go first.
        public var members = 10_000
        /// Accounts that were met.
        public var users = 10_000
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

    /// The bot is in these guilds, by the list it asked for: their arrival is no join.
    public func expectGuilds(_ ids: [GuildID]) { state.withLock { $0.expected.formUnion(ids) } }

    /// Expected guilds that have neither arrived nor been told to be unavailable.
    public var missingGuilds: Set<GuildID> {
        state.withLock { state in state.expected.filter { state.guilds[$0] == nil && !state.unavailable.contains($0) } }
    }

    // MARK: Looking up

    public var me: User? { state.withLock { $0.me } }
    /// Ascending by id.
    public var guilds: [Guild] { state.withLock { $0.guilds.values.map(\.guild).sorted { $0.id < $1.id } } }
    public func guild(_ id: GuildID) -> Guild? { state.withLock { $0.guilds[id]?.guild } }
    public func isUnavailable(_ id: GuildID) -> Bool { state.withLock { $0.unavailable.contains(id) } }

    public func channel(_ id: ChannelID) -> Channel? { state.withLock { $0.channel(id) } }

    /// By position, then id.
    public func channels(of guild: GuildID) -> [Channel] {
        let found = state.withLock { $0.guilds[guild].map { Array($0.channels.values) } ?? [] }
        return found.sorted { ($0.position, $0.id.rawValue) < ($1.position, $1.id.rawValue) }
    }

    /// In no order.
    public func roles(of guild: GuildID) -> [Role] {
        state.withLock { $0.guilds[guild].map { Array($0.roles.values) } ?? [] }
    }
    public func role(_ id: RoleID, in guild: GuildID) -> Role? { state.withLock { $0.guilds[guild]?.roles[id] } }
    public func user(_ id: UserID) -> User? { state.withLock { $0.me?.id == id ? $0.me : $0.users[id] } }

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
