/// Breaches of the last minute. Pure: it is told the time.
struct BreachCounter {
    /// A breach, as texts name it: `cpu in !spin`.
    private var recent: [(at: Double, what: String)] = []

    /// Seconds that count.
    static let window: Double = 60
    /// So many within the window suspend a confined pack.
    static let most = 3

    /// Notes a breach; answers what they were when it is the last that is borne, and begins anew.
    mutating func note(_ what: String, at now: Double) -> [String]? {
        recent.removeAll { now - $0.at > BreachCounter.window }
        recent.append((now, what))
        guard recent.count >= BreachCounter.most else { return nil }
        defer { recent.removeAll() }
        return recent.map(\.what)
    }

    mutating func clear() { recent.removeAll() }
}
