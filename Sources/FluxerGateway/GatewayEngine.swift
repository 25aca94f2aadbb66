import Logging
import NIOCore
import NIOSSL

/// Does what the session machine decides. Lives on one event loop, where it receives, sends, and keeps its one timer, so
/// that a heartbeat waits for no actor and no script.
final class GatewayEngine: SocketDelegate {
    private let eventLoop: any EventLoop
    private let clock: any GatewayClock
    private let logger: Logger
    private let status: GatewayStatus
    private let deliver: @Sendable (GatewayUpdate) -> Void
    private let requests: AsyncStream<AddressRequest>.Continuation
    private let finished: EventLoopPromise<GatewayError?>
    private let tlsConfiguration: TLSConfiguration?
    private var configuration: GatewayConfiguration

    private var machine: SessionMachine
    private var timer: (at: Double, id: Int, wait: GatewayTimer)?
    private var timers = 0
    private var serial = 0
    private var request: AddressRequest?
    private var handshake: Handshake?
    private var socket: SocketHandler?
    private var lastSocketClosed: EventLoopFuture<Void>?
    private var tls: NIOSSLContext?
    private var commands: [Int: Command] = [:]
    private var commandCount = 0
    /// When IDENTIFY or RESUME went out: its answer gives the first latency.
    private var greetedAt: Double?

    private struct Command {
        let bytes: [UInt8]
        let done: @Sendable (Result<Void, GatewayError>) -> Void
    }

    struct Parts: Sendable {
        var clock: any GatewayClock
        var logger: Logger
        var status: GatewayStatus
        var configuration: GatewayConfiguration
        var tlsConfiguration: TLSConfiguration?
        var random: GatewayRandom
        var requests: AsyncStream<AddressRequest>.Continuation
        var finished: EventLoopPromise<GatewayError?>
    }

    init(_ parts: Parts, on eventLoop: any EventLoop, deliver: @escaping @Sendable (GatewayUpdate) -> Void) {
        self.eventLoop = eventLoop
        self.deliver = deliver
        clock = parts.clock
        logger = parts.logger
        status = parts.status
        configuration = parts.configuration
        tlsConfiguration = parts.tlsConfiguration
        requests = parts.requests
        finished = parts.finished
        machine = SessionMachine(random: parts.random, startUpQuiet: parts.configuration.startUpQuiet)
        machine.policy.isAtOnce = parts.configuration.reconnectsAtOnce
    }

    // MARK: The owner

    func start() { perform(machine.start(at: clock.now)) }

    func stop() { perform(machine.stop(at: clock.now)) }

    func renew(reason: String) { perform(machine.renew(reason: reason, at: clock.now)) }

    func startUpCompleted() { machine.startUpCompleted() }

    func remember(_ presence: GatewayPresence?) { configuration.presence = presence }

    func command(_ bytes: [UInt8], done: @escaping @Sendable (Result<Void, GatewayError>) -> Void) {
        commandCount += 1
        commands[commandCount] = Command(bytes: bytes, done: done)
        perform(machine.command(commandCount, at: clock.now))
    }

    // MARK: The attempt

    /// The answer to an address request.
    func located(serial: Int, _ result: Result<String, any Error>) {
        guard serial == self.serial, request != nil else { return }
        request = nil
        switch result {
        case .failure(let error as GatewayError) where error.isFatal:
            perform(machine.configurationFailed(error))
        case .failure(let error):
            connectFailed("no gateway address: \(error)")
        case .success(let text):
            switch GatewayEndpoint.parse(text) {
            case .failure(let malformed):
                connectFailed("the gateway address '\(text)' cannot be used: \(malformed.reason)")
            case .success(let endpoint):
                open(endpoint)
            }
        }
    }

    private func open(_ endpoint: GatewayEndpoint) {
        do {
            if endpoint.isSecure, tls == nil {
                tls = try NIOSSLContext(configuration: tlsConfiguration ?? .makeClientConfiguration())
            }
        } catch {
            return connectFailed("TLS cannot be set up: \(error)")
        }
        machine.located(at: clock.now)
        let attempt = Handshake(endpoint, on: eventLoop, delegate: self) { [weak self] in self?.handshakeEnded($0) }
        handshake = attempt
        attempt.start(tls: endpoint.isSecure ? tls : nil)
        perform([])
    }

    private func handshakeEnded(_ result: Result<SocketHandler, Handshake.Failure>) {
        handshake = nil
        switch result {
        case .failure(let failure):
            connectFailed(failure.reason)
        case .success(let socket):
            self.socket = socket
            lastSocketClosed = socket.closeFuture
            perform(machine.connected(at: clock.now))
        }
    }

    private func connectFailed(_ reason: String) {
        perform(machine.connectFailed(oneLine(reason, limit: 300), at: clock.now))
    }

    // MARK: The socket

    func socketReceived(_ message: ByteBuffer) {
        let now = clock.now
        let bytes = Array(buffer: message)
        do {
            let (frame, data) = try IncomingFrame.read(bytes)
            let payload = Payload(frame: frame, bytes: bytes, data: data ?? 0..<0, receivedAt: now)
            perform(machine.received(frame, at: now), payload)
            if frame.op == IncomingFrame.Op.heartbeatAck, let latency = machine.heartbeat?.latency {
                status.update { $0.latency = latency }
            }
        } catch {
            status.update { $0.counters.malformedFrames += 1 }
            logger.debug(
                "gateway frame that is no payload",
                metadata: ["bytes": "\(bytes.count)", "error": "\(error)"])
            perform(machine.receivedGarbage(at: now))
        }
    }

    func socketClosed(code: UInt16?, reason: String) {
        socket = nil
        perform(machine.closed(code: code, reason: oneLine(reason), at: clock.now))
    }

    func socketBroken(code: UInt16, reason: String) {
        perform(machine.brokenOff(reason, code: code, at: clock.now))
    }

    // MARK: Doing

    private struct Payload {
        let frame: IncomingFrame
        let bytes: [UInt8]
        let data: Range<Int>
        let receivedAt: Double
    }

    private func perform(_ actions: [SessionMachine.Action], _ payload: Payload? = nil) {
        for action in actions {
            switch action {
            case .connect(_, let refresh): connect(refresh: refresh)
            case .send(let outgoing): send(outgoing)
            case .deliver: if let payload { hand(over: payload) }
            case .skipRepeated: status.update { $0.counters.repeatedEvents += 1 }
            case .drop(let code): drop(code)
            case .notice(let notice): tell(notice)
            case .refuse(let id, let error): commands.removeValue(forKey: id)?.done(.failure(error))
            case .finish(let error): finish(error)
            }
        }
        arm()
    }

    private func connect(refresh: Bool) {
        serial += 1
        status.update { $0.counters.attempts += 1 }
        let wish = AddressRequest(serial: serial, refresh: refresh)
        request = wish
        requests.yield(wish)
    }

    private func send(_ outgoing: SessionMachine.Outgoing) {
        switch outgoing {
        case .heartbeat(let sequence):
            socket?.send(Payloads.heartbeat(sequence: sequence))
        case .identify:
            greetedAt = clock.now
            socket?.send(Payloads.identify(configuration))
        case .resume(let session, let sequence):
            greetedAt = clock.now
            socket?.send(Payloads.resume(token: configuration.token, session: session, sequence: sequence))
        case .command(let id):
            guard let command = commands.removeValue(forKey: id) else { return }
            socket?.send(command.bytes)
            command.done(.success(()))
        }
    }

    private func hand(over payload: Payload) {
        guard let name = payload.frame.event else { return }
        deliver(
            .dispatch(
                GatewayDispatch(
                    name: name, sequence: payload.frame.sequence, receivedAt: payload.receivedAt,
                    frame: payload.bytes, range: payload.data)))
        machine.delivered(payload.frame.sequence)
    }

    private func drop(_ code: UInt16) {
        request?.cancel()
        request = nil
        handshake?.abandon()
        handshake = nil
        socket?.close(code: code)
        socket = nil
    }

    private func tell(_ notice: GatewayNotice) {
        switch notice {
        case .ready, .resumed:
            let now = clock.now
            let sent = greetedAt
            greetedAt = nil
            status.update { values in
                if values.latency == nil, let sent { values.latency = now - sent }
                if case .resumed(_, let gap) = notice { values.counters.missingEvents += gap }
            }
        case .disconnected(let end):
            status.update { $0.counters.losses += 1 }
            logger.debug(
                "gateway connection lost",
                metadata: [
                    "code": "\(end.code.map(String.init) ?? "none")", "reason": "\(end.reason)",
                    "retryAfterMS": "\(end.retryAfter.rounded())", "resume": "\(end.willResume)",
                ])
        case .connecting, .connected, .fatal:
            break
        }
        deliver(.notice(notice))
    }

    private func finish(_ error: GatewayError?) {
        timer?.wait.cancel()
        timer = nil
        requests.finish()
        let finished = finished
        guard let closed = lastSocketClosed else { return finished.succeed(error) }
        closed.whenComplete { _ in finished.succeed(error) }
    }

    // MARK: The timer

    /// One timer for all that the machine waits for. A deadline that moves away is left to fire early and is set anew
    /// then: an event must not cost a timer.
    private func arm() {
        guard let deadline = machine.deadline else {
            timer?.wait.cancel()
            timer = nil
            return
        }
        if let timer, timer.at <= deadline { return }
        timer?.wait.cancel()
        timers += 1
        let id = timers
        let eventLoop = eventLoop
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let wait = clock.schedule(at: deadline) {
            eventLoop.execute { bound.value.timerFired(id) }
        }
        timer = (deadline, id, wait)
    }

    private func timerFired(_ id: Int) {
        guard timer?.id == id else { return }
        timer = nil
        perform(machine.timerFired(at: clock.now))
    }

    // MARK: Words from outside

    /// Text that may hold anything, even the token.
    private func oneLine(_ text: String, limit: Int = 123) -> String {
        let token = configuration.token
        return OneLine.of(token.isEmpty ? text : text.replacing(token, with: "…"), limit: limit)
    }
}
