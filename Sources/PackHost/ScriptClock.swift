/// The clock that scripts live by: sleep, waits with a time-out, timers. Real in the program, moved by hand in tests.
public protocol ScriptClock: Sendable {
    /// Seconds since some fixed point; never goes back.
    var now: Double { get }
    /// Returns when `now` has reached `deadline`; throws when cancelled.
    func sleep(until deadline: Double) async throws
}

/// The machine's monotonic clock.
public struct RealScriptClock: ScriptClock {
    private static let start = ContinuousClock.now

    public init() {}

    public var now: Double {
        let passed = RealScriptClock.start.duration(to: .now).components
        return Double(passed.seconds) + Double(passed.attoseconds) / 1e18
    }

    public func sleep(until deadline: Double) async throws {
        try await ContinuousClock().sleep(
            until: RealScriptClock.start.advanced(by: .seconds(min(max(deadline, 0), 1e10))))
    }
}
