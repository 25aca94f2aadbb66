/// Lets so many pass in a second, and some at once. Pure: it is told the time, in seconds.
struct RateGate: Sendable {
    /// Seconds that one takes.
    private let interval: Double
    /// Seconds that may be used ahead of time.
    private let ahead: Double
    /// When all that passed would have passed at the rate alone.
    private var end = -Double.infinity

    /// Seconds that sums of intervals are off.
    private static let tolerance = 1e-6

    /// - Parameters:
    ///   - rate: per second; infinity: no bound.
    ///   - seconds: how many seconds' worth may pass at once; one always may.
    init(rate: Double, seconds: Double) {
        interval = rate.isFinite && rate > 0 ? 1 / rate : 0
        ahead = max(0, seconds - interval)
    }

    /// Takes the next place; answers when it may pass.
    mutating func reserve(at now: Double) -> Double {
        guard interval > 0 else { return now }
        let start = max(end, now)
        end = start + interval
        return start - ahead <= now + RateGate.tolerance ? now : start - ahead
    }

    /// Passes now, or not at all.
    mutating func admits(at now: Double) -> Bool {
        guard interval > 0 else { return true }
        let start = max(end, now)
        guard start - ahead <= now + RateGate.tolerance else { return false }
        end = start + interval
        return true
    }
}
