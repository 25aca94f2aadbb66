import BotBindings
import FluxerCache
import FluxerGateway
import FluxerModel
import FluxerREST
import LuaRuntime
import PackHost
import Synchronization

/// The bot's side of the bindings: caches, REST, gateway, and who hears of errors.
final class BotWorld: BotHost {
    let cache = Cache()
    let rest: RESTClient
    let gateway: Gateway
    let clock: any ScriptClock
    private let observer: any BotObserver
    private let readiness = Atomic(false)

    init(_ configuration: BotConfiguration, observer: any BotObserver) {
        self.observer = observer
        clock = configuration.clock
        let rest = RESTClient(
            configuration: RESTConfiguration(baseURL: configuration.api, token: configuration.token))
        self.rest = rest
        gateway = Gateway(
            url: {
                do { return try await rest.gatewayBot().url } catch let error as RESTError where error.kind == .unauthorized {
                    throw GatewayError(
                        code: .tokenRefused,
                        description: "the server refused the token (401): set FLUXER_TOKEN to the bot's token as it was shown when it was made")
                }
            },
            configuration: GatewayConfiguration(token: configuration.token), logger: configuration.logger)
    }

    func shutDown() async { await rest.shutdown() }

    func becameReady() { readiness.store(true, ordering: .releasing) }

    /// Asks which guilds there are; false where that cannot be had.
    func listGuilds() async -> Bool {
        do {
            cache.expectGuilds(try await rest.currentUserGuilds().map(\.id))
            return true
        } catch {
            return false
        }
    }

    // MARK: Caches

    var me: User? { cache.me }
    var latency: Double? { gateway.latency.map { Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18 } }
    var isReady: Bool { readiness.load(ordering: .acquiring) }
    var guilds: [Guild] { cache.guilds }
    func guild(_ id: GuildID) -> Guild? { cache.guild(id) }
    func channel(_ id: ChannelID) -> Channel? { cache.channel(id) }
    func channels(of guild: GuildID) -> [Channel] { cache.channels(of: guild) }
    func roles(of guild: GuildID) -> [Role] { cache.roles(of: guild) }
    func user(_ id: UserID) -> User? { cache.user(id) }
    func member(_ user: UserID, in guild: GuildID) -> Member? { cache.member(user, in: guild) }
    func message(_ id: MessageID, in channel: ChannelID) -> Message? { cache.message(id, in: channel) }

    // MARK: Calls

    func createMessage(_ body: CreateMessage, in channel: ChannelID) -> Pending<Message> {
        let call = rest.createMessage(body, in: channel)
        let cache = cache
        return Pending {
            let message = try await call.value()
            // REST messages carry no guild: the channel knows it.
            guard message.fields.guildID == nil, let guild = cache.channel(channel)?.guildID else { return message }
            return message.with { $0.guildID = guild }
        }
    }

    func editMessage(_ id: MessageID, in channel: ChannelID, _ body: EditMessage) -> Pending<Message> {
        let call = rest.editMessage(id, in: channel, body)
        return Pending { try await call.value() }
    }

    func deleteMessage(_ id: MessageID, in channel: ChannelID) -> Pending<Void> {
        let call = rest.deleteMessage(id, in: channel)
        return Pending { try await call.value() }
    }

    func triggerTyping(in channel: ChannelID) -> Pending<Void> {
        let call = rest.triggerTyping(in: channel)
        return Pending { try await call.value() }
    }

    func addReaction(_ emoji: Emoji, to message: MessageID, in channel: ChannelID) -> Pending<Void> {
        let call = rest.addReaction(emoji, to: message, in: channel)
        return Pending { try await call.value() }
    }

    func removeReaction(_ emoji: Emoji, of user: UserID?, from message: MessageID, in channel: ChannelID) -> Pending<Void> {
        let call = rest.removeReaction(emoji, of: user, from: message, in: channel)
        return Pending { try await call.value() }
    }

    func clearReactions(_ emoji: Emoji?, from message: MessageID, in channel: ChannelID) -> Pending<Void> {
        let call = rest.clearReactions(emoji, from: message, in: channel)
        return Pending { try await call.value() }
    }

    // MARK: What people see

    func log(_ level: LogLevel, pack: String, _ line: String) { observer.log(level, pack: pack, line) }

    func report(_ error: LuaError, pack: Generation, during label: String, context: CommandContext?) {
        var reference = ErrorReference.make()
        if case .string(let known)? = error.fields["id"] { reference = known }
        var source: [(line: Int, text: String)] = []
        if let file = error.file, let line = error.line { source = pack.source.excerpt(file, line: line) ?? [] }
        observer.raised(
            ErrorCard(
                reference: reference, pack: pack.source.name, generation: pack.number, label: label,
                message: error.message, file: error.file, line: error.line, source: source, traceback: error.traceback,
                calledWith: context?.message.content))
    }
}

extension RESTError: LuaErrorConvertible {
    /// The tree of discord.py: HTTPException with Forbidden, NotFound and others below it.
    public var luaError: LuaError {
        let (name, bases): (String, [String]) =
            switch kind {
            case .unauthorized: ("Unauthorized", ["HTTPException"])
            case .forbidden: ("Forbidden", ["HTTPException"])
            case .notFound: ("NotFound", ["HTTPException"])
            case .rateLimited: ("RateLimited", ["HTTPException"])
            case .server: ("ServerError", ["HTTPException"])
            default: ("HTTPException", [])
            }
        var fields: [String: LuaValue] = [:]
        if let status { fields["status"] = .int(Int64(status)) }
        if let code { fields["code"] = .string(code) }
        fields["method"] = .string("\(method)")
        fields["path"] = .string(path)
        return LuaError(name, bases: bases + [LuaError.rootName], description, fields: fields, underlying: self)
    }
}
