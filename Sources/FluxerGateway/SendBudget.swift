/// What one connection may still send: 110 payloads in any 60 s, ten of them kept for heartbeats and the handshake.
///
/// Old servers close with 4008 beyond 120 in 60 s, newer ones beyond 600; heartbeats and IDENTIFY count (gateway.md 1.14).
struct SendBudget: Sendable {
    static let limit = 110
    static let reserve = 10
    static let window: Double = 60_000

    private var sent: [Double] = []

    /// Takes a place for a payload at `now` (ms), if there is one. `urgent` payloads may use the reserve.
    mutating func take(at now: Double, urgent: Bool) -> Bool {
        sent.removeAll { $0 <= now - Self.window }
        guard sent.count < (urgent ? Self.limit : Self.limit - Self.reserve) else { return false }
        sent.append(now)
        return true
    }

    /// When the next payload that is not urgent may go.
    func freeFrom(_ now: Double) -> Double {
        let places = Self.limit - Self.reserve
        let live = sent.filter { $0 > now - Self.window }
        guard live.count >= places else { return now }
        return live[live.count - places] + Self.window
    }
}
