import BotCore
import FluxerModel
import FluxerSandbox
import LuaRuntime
import PackHost
import Synchronization

/// The world of one spec: a sandbox of its own, the bot on it over real sockets, and the scripts' clock, moved by hand.
///
/// The bot is started by the first thing that needs it, so that a spec can furnish the world before. What is done here waits
/// for quiet: no event on its way, no call open, no coroutine that could run. Nothing is waited for by sleeping.
public final class SpecWorld: Sendable {
    let bot: SpecBot?
    let settings: SpecSettings
    let clock = HandClock()
    let sandbox: Sandbox
    public let record = BotRecord()
    let bell = Bell()

    struct State {
        var address: SandboxAddress?
        var running: RunningBot?
        var source: PackSource?
        /// A folder that holds the script of the spec.
        var folder: String?
        /// The bot's data folder: of the spec alone, kept while the bot is started anew.
        var data: String?
        var isEnded = false
        var seenReplies: Set<MessageID> = []
        var seenErrors: Set<String> = []
        /// Steps of the spec that came to an end, for the watch over specs that hang.
        var steps: UInt64 = 0
    }
    let state = Mutex(State())

    /// A bot that was started, and how it ended.
    final class RunningBot: Sendable {
        let bot: Bot
        let end = Mutex<Result<Void, BotFailure>?>(nil)
        init(_ bot: Bot) { self.bot = bot }
        var hasEnded: Bool { end.withLock { $0 != nil } }
    }

    public init(_ bot: SpecBot?, settings: SpecSettings = SpecSettings()) {
        self.bot = bot
        self.settings = settings
        let clock = clock
        var configuration = SandboxConfiguration()
        configuration.isFurnished = false
        configuration.clocks.limits = { .seconds(clock.now) }
        configuration.clocks.calendar = { Int64((clock.beginning + clock.now) * 1_000) }
        sandbox = Sandbox(configuration: configuration)
        let bell = bell
        clock.work?.onRest { bell.ring() }
    }

    /// Says that the spec got somewhere.
    func step() { state.withLock { $0.steps &+= 1 } }
    var steps: UInt64 { state.withLock { $0.steps } }

    func requireAlive() throws(LuaError) {
        guard !state.withLock({ $0.isEnded }) else {
            throw .spec("this world's spec is over: each spec has a world of its own")
        }
    }

    // MARK: The bot's life

    /// The bot, started if it is not running yet.
    @discardableResult
    func started() async throws(LuaError) -> Bot {
        try requireAlive()
        if let running = state.withLock({ $0.running }) { return running.bot }
        return try await start()
    }

    private func start() async throws(LuaError) -> Bot {
        if state.withLock({ $0.address == nil }) {
            do {
                let address = try await sandbox.start()
                state.withLock { $0.address = address }
            } catch { throw .spec("the sandbox did not start: \(error)") }
        }
        var configuration = try await configuration()
        configuration.data = try dataFolder()
        configuration.drain = 0
        configuration.clock = clock
        configuration.restClock = HandRESTClock(clock: clock)
        configuration.reconnectsAtOnce = true
        let running = RunningBot(Bot(configuration, observer: record))
        let before = record.now
        state.withLock { $0.running = running }
        let bell = bell
        Task.detached {
            do throws(BotFailure) {
                try await running.bot.run()
                running.end.withLock { $0 = .success(()) }
            } catch { running.end.withLock { $0 = .failure(error) } }
            bell.ring()
        }
        do throws(LuaError) {
            try await pump("the bot did not start") {
                if running.hasEnded { return .reached }
                let standing = running.bot.standing
                guard standing.isLoaded else { return .mayStep }
                return standing.isReady && isQuiet(running.bot) ? .reached : .mayWait
            }
        } catch {
            await stop()
            throw error
        }
        guard let end = running.end.withLock({ $0 }) else { return running.bot }
        state.withLock { $0.running = nil }
        let failure = record.now.failures.dropFirst(before.failures.count).last
        guard let failure else {
            if case .failure(let reason) = end { throw .spec("the bot did not start: \(reason.description)") }
            throw .spec("the bot ended at once")
        }
        var error = LuaError(
            "LoadFailed", bases: [LuaError.rootName],
            "the bot did not load: \(failure.error.detail)\(Excerpt.text(failure.source, failure.error.cause?.line))")
        error.fields["file"] = failure.error.cause?.file.map { .string($0) } ?? .nil
        throw error
    }

    /// A project as its files are; anything else as a script alone.
    private func configuration() async throws(LuaError) -> BotConfiguration {
        let source = try source()
        guard case .path(let path)? = bot, Project.isProject(path) else {
            var configuration = BotConfiguration(api: sandbox.apiURL, token: sandbox.botToken, source: source)
            configuration.limits = settings.limits
            return configuration
        }
        do throws(PackError) {
            var configuration = try await BotConfiguration(path: path)
            configuration.api = sandbox.apiURL
            configuration.token = sandbox.botToken
            return configuration
        } catch { throw .spec("the project was not found: \(error)") }
    }

    private func dataFolder() throws(LuaError) -> String {
        if let known = state.withLock({ $0.data }) { return known }
        do throws(PackError) {
            let made = try SpecFolder.make()
            state.withLock { $0.data = made }
            return made
        } catch { throw .spec(error.detail) }
    }

    private func source() throws(LuaError) -> PackSource {
        if let known = state.withLock({ $0.source }) { return known }
        guard let bot else {
            throw .spec(
                "no bot is known for this spec: put the file into tests/ below the bot's folder, or say "
                    + "t.bot \"path\" or t.script[[ … ]] in it")
        }
        let source: PackSource
        do throws(PackError) {
            switch bot {
            case .path(let path): source = try PackSource(path: path)
            case .script(let text): source = try PackSource(path: try write(text))
            }
        } catch { throw .spec("the bot was not found: \(error)") }
        state.withLock { $0.source = source }
        return source
    }

    private func write(_ text: String) throws(PackError) -> String {
        let folder = try SpecFolder.make()
        state.withLock { $0.folder = folder }
        try SpecFolder.write(text, to: folder + "/bot.lua")
        return folder + "/bot.lua"
    }

    /// Ends the bot; its world stays.
    func stop() async {
        guard let running = state.withLock({ $0.running }) else { return }
        if !running.hasEnded { running.bot.stop() }
        try? await pump("the bot did not stop") { running.hasEnded ? .reached : .mayStep }
        state.withLock { $0.running = nil }
    }

    /// Ends everything and takes away what was made on disk.
    public func end() async {
        await stop()
        let (folders, hasStarted) = state.withLock { state in
            defer {
                state.isEnded = true
                state.folder = nil
                state.data = nil
            }
            return ([state.folder, state.data], state.address != nil)
        }
        if hasStarted { try? await sandbox.shutdown() }
        for folder in folders.compactMap({ $0 }) { SpecFolder.remove(folder) }
    }
}
