/// How a sandbox is set up.
public struct SandboxConfiguration: Sendable {
    /// A loopback address: `127.0.0.1`, `::1` or `localhost`. The sandbox has no real accounts, so it stays off the
    /// network.
    public var host: String
    /// 0 asks the system for a free one.
    public var port: Int
    /// The bot's token as it stands after `Bot `. nil makes a fresh one.
    public var botToken: String?
    /// Name of the bot's account.
    public var botName = "moontide"
    /// Whether the world begins with the chat page's guild and its people, or with the bot alone.
    public var isFurnished = true
    /// Messages kept for each channel; the oldest go first.
    public var messagesKept = 1_000
    /// The rate limits of the REST routes, or none.
    public var rateLimits: RateLimits = .platform
    /// Numbers of the gateway.
    public var gateway = GatewayRules()
    public var clocks = SandboxClocks()

    public init(host: String = "127.0.0.1", port: Int = 0) {
        self.host = host
        self.port = port
    }
}

/// The sandbox's notions of time, each replaceable by a test.
public struct SandboxClocks: Sendable {
    /// The REST buckets' time, from any start, never going back.
    public var limits: @Sendable () -> Duration
    /// The gateway's time: heartbeats, resume window, presence. After moving it by hand call `Sandbox.timePassed()`.
    public var gateway: @Sendable () -> Duration
    /// Milliseconds since 1970: timestamps and ids.
    public var calendar: @Sendable () -> Int64

    /// Real time for all three.
    public init() {
        let start = ContinuousClock.now
        let elapsed: @Sendable () -> Duration = { ContinuousClock.now - start }
        limits = elapsed
        gateway = elapsed
        calendar = { SystemTime.millisecondsSince1970() }
    }
}
