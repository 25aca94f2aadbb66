import BotBindings
import FluxerCache
import FluxerGateway
import FluxerModel
import FluxerREST
import Logging
import LuaRuntime
import PackHost
import Synchronization

/// A running bot: its packs, the gateway, the caches, the watchers.
public final class Bot: Sendable {
    let configuration: BotConfiguration
    let observer: any BotObserver
    let world: BotWorld
    let packs: PackSet
    let gate = Mutex(ReadyGate())
    private let stopping = Atomic(false)
    /// The first good load; ends when the bot is told to stop before there was one.
    private let first = AsyncStream.makeStream(of: Void.self)
    let progress = Mutex(BotStanding())

    public init(_ configuration: BotConfiguration, observer: any BotObserver) {
        self.configuration = configuration
        self.observer = observer
        packs = PackSet()
        let world = BotWorld(configuration, packs: packs, observer: observer)
        self.world = world
        packs.fill(
            PackConfiguration.loadOrder(of: configuration.packs).map {
                RunningPack($0, of: configuration, host: world, observer: observer)
            })
    }

    /// Loads the packs, connects, and serves until `stop`, cancellation, or an error that no retry helps.
    public func run() async throws(BotFailure) {
        guard !configuration.token.isEmpty else {
            await shutDown()
            throw BotFailure(
                .refused, "there is no token: \(configuration.tokenPlace.advice) (moontide dev needs none)")
        }
        let result: Result<Void, BotFailure> = await withTaskGroup(of: Result<Void, BotFailure>?.self) { group in
            let first = self.first.stream, loaded = self.first.continuation
            configuration.clock.work?.begin()
            for pack in packs.all { await load(pack) }
            progress.withLock { $0.isLoaded = true }
            configuration.clock.work?.end()
            if isStopping { return .success(()) }
            if mayServe { loaded.yield() }
            guard mayServe || configuration.watch != nil else { return .failure(notLoaded) }
            if let timing = configuration.watch {
                for pack in packs.all {
                    group.addTask {
                        await self.watch(pack, timing) { if self.mayServe { loaded.yield() } }
                        return nil
                    }
                }
            }
            if let timing = configuration.watch, let file = configuration.projectFile {
                group.addTask {
                    await self.watchProject(file, timing)
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

    /// Ends `run`: loads end at once, no further events, running invocations drain, the socket closes with 1000.
    public func stop() {
        beginEnd()
        first.continuation.finish()
        for pack in packs.all { pack.pack.endLoads() }
        world.gateway.close()
    }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// What is loaded now suffices to connect.
    func firstLoaded() { first.continuation.yield() }

    /// How far the bot is with what the server sent.
    public var standing: BotStanding { progress.withLock { $0 } }

    /// Events that wait for the packs.
    public var waiting: Int { packs.all.reduce(0) { $0 + $1.pack.waiting } }

    /// The end is work too: until everything is closed, a clock moved by hand stands still.
    private func beginEnd() {
        if !stopping.exchange(true, ordering: .acquiringAndReleasing) { configuration.clock.work?.begin() }
    }

    private func shutDown() async {
        beginEnd()
        let drain = configuration.drain
        // What depends on others ends before them.
        for pack in packs.all.reversed() { await pack.pack.close("shutdown", within: drain) }
        packs.fill([])
        await world.shutDown()
        configuration.clock.work?.end()
    }

    private func connect() async -> Result<Void, BotFailure> {
        if isStopping { return .success(()) }
        do throws(GatewayError) {
            try await world.gateway.run { self.receive($0) }
            return .success(())
        } catch {
            return .failure(BotFailure(error.isFatal ? .refused : .failed, error.description))
        }
    }
}
