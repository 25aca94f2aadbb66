/// The gateway's numbers, as the platform has them.
///
/// Durations count on the gateway's clock. The defaults are those of the current platform; tests shorten them.
public struct GatewayRules: Sendable, Hashable {
    /// What HELLO announces. The server's own checks follow from it: it looks every third of it, asks for a heartbeat
    /// after nine tenths of silence and gives up after twelve elevenths (41.25 s, 13.75 s, 37.125 s, 45 s).
    public var heartbeatInterval: Duration = .milliseconds(41_250)
    /// How long a session whose socket is gone can be resumed.
    public var resumeWindow: Duration = .seconds(60)
    /// How long after the loss of its last socket the bot is shown as offline.
    public var offlineAfter: Duration = .seconds(5)
    /// Events kept for a replay, in number.
    public var replayEvents = 4_096
    /// Events kept for a replay, in bytes.
    public var replayBytes = 16_777_216
    /// An event larger than this is delivered, never kept.
    public var largestReplayed = 2_097_152
    /// The largest message a client may send, in bytes.
    public var largestClientMessage = 4_096
    /// Messages a socket may send in any 60 seconds, heartbeats counted. `nil` switches the limit off.
    public var payloadsPerMinute: Int? = 600
    /// Presence updates a socket may make in any 20 seconds; more are dropped without a word.
    public var presenceUpdates = 5

    public init() {}

    /// How often the server looks at a connection.
    var checkInterval: Duration { heartbeatInterval / 3 }
    /// Silence after which the server sends op 1.
    var askAfter: Duration { heartbeatInterval * 9 / 10 }
    /// Silence after which the server closes with 4009.
    var closeAfter: Duration { heartbeatInterval * 12 / 11 }
    /// The interval as HELLO has it, in milliseconds.
    var heartbeatMilliseconds: Int64 { heartbeatInterval.wholeMilliseconds }
}

extension Duration {
    /// Milliseconds, cut; clamped to what fits.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (thousand, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = thousand.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// Seconds with their fraction.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
