import BotBindings
import FluxerCache
import FluxerGateway
import FluxerModel
import FluxerREST
import Logging
import LuaRuntime
import PackHost
import Synchronization

/// A running bot: one pack, the gateway, the caches, the watcher.
public final class Bot: Sendable {
    private let configuration: BotConfiguration
    private let observer: any BotObserver
    private let world: BotWorld
    private let program: BotProgram
    private let pack: Pack
    private let gate = Mutex(ReadyGate())
    private let stopping = Atomic(false)
    /// The first good load; ends when the bot is told to stop before there was one.
    private let first = AsyncStream.makeStream(of: Void.self)
    /// Events lost to a full mailbox and not yet told.
    private let lost = Mutex(0)

    public init(_ configuration: BotConfiguration, observer: any BotObserver) {
        self.configuration = configuration
        self.observer = observer
        world = BotWorld(configuration, observer: observer)
        program = BotProgram(host: world)
        pack = Pack(
            configuration.source, program: program, limits: configuration.limits, clock: configuration.clock,
            grace: configuration.grace, logger: configuration.logger)
    }

    /// Loads the pack, connects, and serves until `stop`, cancellation, or an error that no retry helps.
    public func run() async throws(BotFailure) {
        guard !configuration.token.isEmpty else {
            await shutDown()
            throw BotFailure(
                .refused, "there is no token: set FLUXER_TOKEN to your bot's token (moontide dev needs none)")
        }
        let result: Result<Void, BotFailure> = await withTaskGroup(of: Result<Void, BotFailure>?.self) { group in
            let first = self.first.stream, loaded = self.first.continuation
            let isLoaded = await load()
            if isLoaded { loaded.yield() }
            if !isLoaded, configuration.watch == nil {
                return .failure(
                    BotFailure(
                        .loadFailed, "\(configuration.source.entry) could not be loaded, and nothing watches for a save"
                    ))
            }
            if let timing = configuration.watch {
                group.addTask {
                    await self.watch(timing) { loaded.yield() }
                    return nil
                }
            }
            group.addTask {
                for await _ in first { break }
                return await self.connect()
            }
            var end: Result<Void, BotFailure> = .success(())
            while let finished = await group.next() {
                if let finished {
                    end = finished
                    break
                }
            }
            group.cancelAll()
            return end
        }
        await shutDown()
        try result.get()
    }

    /// Ends `run`: no further events, running invocations drain, the socket closes with 1000.
    public func stop() {
        stopping.store(true, ordering: .releasing)
        first.continuation.finish()
        world.gateway.close()
    }

    /// Takes over the files as they are now.
    @discardableResult
    public func reload() async -> Bool { await load() }

    /// Events that wait for the pack.
    public var waiting: Int { pack.waiting }

    private func shutDown() async {
        await pack.close("shutdown", within: configuration.drain)
        await world.shutDown()
    }

    // MARK: The pack

    private func load() async -> Bool {
        do throws(PackError) {
            observer.loaded(try await pack.reload())
            return true
        } catch {
            var source: [(line: Int, text: String)] = []
            if let file = error.cause?.file, let line = error.cause?.line {
                source = configuration.source.excerpt(file, line: line)
            }
            observer.failed(error, source: source, isServing: pack.serving != nil)
            return false
        }
    }

    private func watch(_ timing: WatchTiming, _ loaded: @escaping @Sendable () -> Void) async {
        let watcher = Watcher(timing: timing, clock: ContinuousClock())
        watcher.watch(pack.watchedFiles)
        await watcher.run { _ in
            if await self.load() { loaded() }
            watcher.watch(self.pack.watchedFiles)
        }
    }

    // MARK: The gateway

    private func connect() async -> Result<Void, BotFailure> {
        if stopping.load(ordering: .acquiring) { return .success(()) }
        do throws(GatewayError) {
            try await world.gateway.run { self.receive($0) }
            return .success(())
        } catch {
            return .failure(BotFailure(error.isFatal ? .refused : .failed, error.description))
        }
    }

    /// On the event loop, in gateway order: the cache first, then the mailbox. Never waits.
    private func receive(_ update: GatewayUpdate) {
        switch update {
        case .notice(let notice): receive(notice)
        case .dispatch(let dispatch):
            let event: GatewayEvent
            do { event = try dispatch.event() } catch {
                observer.connection(
                    "an event was left out: \(dispatch.name) is not as expected (\(error))", isProblem: true)
                return
            }
            let change = world.cache.apply(event)
            deliver(change, of: event, dispatch)
        }
    }

    private func deliver(_ change: Change, of event: GatewayEvent, _ dispatch: GatewayDispatch) {
        let program = program
        switch event {
        case .ready(let ready):
            observer.connection("connected as \(ready.user.tag)", isProblem: false)
            gotReady()
        case .guildCreate, .guildDelete: guildArrived()
        default: break
        }
        switch change {
        case .message(let message):
            guard program.hears("message") else { return }
            hand(
                Delivery(isDroppable: false) { state in
                    guard let context = BotContext.find(state) else { return }
                    Events.dispatch(BotEvent("message") { message.push(to: $0) }, state, context)
                    CommandPipeline.handle(message, state, context)
                })
        default:
            for event in EventNames.events(of: change) + EventNames.reactions(of: change, world) {
                deliver(event, isDroppable: event.name.hasPrefix("reaction") || event.name == "typing")
            }
            deliverRaw(dispatch)
        }
    }

    /// Into the pack's mailbox. What a full one loses is told when it begins, and counted when it is over.
    private func hand(_ delivery: Delivery) {
        let dropped = pack.deliver(delivery)
        let line = lost.withLock { lost -> String? in
            defer { lost += dropped }
            if dropped > 0 { return lost == 0 ? "is too slow for its events: some are being dropped" : nil }
            guard lost > 0, pack.waiting < 5_000 else { return nil }
            defer { lost = 0 }
            return "keeps up again: \(lost) events were dropped"
        }
        if let line { observer.connection("\(configuration.source.name) \(line)", isProblem: true) }
    }

    private func deliver(_ event: BotEvent, isDroppable: Bool) {
        guard program.hears(event.name) else { return }
        hand(
            Delivery(isDroppable: isDroppable) { state in
                if let context = BotContext.find(state) { Events.dispatch(event, state, context) }
            })
    }

    /// Events by their gateway name, with their data as a table.
    private func deliverRaw(_ dispatch: GatewayDispatch) {
        let name = dispatch.name.lowercased()
        guard !Events.known.contains(name), program.hears(name) else { return }
        let data = dispatch.data
        deliver(
            BotEvent(name) { state in
                do throws(LuaError) { try state.pushJSON(data) } catch { state.pushNil() }
                return 1
            }, isDroppable: false)
    }

    private func receive(_ notice: GatewayNotice) {
        switch notice {
        case .connecting(let attempt):
            if attempt > 1 { observer.connection("connecting again (attempt \(attempt))", isProblem: false) }
        case .connected: break
        case .ready: deliver(BotEvent("connect"), isDroppable: false)
        case .resumed(_, let gap):
            observer.connection(
                gap == 0 ? "connection resumed" : "connection resumed; the server could not replay \(gap) events",
                isProblem: gap != 0)
            deliver(BotEvent("resumed"), isDroppable: false)
        case .disconnected(let loss):
            let code = loss.code.map { " (\($0))" } ?? ""
            observer.connection(
                "connection lost\(code): \(loss.reason); trying again in \(Int(loss.retryAfter / 1000)) s",
                isProblem: true)
            deliver(BotEvent("disconnect"), isDroppable: false)
        case .fatal: break
        }
    }

    // MARK: Ready

    private func gotReady() {
        gate.withLock { $0.ready(at: configuration.clock.now) }
        Task {
            let listed = await world.listGuilds()
            gate.withLock { $0.listed(listed) }
            checkGate()
            while let deadline = gate.withLock({ $0.deadline }) {
                guard (try? await configuration.clock.sleep(until: deadline)) != nil else { return }
                checkGate()
            }
        }
    }

    private func guildArrived() {
        gate.withLock { $0.guildArrived(at: configuration.clock.now) }
        checkGate()
    }

    private func checkGate() {
        let missing = world.cache.missingGuilds.count
        guard gate.withLock({ $0.opens(at: configuration.clock.now, missing: missing) }) else { return }
        world.becameReady()
        let program = program
        hand(Delivery(isDroppable: false) { program.becameReady($0) })
        world.gateway.startUpCompleted()
        world.cache.startUpCompleted()
        let guilds = world.cache.guilds.count
        observer.connection("ready: \(guilds) guild\(guilds == 1 ? "" : "s")", isProblem: false)
    }
}
