import CommandKit
import FluxerModel
import LuaRuntime
import PackHost
import Synchronization

/// The host as one pack sees it: what the pack says and asks for stays within its budget.
struct LimitedHost: BotHost {
    private let host: any BotHost
    private let budget: PackBudget

    init(_ host: any BotHost, _ budget: PackBudget) {
        self.host = host
        self.budget = budget
    }

    // MARK: Calls, in their turn

    private func gated<Value: Sendable>(
        isMessage: Bool = false, _ begin: @escaping @Sendable () -> Pending<Value>
    ) -> Pending<Value> {
        guard budget.boundsCalls else { return begin() }
        let begun = BegunCall<Value>()
        switch budget.admit(isMessage: isMessage, { begun.start(begin) }) {
        case .started, .waits: return begun.pending
        case .refused(let seconds):
            let error = LuaError(
                "RateLimited", bases: ["HTTPException", LuaError.rootName],
                "\(PackBudget.queueLimit) calls of the pack wait for their turn already: let it send less, or raise "
                    + "limits.messages and limits.rest",
                fields: ["retry_after": .double(seconds)])
            return Pending(failed: error)
        }
    }

    func createMessage(_ body: CreateMessage, in channel: ChannelID) -> Pending<Message> {
        gated(isMessage: true) { [host] in host.createMessage(body, in: channel) }
    }
    func editMessage(_ id: MessageID, in channel: ChannelID, _ body: EditMessage) -> Pending<Message> {
        gated { [host] in host.editMessage(id, in: channel, body) }
    }
    func deleteMessage(_ id: MessageID, in channel: ChannelID) -> Pending<Void> {
        gated { [host] in host.deleteMessage(id, in: channel) }
    }
    func triggerTyping(in channel: ChannelID) -> Pending<Void> {
        gated { [host] in host.triggerTyping(in: channel) }
    }
    func addReaction(_ emoji: Emoji, to message: MessageID, in channel: ChannelID) -> Pending<Void> {
        gated { [host] in host.addReaction(emoji, to: message, in: channel) }
    }
    func removeReaction(_ emoji: Emoji, of user: UserID?, from message: MessageID, in channel: ChannelID) -> Pending<
        Void
    > {
        gated { [host] in host.removeReaction(emoji, of: user, from: message, in: channel) }
    }
    func clearReactions(_ emoji: Emoji?, from message: MessageID, in channel: ChannelID) -> Pending<Void> {
        gated { [host] in host.clearReactions(emoji, from: message, in: channel) }
    }

    // MARK: Lines

    func log(_ level: LogLevel, pack: String, _ line: String) {
        guard let line = budget.line(line, dropped: { tell(pack, $0) }) else { return }
        host.log(level, pack: pack, line)
    }

    func report(_ error: LuaError, pack: Generation, during label: String, context: CommandContext?) {
        guard budget.line("", dropped: { tell(pack.source.name, $0) }) != nil else { return }
        host.report(error, pack: pack, during: label, context: context)
    }

    private func tell(_ pack: String, _ count: Int) {
        host.log(.warning, pack: pack, PackNotice.linesDropped(pack, count).text)
    }

    // MARK: The rest as it is

    var clock: any ScriptClock { host.clock }
    var registry: CommandRegistry { host.registry }
    var me: User? { host.me }
    var latency: Double? { host.latency }
    var isReady: Bool { host.isReady }
    var guilds: [Guild] { host.guilds }
    func guild(_ id: GuildID) -> Guild? { host.guild(id) }
    func channel(_ id: ChannelID) -> Channel? { host.channel(id) }
    func channels(of guild: GuildID) -> [Channel] { host.channels(of: guild) }
    func roles(of guild: GuildID) -> [Role] { host.roles(of: guild) }
    func user(_ id: UserID) -> User? { host.user(id) }
    func member(_ user: UserID, in guild: GuildID) -> Member? { host.member(user, in: guild) }
    func message(_ id: MessageID, in channel: ChannelID) -> Message? { host.message(id, in: channel) }
    func announce(_ event: BotEvent, from pack: String, needs capability: LuaCapability) {
        host.announce(event, from: pack, needs: capability)
    }
    func pass(_ call: Call, _ message: Message, to pack: String) { host.pass(call, message, to: pack) }
    func removeCommand(_ name: String, of pack: String) { host.removeCommand(name, of: pack) }
}

/// A call that begins in its turn. Where who waits for it gives up before, it never begins.
private final class BegunCall<Value: Sendable>: Sendable {
    private struct State {
        var begun: Pending<Value>?
        var done: (@Sendable (@escaping Pending<Value>.Answer) -> Void)?
        var isGivenUp = false
    }
    private let state = Mutex(State())

    func start(_ begin: () -> Pending<Value>) {
        guard !state.withLock({ $0.isGivenUp }) else { return }
        let begun = begin()
        let done = state.withLock { state in
            state.begun = begun
            defer { state.done = nil }
            return state.done
        }
        if let done { begun.whenDone(done) }
    }

    var pending: Pending<Value> {
        Pending { done in
            let (begun, isOver) = self.state.withLock { state in
                if state.begun == nil, !state.isGivenUp { state.done = done }
                return (state.begun, state.isGivenUp)
            }
            if let begun { begun.whenDone(done) } else if isOver { done { throw CancellationError() } }
        } onCancel: {
            let (begun, done) = self.state.withLock { state in
                state.isGivenUp = true
                defer { state.done = nil }
                return (state.begun, state.done)
            }
            begun?.onCancel()
            done? { throw CancellationError() }
        }
    }
}
