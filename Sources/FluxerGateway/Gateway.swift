import JSON
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A bot's connection to a Fluxer gateway, kept up for as long as `run` runs.
///
/// ```swift
/// let gateway = Gateway(url: { try await rest.gatewayAddress() }, configuration: .init(token: token))
/// try await gateway.run { update in
///     switch update {
///     case .dispatch(let event): cache.apply(event)      // in gateway order
///     case .notice(let notice): report(notice)
///     }
/// }
/// ```
///
/// One object is one session after another of one shard, and runs once.
public final class Gateway: Sendable {
    private enum Life {
        case idle
        case starting
        case running(NIOLoopBound<GatewayEngine>)
        case closed
    }

    private let address: @Sendable () async throws -> String
    private let configuration: GatewayConfiguration
    private let tlsConfiguration: TLSConfiguration?
    private let eventLoop: any EventLoop
    private let clock: any GatewayClock
    private let random: GatewayRandom
    private let logger: Logger
    private let status = GatewayStatus()
    private let life = Mutex(Life.idle)
    private let knownAddress = Mutex<String?>(nil)

    /// - Parameters:
    ///   - url: gives the address (`ws://` or `wss://`, without parameters), normally `GET /gateway/bot`'s. It is asked at
    ///     the start and whenever an attempt found no connection. An error it raises counts as a failed attempt; a
    ///     `GatewayError` with `isFatal` ends `run`. It is cancelled after 30 s.
    ///   - configuration: the token, and what IDENTIFY says.
    ///   - clock: the protocol's time; nil is the machine's.
    ///   - logger: hears nothing above `debug`; the notices tell the rest.
    ///   - eventLoopGroup: one of its loops carries this connection, its timer and `deliver`.
    ///   - tlsConfiguration: for `wss` addresses; nil is the machine's usual trust.
    ///   - random: jitter and heartbeat phase.
    public init(
        url: @escaping @Sendable () async throws -> String,
        configuration: GatewayConfiguration,
        clock: (any GatewayClock)? = nil,
        logger: Logger = Logger(label: "moontide.gateway"),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        tlsConfiguration: TLSConfiguration? = nil,
        random: GatewayRandom = GatewayRandom()
    ) {
        address = url
        self.configuration = configuration
        self.tlsConfiguration = tlsConfiguration
        eventLoop = eventLoopGroup.next()
        self.clock = clock ?? EventLoopClock(eventLoop: eventLoop)
        self.random = random
        self.logger = logger
    }

    /// The round trip of the last heartbeat, before the first one that of IDENTIFY; nil before READY.
    public var latency: Duration? {
        status.read().latency.map { .nanoseconds(Int64(min(max($0, 0), 1e9) * 1_000_000)) }
    }

    public var counters: GatewayCounters { status.read().counters }

    /// Connects, and stays connected until `close`, cancellation of the task, or an error that no retry helps.
    ///
    /// - Parameter deliver: is called on the event loop, in the order of the gateway, and never twice at a time. An event
    ///   is acknowledged to the server once the call has returned. While it runs nothing is received and no heartbeat is
    ///   sent: it hands over and returns.
    /// - Throws: the error whose notice `fatal` came last, or `alreadyRunning`, or `configuration`.
    public func run(_ deliver: @escaping @Sendable (GatewayUpdate) -> Void) async throws(GatewayError) {
        let size = Payloads.identify(configuration).count
        guard size <= Payloads.largest else {
            throw GatewayError(
                code: .configuration,
                description: "IDENTIFY would have \(size) bytes, a server accepts 4096: shorten `ignored_events`")
        }
        guard try claim() else { return }

        let (requests, wishes) = AsyncStream.makeStream(of: AddressRequest.self)
        let finished = eventLoop.makePromise(of: GatewayError?.self)
        let parts = GatewayEngine.Parts(
            clock: clock, logger: logger, status: status, configuration: configuration,
            tlsConfiguration: tlsConfiguration, random: random, requests: wishes, finished: finished)
        let eventLoop = eventLoop
        eventLoop.execute {
            let engine = GatewayEngine(parts, on: eventLoop, deliver: deliver)
            let isWanted = self.life.withLock { life in
                guard case .starting = life else { return false }
                life = .running(NIOLoopBound(engine, eventLoop: eventLoop))
                return true
            }
            if isWanted { engine.start() } else { engine.stop() }
        }

        let end: Result<GatewayError?, any Error> = await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await request in requests {
                    group.addTask { await self.answer(request) }
                }
                group.cancelAll()
            }
            // Ends soon after: the stream of wishes ends with the engine, or with this task.
            return await Self.outcome(of: finished.futureResult)
        } onCancel: {
            close()
        }
        life.withLock { $0 = .closed }
        switch end {
        case .success(nil): return
        case .success(let error?): throw error
        case .failure(let error):
            throw GatewayError(code: .configuration, description: "the event loop ended under the gateway: \(error)")
        }
    }

    private static func outcome(of future: EventLoopFuture<GatewayError?>) async -> Result<GatewayError?, any Error> {
        do { return .success(try await future.get()) } catch { return .failure(error) }
    }

    /// Whether `run` may go on; false after `close`.
    private func claim() throws(GatewayError) -> Bool {
        let claimed: Bool? = life.withLock { life in
            switch life {
            case .idle:
                life = .starting
                return true
            case .closed:
                return false
            case .starting, .running:
                return nil
            }
        }
        guard let claimed else {
            throw GatewayError(code: .alreadyRunning, description: "this gateway client is running already")
        }
        return claimed
    }

    private func answer(_ request: AddressRequest) async {
        let known = request.refresh ? nil : knownAddress.withLock { $0 }
        let result: Result<String, any Error>
        if let known { result = .success(known) } else { result = await request.run(address) }
        if case .success(let text) = result { knownAddress.withLock { $0 = text } }
        let serial = request.serial
        withEngine { $0.located(serial: serial, result) }
    }

    // MARK: While it runs

    /// Closes with code 1000; `run` returns when the socket is closed. Before `run`: there will be none.
    public func close() {
        let engine = life.withLock { life -> NIOLoopBound<GatewayEngine>? in
            defer { life = .closed }
            if case .running(let engine) = life { return engine }
            return nil
        }
        guard let engine else { return }
        eventLoop.execute { engine.value.stop() }
    }

    /// All guilds of the session have come: from now on a lost connection is resumed, whatever the quiet time says.
    public func startUpCompleted() {
        withEngine { $0.startUpCompleted() }
    }

    /// Gives the session up and identifies anew, on a new socket and with the usual back-off: the guilds come again.
    /// - Parameter reason: one line for the notice.
    public func startNewSession(reason: String) {
        withEngine { $0.renew(reason: reason) }
    }

    /// Shows a status, now and in every later IDENTIFY.
    public func setPresence(_ presence: GatewayPresence) async throws(GatewayError) {
        withEngine { $0.remember(presence) }
        try await send(Payloads.presence(presence))
    }

    /// Sends a payload of the caller's, for ops 3, 4, 8, 14 and later ones. Returns when it went to the socket, which is
    /// later where the limit of 110 payloads in 60 s is used up.
    /// - Parameter data: writes the value of `d`, exactly one.
    /// - Throws: `payloadTooLarge`, `notConnected`, `tooManyPending`. Nothing was sent then.
    public func send(op: Int, data: (inout JSONWriter) -> Void) async throws(GatewayError) {
        try await send(Payloads.payload(op: op, data))
    }

    private func send(_ bytes: [UInt8]) async throws(GatewayError) {
        guard bytes.count <= Payloads.largest else {
            throw GatewayError(
                code: .payloadTooLarge,
                description: "a gateway payload of \(bytes.count) bytes was not sent: a server accepts 4096 at most")
        }
        guard case .running(let engine) = life.withLock({ $0 }) else {
            throw GatewayError(code: .notConnected, description: "the gateway is not connected")
        }
        let result = await withCheckedContinuation {
            (waiting: CheckedContinuation<Result<Void, GatewayError>, Never>) in
            eventLoop.execute { engine.value.command(bytes) { waiting.resume(returning: $0) } }
        }
        try result.get()
    }

    private func withEngine(_ body: @escaping @Sendable (GatewayEngine) -> Void) {
        guard case .running(let engine) = life.withLock({ $0 }) else { return }
        eventLoop.execute { body(engine.value) }
    }
}
