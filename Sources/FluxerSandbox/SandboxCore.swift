import FluxerModel
import Synchronization

/// The sandbox without its sockets: the world, the gateway's sessions, the limits, the page's feed, behind one lock.
///
/// Everything done under the lock is short and synchronous. Events leave in the order in which they happened, because
/// they are numbered, kept and handed to the sockets' outboxes before the lock is released.
final class SandboxCore: Sendable {
    struct State: Sendable {
        var world: World
        var hub: GatewayHub
        var limiter: RateLimiter
        var feed: PageFeed
        var notices: [Notice] = []
        var lastNotice = 0
        var links: [GatewayHub.ConnectionID: GatewayLink] = [:]
        var lastConnection = 0
        var watchers: [Int: AsyncStream<WorldEvent>.Continuation] = [:]
        var pages: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWatcher = 0
        var faults = FaultBook()
        var counters = SandboxCounters()
        /// Where the server listens; nil while it does not.
        var address: SandboxAddress?
    }

    static let keptNotices = 200

    let token: String
    let clocks: SandboxClocks
    private let state: Mutex<State>

    init(configuration: SandboxConfiguration) {
        let clocks = configuration.clocks
        let now = clocks.calendar()
        let seed =
            configuration.isFurnished
            ? WorldSeed(botName: configuration.botName, now: now)
            : WorldSeed(onlyBotNamed: configuration.botName, now: now)
        let token = configuration.botToken ?? "\(seed.bot.id).\(Self.randomText(43))"
        self.token = token
        self.clocks = clocks
        state = Mutex(
            State(
                world: World(seed: seed, messagesKept: configuration.messagesKept),
                hub: GatewayHub(
                    rules: configuration.gateway, token: token,
                    makeSessionID: { Self.randomText(32, of: Self.hexadecimal) }),
                limiter: RateLimiter(limits: configuration.rateLimits),
                feed: PageFeed(startingAt: now &* 1_000)))
    }

    /// Runs something under the lock and passes on what it brought about.
    func withState<R, Failure: Error>(_ body: (inout State) throws(Failure) -> sending R) throws(Failure) -> sending R {
        let result: Result<R, Failure> = state.withLock { state in
            do throws(Failure) {
                let value = try body(&state)
                publish(&state)
                return .success(value)
            } catch {
                publish(&state)
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Hands out what has happened in the world: to the gateway's sessions, the pages, the watchers.
    private func publish(_ state: inout State) {
        for event in state.world.takeEvents() {
            if let dispatch = event.dispatch(botID: state.world.botID) {
                perform(state.hub.dispatch(dispatch), &state)
            }
            tell(event, &state)
        }
    }

    /// Does what the gateway decided.
    func perform(_ actions: [GatewayHub.Action], _ state: inout State) {
        for action in actions {
            switch action {
            case .send(let id, let bytes): state.links[id]?.send(bytes)
            case .close(let id, let reason): state.links[id]?.close(reason)
            case .online(let isOnline): tell(.botOnline(isOnline), &state)
            }
        }
    }

    /// The page shows the first guild; what is said elsewhere goes to the watchers alone.
    private func tell(_ event: WorldEvent, _ state: inout State) {
        let place = event.channelID.map { state.world.channels[$0]?.guildID }
        let isShown = place.map { $0 != nil && $0 == state.world.guilds.first?.guild.id } ?? true
        if isShown, let page = event.pageEvent {
            state.feed.append(page.name, page.data)
            for continuation in state.pages.values { continuation.yield() }
        }
        for continuation in state.watchers.values { continuation.yield(event) }
    }

    // MARK: - Watching

    /// Everything that happens from now on.
    func events() -> AsyncStream<WorldEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: WorldEvent.self)
        let id = withState { state in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = continuation
            return state.lastWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.withState { $0.watchers[id] = nil }
        }
        return stream
    }

    /// Signals that the page's feed has grown; several signals may become one.
    func pageSignals() -> (stream: AsyncStream<Void>, id: Int) {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = withState { state in
            state.lastWatcher += 1
            state.pages[state.lastWatcher] = continuation
            return state.lastWatcher
        }
        return (stream, id)
    }

    func endPageSignals(_ id: Int) {
        let continuation = withState { $0.pages.removeValue(forKey: id) }
        continuation?.finish()
    }

    func signalPage(_ id: Int) {
        withState { $0.pages[id] }?.yield()
    }

    // MARK: - Notices

    /// Adds a card to the chat page.
    func post(_ notice: Notice) -> Notice {
        let now = clocks.calendar()
        return withState { state in
            var notice = notice
            state.lastNotice += 1
            notice.id = state.lastNotice
            notice.at = now
            state.notices.append(notice)
            if state.notices.count > Self.keptNotices { state.notices.removeFirst() }
            state.feed.append("notice", notice.json())
            for continuation in state.pages.values { continuation.yield() }
            return notice
        }
    }

    // MARK: - Randomness

    private static let hexadecimal = Array("0123456789ABCDEF")
    private static let base64URL = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    private static func randomText(_ length: Int, of alphabet: [Character] = base64URL) -> String {
        String((0..<length).map { _ in alphabet[Int.random(in: alphabet.indices)] })
    }
}
