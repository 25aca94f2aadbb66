@testable import FluxerGateway

/// Plays the world to a session machine: keeps the time, fires the timer when it is due, notes what was asked for.
final class MachineDriver {
    var machine: SessionMachine
    private(set) var now: Double
    /// When a connection was attempted.
    private(set) var attempts: [Double] = []
    private(set) var log: [SessionMachine.Action] = []

    init(seed: UInt64 = 1, now: Double = 1_000, startUpQuiet: Double = 2_000) {
        machine = SessionMachine(random: GatewayRandom(seed: seed), startUpQuiet: startUpQuiet)
        self.now = now
    }

    /// One event of the outside; the answer is what the machine wants done, with deliveries carried out.
    @discardableResult
    func tell(
        _ event: (inout SessionMachine, Double) -> [SessionMachine.Action], sequence: Int? = nil
    ) -> [SessionMachine.Action] {
        let actions = event(&machine, now)
        log += actions
        for action in actions {
            switch action {
            case .connect: attempts.append(now)
            case .deliver: machine.delivered(sequence)
            default: break
            }
        }
        return actions
    }

    @discardableResult
    func frame(_ frame: IncomingFrame) -> [SessionMachine.Action] {
        tell({ $0.received(frame, at: $1) }, sequence: frame.sequence)
    }

    @discardableResult
    func closed(_ code: UInt16?, _ reason: String = "") -> [SessionMachine.Action] {
        tell { $0.closed(code: code, reason: reason, at: $1) }
    }

    /// Moves the clock on, firing what is due on the way. Answers what was done.
    @discardableResult
    func advance(_ milliseconds: Double) -> [SessionMachine.Action] {
        let end = now + milliseconds
        var done: [SessionMachine.Action] = []
        while let due = machine.deadline, due <= end {
            now = max(now, due)
            done += tell { $0.timerFired(at: $1) }
        }
        now = end
        return done
    }

    /// Moves the clock to the machine's next deadline and fires it.
    @discardableResult
    func advanceToDeadline() -> [SessionMachine.Action] {
        guard let due = machine.deadline else { return [] }
        now = max(now, due)
        return tell { $0.timerFired(at: $1) }
    }

    // MARK: Whole stretches

    /// From wherever the machine waits to an open socket that has said HELLO. Answers what HELLO led to.
    @discardableResult
    func reachHello(interval: Double = 41_250) -> [SessionMachine.Action] {
        if machine.phase == .idle { tell { $0.start(at: $1) } }
        if case .waiting(let until) = machine.phase { advance(until - now + 0.001) }
        tell {
            $0.located(at: $1)
            return $0.connected(at: $1)
        }
        return frame(.hello(interval))
    }

    /// To a session that has stood long enough for its start-up to be complete, with `sequence` events handled.
    func reachReady(session: String = "S", sequence: Int = 1) {
        reachHello()
        frame(.ready(session))
        for number in 2..<max(sequence + 1, 2) { frame(.event("MESSAGE_CREATE", number)) }
        machine.startUpCompleted()
    }

    /// The last notice of a lost connection.
    var lastDisconnect: GatewayDisconnect? {
        for case .notice(.disconnected(let end)) in log.reversed() { return end }
        return nil
    }
}

extension IncomingFrame {
    static func hello(_ interval: Double? = 41_250) -> IncomingFrame {
        IncomingFrame(op: 10, heartbeatInterval: interval)
    }
    static let ack = IncomingFrame(op: 11)
    static let askForBeat = IncomingFrame(op: 1)
    static let reconnect = IncomingFrame(op: 7)
    static let invalid = IncomingFrame(op: 9)
    static func ready(_ session: String? = "S", _ sequence: Int? = 1) -> IncomingFrame {
        IncomingFrame(op: 0, sequence: sequence, event: "READY", sessionID: session)
    }
    static func resumed(_ sequence: Int?) -> IncomingFrame {
        IncomingFrame(op: 0, sequence: sequence, event: "RESUMED")
    }
    static func event(_ name: String, _ sequence: Int?) -> IncomingFrame {
        IncomingFrame(op: 0, sequence: sequence, event: name)
    }
}

extension [SessionMachine.Action] {
    var sent: [SessionMachine.Outgoing] {
        compactMap { if case .send(let outgoing) = $0 { outgoing } else { nil } }
    }
    var dropped: UInt16? {
        for case .drop(let code) in self { return code }
        return nil
    }
    var delivers: Bool { contains(.deliver) }
    var connects: Bool { contains { if case .connect = $0 { true } else { false } } }
    var fatal: GatewayError? {
        for case .finish(let error?) in self { return error }
        return nil
    }
}
