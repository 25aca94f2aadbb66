import CommandKit
import FluxerModel
import LuaRuntime
import PackHost

/// What the bindings need of the bot around them: the caches as they are now, and calls to the platform.
///
/// Calls are made on the script's thread and answer at once with the work to wait for, so that two sends without a wait
/// between them keep their order.
public protocol BotHost: Sendable {
    var clock: any ScriptClock { get }
    /// The commands of all packs, and how the bot is set up.
    var registry: CommandRegistry { get }
    /// The bot's own user; nil before READY.
    var me: User? { get }
    /// Seconds between a heartbeat and its acknowledgement; nil before the first.
    var latency: Double? { get }
    var isReady: Bool { get }
    var guilds: [Guild] { get }
    func guild(_ id: GuildID) -> Guild?
    func channel(_ id: ChannelID) -> Channel?
    func channels(of guild: GuildID) -> [Channel]
    func roles(of guild: GuildID) -> [Role]
    func user(_ id: UserID) -> User?
    func member(_ user: UserID, in guild: GuildID) -> Member?
    func message(_ id: MessageID, in channel: ChannelID) -> Message?

    func createMessage(_ body: CreateMessage, in channel: ChannelID) -> Pending<Message>
    func editMessage(_ id: MessageID, in channel: ChannelID, _ body: EditMessage) -> Pending<Message>
    func deleteMessage(_ id: MessageID, in channel: ChannelID) -> Pending<Void>
    func triggerTyping(in channel: ChannelID) -> Pending<Void>
    func addReaction(_ emoji: Emoji, to message: MessageID, in channel: ChannelID) -> Pending<Void>
    /// `user` nil: the bot's own.
    func removeReaction(_ emoji: Emoji, of user: UserID?, from message: MessageID, in channel: ChannelID) -> Pending<
        Void
    >
    /// `emoji` nil: all of them.
    func clearReactions(_ emoji: Emoji?, from message: MessageID, in channel: ChannelID) -> Pending<Void>

    /// Hands an event to every other pack that hears it; those held to capabilities need `capability`.
    func announce(_ event: BotEvent, from pack: String, needs capability: LuaCapability)
    /// Hands a message that calls a command to the pack whose command it is.
    func pass(_ call: Call, _ message: Message, to pack: String)
    /// Takes a command of another pack away.
    func removeCommand(_ name: String, of pack: String)

    /// A line of a pack's log.
    func log(_ level: LogLevel, pack: String, _ line: String)
    /// An error that nobody handled, with what was running.
    func report(_ error: LuaError, pack: Generation, during label: String, context: CommandContext?)
}

/// Levels of a script's log.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    private var weight: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.weight < right.weight }
}

/// Work that was begun in order and can be waited for.
public struct Pending<Value: Sendable>: Sendable {
    /// Gives the value or its error.
    public typealias Answer = @Sendable () throws -> Value
    let whenDone: @Sendable (_ done: @escaping @Sendable (@escaping Answer) -> Void) -> Void
    let onCancel: @Sendable () -> Void

    /// - Parameters:
    ///   - whenDone: hears who waits; calls it once, on any thread, with what makes the value where it is wanted.
    ///   - onCancel: gives the work up.
    public init(
        whenDone: @escaping @Sendable (_ done: @escaping @Sendable (@escaping Answer) -> Void) -> Void,
        onCancel: @escaping @Sendable () -> Void
    ) {
        self.whenDone = whenDone
        self.onCancel = onCancel
    }

    /// Work that could not begin.
    public init(failed error: any Error) {
        self.init(whenDone: { done in done { throw error } }, onCancel: {})
    }

    /// Cancelling the waiting task gives the work up.
    public func value() async throws -> Value {
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                whenDone { continuation.resume(returning: $0) }
            }
        } onCancel: {
            onCancel()
        }
        return try answer()
    }

    /// Parks the calling coroutine until the work is done.
    func wait(_ push: @escaping @Sendable (Value) -> any LuaPushable & Sendable) -> LuaReturn {
        .wait(
            LuaOperation(starting: { done in
                whenDone { answer in done { push(try answer()) } }
                return onCancel
            }))
    }
}

extension Pending where Value == Void {
    func wait() -> LuaReturn { wait { _ in LuaNothing() } }
}

/// The capabilities of the architecture's table that bindings here name.
extension LuaCapability {
    static let send = LuaCapability("messages:send")
    /// Answering a command in its own channel while it runs: what every pack may, and no word of manifests.
    public static let answer = LuaCapability("answer")
    static let files = LuaCapability("fs:data")
    static let manageMessages = LuaCapability("messages:manage")
    static let reactions = LuaCapability("reactions")
    /// Global checks and hooks, other packs' commands and their errors.
    public static let allCommands = LuaCapability("commands:global")
}
