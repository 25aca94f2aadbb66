/// What the machine needs to know of a frame; the event's data stay with the driver.
struct IncomingFrame: Equatable, Sendable {
    enum Op {
        static let dispatch = 0
        static let heartbeat = 1
        static let reconnect = 7
        static let invalidSession = 9
        static let hello = 10
        static let heartbeatAck = 11
    }

    var op: Int
    var sequence: Int?
    var event: String?
    /// HELLO's, in milliseconds.
    var heartbeatInterval: Double?
    /// READY's.
    var sessionID: String?
    /// Op 9's data; no server is known to send true.
    var resumable = false

    init(
        op: Int, sequence: Int? = nil, event: String? = nil, heartbeatInterval: Double? = nil, sessionID: String? = nil,
        resumable: Bool = false
    ) {
        self.op = op
        // A number that no server can have reached is none: it must not become the one that resume asks for.
        self.sequence = sequence.flatMap { (1...(1 << 53)).contains($0) ? $0 : nil }
        self.event = event
        self.heartbeatInterval = heartbeatInterval
        self.sessionID = sessionID
        self.resumable = resumable
    }
}

extension SessionMachine {
    /// One well-formed payload.
    mutating func received(_ frame: IncomingFrame, at now: Double) -> [Action] {
        switch phase {
        case .idle, .waiting, .locating, .connecting, .ended: return []
        case .awaitingHello, .identifying, .resuming, .invalidated, .ready: break
        }
        lastSignOfLife = now
        garbage = 0
        switch frame.op {
        case IncomingFrame.Op.dispatch: return dispatched(frame, at: now)
        case IncomingFrame.Op.heartbeat: return askedForBeat(at: now)
        case IncomingFrame.Op.heartbeatAck:
            heartbeat?.acknowledged(at: now)
            return []
        case IncomingFrame.Op.reconnect:
            return lose(reason: "the server asked for a reconnect (op 7)", verdict: .resume, dropCode: 4000, at: now)
        case IncomingFrame.Op.invalidSession: return invalidated(frame, at: now)
        case IncomingFrame.Op.hello: return helloReceived(frame, at: now)
        default: return []
        }
    }

    /// A frame that is no payload. Three in a row mean that the two ends no longer understand each other.
    mutating func receivedGarbage(at now: Double) -> [Action] {
        switch phase {
        case .idle, .waiting, .locating, .connecting, .ended: return []
        case .awaitingHello, .identifying, .resuming, .invalidated, .ready: break
        }
        lastSignOfLife = now
        garbage += 1
        guard garbage >= Self.mostGarbage else { return [] }
        return brokenOff("the server sent \(garbage) frames in a row that are no JSON payload", code: 4002, at: now)
    }

    /// The socket broke the rules of WebSocket, or sent a message beyond the limit; `code` is what it is closed with.
    mutating func brokenOff(_ reason: String, code: UInt16, at now: Double) -> [Action] {
        switch phase {
        case .idle, .waiting, .locating, .connecting, .ended: return []
        case .resuming: session?.failedResumes += 1
        case .awaitingHello, .identifying, .invalidated, .ready: break
        }
        lastSignOfLife = now
        return lose(reason: reason, verdict: .resume, dropCode: code, at: now)
    }

    private mutating func helloReceived(_ frame: IncomingFrame, at now: Double) -> [Action] {
        guard case .awaitingHello = phase else { return [] }
        heartbeat = HeartbeatMachine(interval: frame.heartbeatInterval, at: now, using: &random)
        return [.notice(.connected)] + resumeOrIdentify(at: now)
    }

    private mutating func askedForBeat(at now: Double) -> [Action] {
        guard heartbeat != nil, budget.take(at: now, urgent: true) else { return [] }
        heartbeat?.beatSent(at: now)
        return [.send(.heartbeat(sequence: session?.ledger.sequence))]
    }

    /// Op 9: the socket stays, the session is gone.
    private mutating func invalidated(_ frame: IncomingFrame, at now: Double) -> [Action] {
        let reason = "the server does not know the session any more (op 9)"
        switch phase {
        case .identifying, .resuming, .ready:
            break
        case .idle, .waiting, .locating, .connecting, .awaitingHello, .invalidated, .ended:
            return []
        }
        if frame.resumable, session != nil {
            session?.failedResumes += 1
            return lose(reason: reason, verdict: .resume, dropCode: 4000, at: now)
        }
        var actions = refuseCommands("the gateway session was lost")
        session = nil
        heartbeat?.detached()
        // Servers have answered an exhausted IDENTIFY budget with op 9: the pause grows while READY does not come.
        var pause = random.within(2_500...3_500)
        for _ in 0..<min(invalidations, 5) { pause = min(pause * 2, ReconnectPolicy.longestDelay) }
        invalidations += 1
        phase = .invalidated(until: now + pause)
        actions.append(
            .notice(
                .disconnected(GatewayDisconnect(code: nil, reason: reason, retryAfter: pause, willResume: false))))
        return actions
    }

    // MARK: Dispatches

    private mutating func dispatched(_ frame: IncomingFrame, at now: Double) -> [Action] {
        switch frame.event {
        case "READY": return readyReceived(frame, at: now)
        case "RESUMED": return resumedReceived(frame, at: now)
        case nil: return []
        case let event?:
            switch phase {
            case .ready:
                session?.startUp.saw(event: event, at: now)
                return Self.deliverOnly
            case .resuming:
                phase = .resuming(deadline: now + Self.readyTimeout)
                if let number = frame.sequence, session?.ledger.isRepeated(number) == true { return [.skipRepeated] }
                return Self.deliverOnly
            case .identifying:
                return Self.deliverOnly
            case .idle, .waiting, .locating, .connecting, .awaitingHello, .invalidated, .ended:
                return []
            }
        }
    }

    private static let deliverOnly: [Action] = [.deliver]

    private mutating func readyReceived(_ frame: IncomingFrame, at now: Double) -> [Action] {
        switch phase {
        case .identifying, .resuming, .ready: break
        case .idle, .waiting, .locating, .connecting, .awaitingHello, .invalidated, .ended: return []
        }
        guard let id = frame.sessionID, !id.isEmpty else {
            return lose(
                reason: "the server sent a READY without a session id", verdict: .newSession, dropCode: 4002, at: now)
        }
        // The number is acknowledged after delivery; a session without one resumes from 0.
        session = Session(
            id: id, ledger: ReplayLedger(sequence: nil), startUp: StartUpWatch(readyAt: now, quiet: startUpQuiet))
        stood(at: now)
        return [.notice(.ready(session: id)), .deliver]
    }

    private mutating func resumedReceived(_ frame: IncomingFrame, at now: Double) -> [Action] {
        switch phase {
        case .resuming:
            let result = session?.ledger.replayEnded(at: frame.sequence) ?? (replayed: 0, gap: 0)
            session?.lostAt = nil
            session?.failedResumes = 0
            stood(at: now)
            return [.notice(.resumed(replayed: result.replayed, gap: result.gap)), .deliver]
        case .ready:
            return Self.deliverOnly
        case .idle, .waiting, .locating, .connecting, .awaitingHello, .identifying, .invalidated, .ended:
            return []
        }
    }

    private mutating func stood(at now: Double) {
        phase = .ready
        attempts = 0
        invalidations = 0
        heartbeat?.attached(at: now)
        policy.established(at: now)
    }

    /// The event of the frame with this number is in the stream: from now on it may be acknowledged.
    mutating func delivered(_ sequence: Int?) {
        guard let sequence else { return }
        session?.ledger.delivered(sequence)
    }
}
