/// The gateway protocol without a socket: is told what happened, answers what to do, in order.
///
/// It spans connections: session id, sequence and back-off live here, one connection's heartbeat and send budget come and
/// go. After every call `deadline` says when `timerFired` wants to be called. Times are milliseconds of one clock. The
/// facts are those of gateway.md sections 1.6 to 1.14 and 4.2 and of gateway-observed.md.
struct SessionMachine: Sendable {
    enum Action: Equatable, Sendable {
        /// Find the address and open a socket; answer with `located`, then `connected` or `connectFailed`.
        case connect(attempt: Int, refreshAddress: Bool)
        case send(Outgoing)
        /// Hand the present frame's event over, then call `delivered`.
        case deliver
        /// The present frame's event came before: it is not handed over again.
        case skipRepeated
        /// Close the socket, or abandon the attempt, with this code. Nothing of it may be reported afterwards.
        case drop(code: UInt16)
        case notice(GatewayNotice)
        /// A command that waited will not be sent.
        case refuse(command: Int, GatewayError)
        /// `run` ends, without error after `stop`.
        case finish(GatewayError?)
    }

    enum Outgoing: Equatable, Sendable {
        case heartbeat(sequence: Int?)
        case identify
        case resume(session: String, sequence: Int)
        case command(Int)
    }

    enum Phase: Equatable, Sendable {
        case idle
        case waiting(until: Double)
        case locating(deadline: Double)
        case connecting(deadline: Double)
        case awaitingHello(deadline: Double)
        case identifying(deadline: Double)
        case resuming(deadline: Double)
        /// Op 9 came: IDENTIFY goes out on this socket after a pause.
        case invalidated(until: Double)
        case ready
        case ended
    }

    struct Session: Sendable {
        let id: String
        var ledger: ReplayLedger
        var startUp: StartUpWatch
        /// When the connection was lost, while it is.
        var lostAt: Double?
        /// Resumes in a row that the server, or its silence, ended.
        var failedResumes = 0
    }

    static let locateTimeout: Double = 30_000
    static let handshakeTimeout: Double = 20_000
    static let helloTimeout: Double = 20_000
    static let readyTimeout: Double = 60_000
    static let resumableFor: Double = 120_000
    static let mostFailedResumes = 3
    static let mostGarbage = 3
    static let mostCommandsWaiting = 100

    var phase = Phase.idle
    var session: Session?
    var heartbeat: HeartbeatMachine?
    var policy = ReconnectPolicy()
    var budget = SendBudget()
    var waitingCommands: [Int] = []
    var random: GatewayRandom
    let startUpQuiet: Double
    /// Frames in a row that were no payload.
    var garbage = 0
    /// Op 9s since the last READY.
    var invalidations = 0
    /// Attempts since a session last stood.
    var attempts = 0
    /// The address may be out of date: the last attempt got no connection.
    var refreshAddress = true
    /// The last moment at which the connection was known to work.
    var lastSignOfLife: Double = 0

    /// - Parameter startUpQuiet: milliseconds without a guild's arrival after which the start-up counts as complete.
    init(random: GatewayRandom, startUpQuiet: Double = 2_000) {
        self.random = random
        self.startUpQuiet = startUpQuiet
    }

    /// When `timerFired` is due; nil while nothing is waited for.
    var deadline: Double? {
        var earliest: Double? =
            switch phase {
            case .idle, .ready, .ended: nil
            case .waiting(let until), .invalidated(let until): until
            case .locating(let until), .connecting(let until), .awaitingHello(let until): until
            case .identifying(let until), .resuming(let until): until
            }
        if let beat = heartbeat?.deadline { earliest = min(earliest ?? beat, beat) }
        if !waitingCommands.isEmpty, phase == .ready {
            let free = budget.freeFrom(lastSignOfLife)
            earliest = min(earliest ?? free, free)
        }
        return earliest
    }

    // MARK: Life

    mutating func start(at now: Double) -> [Action] {
        guard phase == .idle else { return [] }
        return beginAttempt(at: now)
    }

    /// The owner wants to end: close code 1000 and no further attempt.
    mutating func stop(at now: Double) -> [Action] {
        guard phase != .ended else { return [] }
        phase = .ended
        heartbeat = nil
        return refuseCommands("the gateway client was closed") + [.drop(code: 1000), .finish(nil)]
    }

    /// The owner wants a new session, for one whose state can no longer be trusted.
    mutating func renew(reason: String, at now: Double) -> [Action] {
        switch phase {
        case .identifying, .resuming, .invalidated, .ready, .awaitingHello:
            return lose(reason: reason, verdict: .newSession, dropCode: 4000, at: now)
        case .idle, .waiting, .locating, .connecting:
            session = nil
            return []
        case .ended:
            return []
        }
    }

    /// Somebody who knows says that all guilds have come.
    mutating func startUpCompleted() { session?.startUp.completed() }

    // MARK: The attempt

    mutating func beginAttempt(at now: Double) -> [Action] {
        guard policy.begin(at: now) else {
            phase = .waiting(until: policy.allowedFrom(now))
            return []
        }
        attempts += 1
        phase = .locating(deadline: now + Self.locateTimeout)
        return [
            .notice(.connecting(attempt: attempts)), .connect(attempt: attempts, refreshAddress: refreshAddress),
        ]
    }

    /// The address is known; the handshake begins.
    mutating func located(at now: Double) {
        guard case .locating = phase else { return }
        phase = .connecting(deadline: now + Self.handshakeTimeout)
    }

    /// The WebSocket is open.
    mutating func connected(at now: Double) -> [Action] {
        switch phase {
        case .locating, .connecting:
            refreshAddress = false
            garbage = 0
            budget = SendBudget()
            lastSignOfLife = now
            phase = .awaitingHello(deadline: now + Self.helloTimeout)
        default:
            break
        }
        return []
    }

    /// There is no address, or no connection to it.
    mutating func connectFailed(_ reason: String, at now: Double) -> [Action] {
        switch phase {
        case .locating, .connecting:
            refreshAddress = true
            return lose(reason: reason, verdict: .resume, at: now)
        default:
            return []
        }
    }

    /// The address provider raised an error that no retry helps.
    mutating func configurationFailed(_ error: GatewayError) -> [Action] {
        guard phase != .ended else { return [] }
        phase = .ended
        heartbeat = nil
        return refuseCommands("the connection was lost") + [.drop(code: 4000), .notice(.fatal(error)), .finish(error)]
    }

    /// The peer closed, or the connection ended without a close frame (`code` nil).
    mutating func closed(code: UInt16?, reason: String, at now: Double) -> [Action] {
        var identifying = false
        var resuming = false
        switch phase {
        case .identifying: identifying = true
        case .resuming: resuming = true
        case .awaitingHello, .invalidated, .ready: break
        case .idle, .waiting, .locating, .connecting, .ended: return []
        }
        lastSignOfLife = now
        if resuming, let code, code >= 4000 || code == 1011 { session?.failedResumes += 1 }
        return lose(
            code: code, reason: reason, verdict: CloseVerdict(code: code, identifying: identifying), at: now)
    }

    // MARK: Time

    mutating func timerFired(at now: Double) -> [Action] {
        switch phase {
        case .idle, .ready, .ended:
            break
        case .waiting(let until):
            return now >= until ? beginAttempt(at: now) : []
        case .locating(let until):
            guard now >= until else { return [] }
            refreshAddress = true
            return lose(reason: "no gateway address within 30 s", verdict: .resume, dropCode: 4000, at: now)
        case .connecting(let until):
            guard now >= until else { return [] }
            refreshAddress = true
            return lose(reason: "no connection within 20 s", verdict: .resume, dropCode: 4000, at: now)
        case .awaitingHello(let until):
            guard now >= until else { return [] }
            refreshAddress = true
            return lose(reason: "no HELLO within 20 s", verdict: .resume, dropCode: 4000, at: now)
        case .identifying(let until):
            guard now >= until else { break }
            return lose(reason: "no READY within 60 s", verdict: .newSession, dropCode: 4000, at: now)
        case .resuming(let until):
            guard now >= until else { break }
            session?.failedResumes += 1
            return lose(reason: "no RESUMED within 60 s", verdict: .resume, dropCode: 4000, at: now)
        case .invalidated(let until):
            guard now >= until else { break }
            return identify(at: now) + beat(at: now)
        }
        return beat(at: now) + sendWaiting(at: now)
    }

    private mutating func beat(at now: Double) -> [Action] {
        switch heartbeat?.timerFired(at: now) {
        case nil, .wait:
            return []
        case .send:
            // A server that asks and asks may have used the budget up; then this beat is left out.
            guard budget.take(at: now, urgent: true) else { return [] }
            heartbeat?.beatSent(at: now)
            return [.send(.heartbeat(sequence: session?.ledger.sequence))]
        case .reconnect(let reason):
            if case .resuming = phase { session?.failedResumes += 1 }
            return lose(reason: reason, verdict: .resume, dropCode: 4000, at: now)
        }
    }

    // MARK: Commands of the owner

    /// A payload wants to go out. It goes at once, or waits for the send budget, or is refused.
    mutating func command(_ id: Int, at now: Double) -> [Action] {
        guard phase == .ready else {
            return [
                .refuse(command: id, GatewayError(code: .notConnected, description: "the gateway is not connected"))
            ]
        }
        if waitingCommands.isEmpty, budget.take(at: now, urgent: false) { return [.send(.command(id))] }
        guard waitingCommands.count < Self.mostCommandsWaiting else {
            let text = "\(Self.mostCommandsWaiting) gateway payloads already wait for the send limit (110 in 60 s)"
            return [.refuse(command: id, GatewayError(code: .tooManyPending, description: text))]
        }
        waitingCommands.append(id)
        return []
    }

    private mutating func sendWaiting(at now: Double) -> [Action] {
        var actions: [Action] = []
        while phase == .ready, let next = waitingCommands.first, budget.take(at: now, urgent: false) {
            waitingCommands.removeFirst()
            actions.append(.send(.command(next)))
        }
        return actions
    }

    /// None of the waiting commands will be sent.
    mutating func refuseCommands(_ reason: String) -> [Action] {
        defer { waitingCommands.removeAll() }
        let error = GatewayError(code: .notConnected, description: reason)
        return waitingCommands.map { .refuse(command: $0, error) }
    }
}
