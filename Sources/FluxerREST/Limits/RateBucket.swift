/// What is known about the limit of one route and major parameter.
///
/// The server has a leaky bucket: `limit` requests at once, then one every `interval`. Nothing is assumed until an
/// answer has told.
struct RateBucket: Sendable {
    enum Turn: Equatable {
        case now
        case at(Int64)
        /// Nothing is known about the pace: one at a time.
        case afterAnswer
    }

    private var waiting = FIFO<RateLimiter.Ticket>()
    /// Requests to repeat, which go before the others.
    private var repeating = FIFO<RateLimiter.Ticket>()
    var inFlight = 0
    /// Whether the key stands in the limiter's list of keys to look at.
    var isListed = false
    /// When the limiter looks at the key again.
    var wakesAt: Int64?
    private var limit: Int?
    /// Milliseconds for one request to fit again.
    private var interval: Double?
    /// Requests that fit at `counted`; nil while nothing is known. Negative where more are in flight than fit.
    private var room: Double?
    private var counted: Int64 = 0
    private var blockedUntil: Int64 = .min

    /// The request whose turn is next.
    var first: RateLimiter.Ticket? { repeating.first ?? waiting.first }

    mutating func append(_ ticket: RateLimiter.Ticket, isRepeat: Bool) {
        if isRepeat { repeating.append(ticket) } else { waiting.append(ticket) }
    }

    mutating func popFirst() {
        if repeating.popFirst() == nil { waiting.popFirst() }
    }

    /// When the next request may leave.
    func turn(at now: Int64) -> Turn {
        if blockedUntil > now { return .at(blockedUntil) }
        guard let room = room(at: now), room < 1 else { return .now }
        guard let interval else { return inFlight == 0 ? .now : .afterAnswer }
        return .at(now + max(1, Int64(((1 - room) * interval).rounded(.up))))
    }

    mutating func started(at now: Int64) {
        inFlight += 1
        guard let left = room(at: now) else { return }
        room = left - 1
        counted = max(counted, now)
    }

    /// Takes in what an answer says; the request is no longer in flight.
    mutating func learn(_ answer: RateLimitAnswer, at now: Int64) {
        if let limit = answer.limit, limit > 0 { self.limit = limit }
        learnInterval(answer)
        if case .route(let retryAfter) = answer.denial {
            blockedUntil = max(blockedUntil, now + retryAfter)
            interval = interval ?? Double(retryAfter)
            // One fits when the time has passed, then one every interval.
            room = 1
            counted = blockedUntil
        } else if let remaining = answer.remaining {
            // Those in flight may or may not be counted in it: assume that they are not. The next answer mends it.
            room = Double(remaining - inFlight)
            counted = now
        }
    }

    /// Whether forgetting it loses nothing.
    func isIdle(at now: Int64) -> Bool {
        guard first == nil, inFlight == 0, blockedUntil <= now else { return false }
        guard let room = room(at: now) else { return true }
        guard let limit, interval != nil else { return now - counted > 60_000 }
        return room >= Double(limit)
    }

    private mutating func learnInterval(_ answer: RateLimitAnswer) {
        guard let resetAfter = answer.resetAfter, resetAfter > 0, let limit, let remaining = answer.remaining else {
            return
        }
        let used = max(1, limit - remaining)
        // Exact when nothing is left; before that only a first estimate.
        if remaining == 0 || interval == nil { interval = max(1, Double(resetAfter) / Double(used)) }
    }

    private func room(at now: Int64) -> Double? {
        guard let room else { return nil }
        guard let interval, now > counted else { return room }
        return min(room + Double(now - counted) / interval, Double(limit ?? 1))
    }
}
