/// Whether the guilds that follow READY have all come.
///
/// READY names no guilds and nothing announces their end, so it is a matter of quiet: 2 s without a guild's arrival, at
/// most 15 s after READY, or the word of somebody who knows (`Gateway.startUpCompleted()`). The burst may not be
/// replayable, so a connection lost before that identifies again (gateway.md 4.2). Times are milliseconds.
struct StartUpWatch: Sendable {
    private let readyAt: Double
    private let quiet: Double
    private var lastArrival: Double
    private var isComplete = false

    static let longest: Double = 15_000

    init(readyAt: Double, quiet: Double) {
        self.readyAt = readyAt
        self.quiet = quiet
        lastArrival = readyAt
    }

    mutating func saw(event: String, at now: Double) {
        guard !isComplete else { return }
        isComplete = wasComplete(at: now)
        if event == "GUILD_CREATE" || event == "GUILD_DELETE" { lastArrival = now }
    }

    mutating func completed() { isComplete = true }

    /// - Parameter lastSignOfLife: the last moment at which the connection was known to work. Quiet after that proves nothing.
    func wasComplete(at lastSignOfLife: Double) -> Bool {
        isComplete || lastSignOfLife - lastArrival >= quiet || lastSignOfLife - readyAt >= Self.longest
    }
}
