import Synchronization

/// Counts of what went wrong on the way, for logs and metrics.
public struct GatewayCounters: Sendable, Hashable {
    /// Attempts to connect.
    public var attempts = 0
    /// Connections or sessions lost.
    public var losses = 0
    /// Frames that were no payload.
    public var malformedFrames = 0
    /// Events of a replay that had been handled before, and were left out.
    public var repeatedEvents = 0
    /// Numbers missing after replays.
    public var missingEvents = 0

    public init() {}
}

/// What other threads may read while the event loop works.
final class GatewayStatus: Sendable {
    struct Values: Sendable {
        var latency: Double?
        var counters = GatewayCounters()
    }

    private let values = Mutex(Values())

    func read() -> Values { values.withLock { $0 } }

    func update(_ body: (inout Values) -> Void) { values.withLock { body(&$0) } }
}
