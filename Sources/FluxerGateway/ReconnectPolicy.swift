/// When the next connection may be tried.
///
/// The first retry comes at once with up to 1 s of jitter, then after 1, 2, 4 … 60 s with jitter (gateway.md 1.13). Only
/// a session that has stood for a minute starts the series anew, so a server that accepts and drops does not get a storm.
/// Whatever else is decided, a sliding window lets no more than ten attempts into any minute. Times are milliseconds.
struct ReconnectPolicy: Sendable {
    static let attemptsPerWindow = 10
    static let window: Double = 60_000
    static let stableAfter: Double = 60_000
    static let longestDelay: Double = 60_000

    /// No pauses and no limit, for a server that nobody else uses.
    var isAtOnce = false

    /// Retries since the last stable session.
    private(set) var failures = 0
    private var attempts: [Double] = []
    private var establishedAt: Double?

    /// The time of the next attempt after a loss at `now`, never before `earliest`.
    mutating func nextAttempt(
        afterLossAt now: Double, notBefore earliest: Double = 0, using random: inout GatewayRandom
    ) -> Double {
        if let establishedAt, now - establishedAt >= Self.stableAfter { failures = 0 }
        establishedAt = nil
        let delay = backoff(using: &random)
        failures = min(failures + 1, 64)
        return max(now + delay, earliest, allowedFrom(now))
    }

    /// The wait of the present step without moving on, for another IDENTIFY on the same socket.
    mutating func backoff(using random: inout GatewayRandom) -> Double {
        if isAtOnce { return 0 }
        guard failures > 0 else { return random.within(0...1_000) }
        var base: Double = 1_000
        for _ in 1..<max(failures, 1) where base < Self.longestDelay { base *= 2 }
        return min(base * random.within(0.75...1.25), Self.longestDelay)
    }

    /// The earliest time at or after `now` at which one more attempt keeps every minute at ten or fewer.
    func allowedFrom(_ now: Double) -> Double {
        guard !isAtOnce, attempts.count >= Self.attemptsPerWindow else { return now }
        return max(now, attempts[attempts.count - Self.attemptsPerWindow] + Self.window)
    }

    /// Records an attempt and says true, or says false where the window is full (then wait until `allowedFrom`).
    mutating func begin(at now: Double) -> Bool {
        guard allowedFrom(now) <= now else { return false }
        attempts.append(now)
        if attempts.count > Self.attemptsPerWindow { attempts.removeFirst() }
        return true
    }

    /// READY or RESUMED came.
    mutating func established(at now: Double) { establishedAt = now }
}
