/// The protocol's time: every wait of the client (heartbeats, time-outs, back-off) is asked of it, so that a test can
/// move hours by hand.
public protocol GatewayClock: Sendable {
    /// Milliseconds, with a fraction, since some fixed moment; never goes back.
    var now: Double { get }

    /// Calls `body` once, on any thread, as soon as `now` has reached `time`, unless cancelled before.
    func schedule(at time: Double, _ body: @escaping @Sendable () -> Void) -> GatewayTimer
}

/// A wait that can be given up.
public struct GatewayTimer: Sendable {
    private let onCancel: @Sendable () -> Void

    public init(cancel: @escaping @Sendable () -> Void) { onCancel = cancel }

    /// Gives the wait up. Harmless afterwards, and more than once.
    public func cancel() { onCancel() }
}
