import LuaRuntime

/// The clock that scripts live by: sleep, waits with a time-out, timers. Real in the program, moved by hand in tests.
public protocol ScriptClock: Sendable {
    /// Seconds since some fixed point; never goes back.
    var now: Double { get }
    /// Returns when `now` has reached `deadline`; throws when cancelled.
    func sleep(until deadline: Double) async throws
    /// Counts what is under way, where the clock is moved by hand; else nil.
    var work: WorkCount? { get }
    /// Seconds since 1970 of a clock that has a calendar of its own; nil: the machine's.
    var calendar: Double? { get }
}

extension ScriptClock {
    public var work: WorkCount? { nil }
    public var calendar: Double? { nil }

    /// A task that the clock knows of: one moved by hand waits until it has ended or sleeps on the clock.
    @discardableResult
    public func task(_ body: @escaping @Sendable () async throws -> Void) -> Task<Void, any Error> {
        WorkCount.task(work, body)
    }
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
