import BotBindings
import BotCore
import FluxerModel
import FluxerSandbox
import LuaRuntime
import PackHost
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A bot on a sandbox of its own, in this process, over real sockets: for tests.
public final class BotHarness: Sendable {
    public let sandbox: Sandbox
    public let bot: Bot
    public let record: BotRecord
    /// The folder with `bot.lua` in it.
    public let folder: String
    private let running = Mutex<Task<BotFailure?, Never>?>(nil)

    /// Writes `script` as `bot.lua` into a fresh folder and starts server and bot.
    ///
    /// - Parameter configure: changes the bot's configuration before it starts.
    public init(
        _ script: String, sandbox settings: SandboxConfiguration? = nil,
        configure: (inout BotConfiguration) -> Void = { _ in }
    ) async throws {
        var template = Array("/tmp/moontide-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BotFailure(.failed, "no temporary folder") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.folder = folder
        try BotHarness.write(script, to: folder + "/bot.lua")
        var own = SandboxConfiguration()
        own.rateLimits = .off
        sandbox = Sandbox(configuration: settings ?? own)
        let address = try await sandbox.start()
        record = BotRecord()
        var configuration = BotConfiguration(
            api: address.apiURL, token: sandbox.botToken, source: try PackSource(path: folder + "/bot.lua"))
        configuration.drain = 1
        configuration.grace = 5
        configure(&configuration)
        bot = Bot(configuration, observer: record)
        let bot = bot
        running.withLock {
            $0 = Task {
                do throws(BotFailure) {
                    try await bot.run()
                    return nil
                } catch { return error }
            }
        }
    }

    /// Replaces a file of the pack, as an editor does: a new file moved over the old one.
    public func save(_ text: String, as name: String = "bot.lua") throws {
        try BotHarness.write(text, to: folder + "/" + name + "~")
        guard rename(folder + "/" + name + "~", folder + "/" + name) == 0 else {
            throw BotFailure(.failed, "\(name) could not be saved")
        }
    }

    /// Waits until the bot is connected and knows its guilds.
    public func ready() async {
        await record.wait { $0.connections.contains { $0.hasPrefix("ready") } }
    }

    /// Says something as a user, and waits for the bot's reply to it.
    public func ask(_ text: String, as name: String? = nil, in channel: String = "general") async throws -> Message {
        // Listens before it speaks: the reply may be there before the call returns.
        let events = sandbox.events()
        let asked = try say(text, as: name, in: channel)
        for await event in events {
            if case .messageCreated(let message) = event, message.fields.reference?.messageID == asked.fields.id {
                return message
            }
        }
        throw BotFailure(.failed, "no reply to \(text)")
    }

    /// Says something as a user.
    public func say(_ text: String, as name: String? = nil, in channel: String = "general") throws -> Message {
        guard let user = name.map({ sandbox.user(named: $0) }) ?? sandbox.users.first,
            let place = sandbox.channel(named: channel)
        else { throw BotFailure(.failed, "no such user or channel") }
        return try sandbox.say(as: user.id, in: place.id, text)
    }

    /// Waits until the bot has ended by itself.
    public func finished() async { _ = await running.withLock { $0 }?.value }

    /// Ends bot and server, removes the folder; answers what `run` ended with.
    @discardableResult
    public func end() async -> BotFailure? {
        bot.stop()
        let task = running.withLock { $0 }
        let failure = await task?.value
        try? await sandbox.shutdown()
        for name in ["bot.lua", "bot.lua~", "words.lua"] { unlink(folder + "/" + name) }
        rmdir(folder)
        return failure
    }

    private static func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw BotFailure(.failed, "\(path) cannot be written") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc_write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent)
            }
            guard count > 0 else { throw BotFailure(.failed, "\(path) cannot be written") }
            sent += count
        }
    }
}

private func Glibc_write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// Everything a bot told its observer, in order.
public final class BotRecord: BotObserver {
    public struct Contents: Sendable {
        public var reports: [PackReport] = []
        public var failures: [(error: PackError, source: [(line: Int, text: String)], isServing: Bool)] = []
        public var cards: [ErrorCard] = []
        public var lines: [String] = []
        public var connections: [String] = []
        var waiting: [(condition: @Sendable (Contents) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let contents = Mutex(Contents())

    public init() {}

    /// What has been told so far.
    public var now: Contents { contents.withLock { $0 } }

    /// Waits until what was told fulfils the condition.
    public func wait(until condition: @escaping @Sendable (Contents) -> Bool) async {
        await withCheckedContinuation { continuation in
            let holds = contents.withLock { contents -> Bool in
                if condition(contents) { return true }
                contents.waiting.append((condition, continuation))
                return false
            }
            if holds { continuation.resume() }
        }
    }

    private func add(_ change: (inout Contents) -> Void) {
        let woken = contents.withLock { contents -> [CheckedContinuation<Void, Never>] in
            change(&contents)
            let snapshot = contents
            let ready = contents.waiting.filter { $0.condition(snapshot) }
            contents.waiting.removeAll { $0.condition(snapshot) }
            return ready.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    public func loaded(_ report: PackReport) { add { $0.reports.append(report) } }
    public func failed(_ error: PackError, source: [(line: Int, text: String)], isServing: Bool) {
        add { $0.failures.append((error, source, isServing)) }
    }
    public func raised(_ card: ErrorCard) { add { $0.cards.append(card) } }
    public func log(_ level: LogLevel, pack: String, _ line: String) {
        add { $0.lines.append("\(level.rawValue): \(line)") }
    }
    public func connection(_ line: String, isProblem: Bool) { add { $0.connections.append(line) } }
}
