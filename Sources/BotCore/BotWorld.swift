import BotBindings
import CommandKit
import FluxerCache
import FluxerGateway
import FluxerModel
import FluxerREST
import LuaRuntime
import PackHost
import Synchronization

/// The bot's side of the bindings: caches, REST, gateway, and who hears of errors.
final class BotWorld: BotHost {
    let cache: Cache
    let rest: RESTClient
    let gateway: Gateway
    let clock: any ScriptClock
    let registry: CommandRegistry
    private let packs: PackSet
    private let observer: any BotObserver
    private let readiness = Atomic(false)

    init(_ configuration: BotConfiguration, packs: PackSet, observer: any BotObserver) {
        self.observer = observer
        self.packs = packs
        registry = CommandRegistry(options: configuration.options)
        clock = configuration.clock
        cache = Cache(limits: configuration.cache)
        let transport = KeepAliveTransport()
        let rest = RESTClient(
            RESTClient.Configuration(
                baseURL: configuration.api, token: BotToken(configuration.token), version: configuration.version,
                limits: configuration.restLimits),
            transport: transport, clock: configuration.restClock, logger: configuration.logger)
        self.rest = rest
        var connection = GatewayConfiguration(token: configuration.token)
        connection.reconnectsAtOnce = configuration.reconnectsAtOnce
        connection.ignoredEvents = configuration.ignoredEvents
        gateway = Gateway(
            url: {
                do { return try await rest.gatewayBot().url } catch let error as RESTError
                    where error.kind == .unauthorized
                {
                    throw GatewayError(
                        code: .tokenRefused,
                        description:
                            "the server refused the token (401): set FLUXER_TOKEN to the bot's token as it was shown when it was made"
                    )
                }
            },
            configuration: connection, logger: configuration.logger, eventLoopGroup: transport.eventLoop)
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
    var latency: Double? {
        gateway.latency.map { Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18 }
    }
    var isReady: Bool { readiness.load(ordering: .acquiring) }
    var guilds: [Guild] { cache.guilds }
    func guild(_ id: GuildID) -> Guild? { cache.guild(id) }
    func channel(_ id: ChannelID) -> Channel? { cache.channel(id) }
    func channels(of guild: GuildID) -> [Channel] { cache.channels(of: guild) }
    func roles(of guild: GuildID) -> [Role] { cache.roles(of: guild) }
    func user(_ id: UserID) -> User? { cache.user(id) }
    func member(_ user: UserID, in guild: GuildID) -> Member? { cache.member(user, in: guild) }
    func message(_ id: MessageID, in channel: ChannelID) -> Message? { cache.message(id, in: channel) }

    // MARK: Packs

    /// What a message is to the bot; bots' and webhooks' messages are no calls.
    func route(_ message: Message) -> CommandRegistry.Route {
        guard !message.author.isBot, message.webhookID == nil else { return .none }
        return registry.route(message.content, botID: me?.id)
    }

    func announce(_ event: BotEvent, from pack: String, needs capability: LuaCapability) {
        for other in packs.all where other.name != pack {
            guard other.configuration.capabilities?.contains(capability) ?? true else { continue }
            other.hand(event, isDroppable: false)
        }
    }

    func pass(_ call: Call, _ message: Message, to pack: String) {
        packs[pack]?.hand(
            Delivery(isDroppable: false) { state in
                guard let context = BotContext.find(state) else { return }
                CommandPipeline.handle(call, message, state, context, isPassedOn: true)
            })
    }

    func removeCommand(_ name: String, of pack: String) {
        packs[pack]?.pack.serving?.enqueue { _ = BotContext.find($0)?.removeCommand(name, in: $0) }
        registry.withdraw(name, of: pack)
    }

    // MARK: Calls

    /// Takes the call in at once, so that its place in the order is that of this call.
    private func begin<Value: Sendable>(
        _ request: () throws(ValidationError) -> RESTRequest,
        _ read: @escaping @Sendable (RESTResponse) throws -> Value
    ) -> Pending<Value> {
        do {
            let call = rest.enqueue(try request())
            // No task in between: the answer is read where it is wanted, on the script's thread.
            return Pending(
                whenDone: { done in call.whenSettled { outcome in done { try read(try outcome.get()) } } },
                onCancel: { call.cancel() })
        } catch {
            return Pending(
                failed: LuaError("ValueError", bases: [LuaError.rootName], "\(error)", underlying: error))
        }
    }

    private func begin(_ request: () throws(ValidationError) -> RESTRequest) -> Pending<Void> {
        begin(request) { _ in }
    }

    func createMessage(_ body: CreateMessage, in channel: ChannelID) -> Pending<Message> {
        let cache = cache
        return begin { () throws(ValidationError) in
            try .createMessage(channel, body)
        } _: { response in
            let message: Message = try response.decode()
            // REST messages carry no guild: the channel knows it.
            guard message.guildID == nil, let guild = cache.channel(channel)?.guildID else { return message }
            return message.with { $0.guildID = guild }
        }
    }

    func editMessage(_ id: MessageID, in channel: ChannelID, _ body: EditMessage) -> Pending<Message> {
        begin { () throws(ValidationError) in
            try .editMessage(channel, id, body)
        } _: {
            try $0.decode()
        }
    }

    func deleteMessage(_ id: MessageID, in channel: ChannelID) -> Pending<Void> {
        begin { () throws(ValidationError) in try .deleteMessage(channel, id) }
    }

    func triggerTyping(in channel: ChannelID) -> Pending<Void> {
        begin { () throws(ValidationError) in try .triggerTyping(channel) }
    }

    func addReaction(_ emoji: Emoji, to message: MessageID, in channel: ChannelID) -> Pending<Void> {
        begin { () throws(ValidationError) in try .addReaction(channel, message, emoji) }
    }

    func removeReaction(_ emoji: Emoji, of user: UserID?, from message: MessageID, in channel: ChannelID) -> Pending<
        Void
    > {
        begin { () throws(ValidationError) in try .removeReaction(channel, message, emoji, user: user) }
    }

    func clearReactions(_ emoji: Emoji?, from message: MessageID, in channel: ChannelID) -> Pending<Void> {
        begin { () throws(ValidationError) in try .clearReactions(channel, message, emoji: emoji) }
    }

    // MARK: What people see

    func log(_ level: LogLevel, pack: String, _ line: String) { observer.log(level, pack: pack, line) }

    func report(_ error: LuaError, pack: Generation, during label: String, context: CommandContext?) {
        var reference = ErrorReference.make()
        if case .string(let known)? = error.fields["id"] { reference = known }
        var source: [(line: Int, text: String)] = []
        if let file = error.file, let line = error.line { source = pack.excerpt(file, line: line) }
        // What the script raised, not that a command raised it.
        var message = error.message
        if case .string(let original)? = error.fields["original"] { message = original }
        observer.raised(
            ErrorCard(
                reference: reference, pack: pack.source.name, generation: pack.number, label: label,
                message: message, file: error.file, line: error.line, source: source, traceback: error.traceback,
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
        fields["status"] = .int(Int64(status))
        fields["code"] = .string(code)
        fields["method"] = .string(method)
        fields["path"] = .string(path)
        return LuaError(name, bases: bases + [LuaError.rootName], description, fields: fields, underlying: self)
    }
}
