/// Decides when one connection beats, and when it is dead.
///
/// Beats come every 0.80 to 0.88 of HELLO's interval (a share drawn once a connection), because a server that has heard
/// nothing for 0.9 of it asks; the first after a random part of that period, so that a thousand clients do not beat
/// together. A beat without its ACK for 15 to 20 s means a dead connection; before a session is attached the server
/// handles IDENTIFY and heartbeats in turn, so there 45 to 55 s are waited. (gateway.md 1.7.) Times are milliseconds.
struct HeartbeatMachine: Sendable {
    enum Action: Equatable, Sendable {
        case wait
        case send
        case reconnect(reason: String)
    }

    /// The interval used where HELLO's is missing or absurd.
    static let usualInterval: Double = 41_250

    /// Milliseconds between two beats.
    let period: Double
    private let strictLimit: Double
    private let lenientLimit: Double

    private var nextBeat: Double
    /// When the oldest beat without an answer was sent.
    private var unansweredSince: Double?
    private var isAttached = false

    /// The round trip of the last answered beat, in milliseconds.
    private(set) var latency: Double?

    /// - Parameter interval: HELLO's `heartbeat_interval`; what is outside 1 s to 1 h is brought inside.
    init(interval: Double?, at now: Double, using random: inout GatewayRandom) {
        let interval = interval.map { min(max($0, 1_000), 3_600_000) } ?? Self.usualInterval
        period = interval * random.within(0.80...0.88)
        strictLimit = random.within(15_000...20_000)
        lenientLimit = random.within(45_000...55_000)
        nextBeat = now + period * random.within(0...1)
    }

    /// When `timerFired` wants to be called next.
    var deadline: Double {
        guard let unansweredSince else { return nextBeat }
        return min(nextBeat, unansweredSince + limit)
    }

    private var limit: Double { isAttached ? strictLimit : lenientLimit }

    mutating func timerFired(at now: Double) -> Action {
        if let unansweredSince, now >= unansweredSince + limit {
            let seconds = Int(((now - unansweredSince) / 1_000).rounded())
            return .reconnect(reason: "no answer to a heartbeat for \(seconds) s")
        }
        guard now >= nextBeat else { return .wait }
        nextBeat += period
        if nextBeat <= now { nextBeat = now + period }
        return .send
    }

    /// A beat went out, by the schedule or because the server asked (that one does not move the schedule).
    mutating func beatSent(at now: Double) {
        if unansweredSince == nil { unansweredSince = now }
    }

    mutating func acknowledged(at now: Double) {
        guard let sent = unansweredSince else { return }
        latency = max(now - sent, 0)
        unansweredSince = nil
    }

    /// READY or RESUMED came: from here on the strict limit holds, counted anew for a beat that is still unanswered.
    mutating func attached(at now: Double) {
        isAttached = true
        if unansweredSince != nil { unansweredSince = now }
    }

    /// The session is gone but the socket stays (op 9).
    mutating func detached() { isAttached = false }
}
