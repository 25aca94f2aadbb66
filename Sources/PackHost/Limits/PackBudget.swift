import LuaRuntime
import Synchronization

/// What a pack may say and ask for in a time: its log lines, its messages, its calls. Lasts over reloads.
///
/// Calls past the rate wait their turn in the order they were made; where a hundred wait already, the next is refused.
public final class PackBudget: Sendable {
    public let limits: PackLimits
    private let clock: any ScriptClock

    private struct Sends {
        var messages: RateGate
        var calls: RateGate
        var queue = FIFO<(due: Double, start: @Sendable () -> Void)>()
        var isServed = false
    }
    private let sends: Mutex<Sends>

    private struct Lines {
        var gate: RateGate
        var dropped = 0
    }
    private let lines: Mutex<Lines>

    /// Calls that may wait for their turn.
    public static let queueLimit = 100

    public init(limits: PackLimits, clock: any ScriptClock) {
        self.limits = limits
        self.clock = clock
        sends = Mutex(
            Sends(
                messages: RateGate(rate: limits[.messages] / 60, seconds: 10),
                calls: RateGate(rate: limits[.rest], seconds: 2)))
        lines = Mutex(Lines(gate: RateGate(rate: limits[.log], seconds: 10)))
    }

    // MARK: Calls

    /// Whether calls of the pack are bounded at all.
    public var boundsCalls: Bool { limits[.messages].isFinite || limits[.rest].isFinite }

    /// What becomes of a call.
    public enum Admission: Sendable {
        /// It goes now: `start` has been called.
        case started
        /// `start` is called when its turn has come.
        case waits
        /// Too many wait already. Seconds until the next could be taken in.
        case refused(retryAfter: Double)
    }

    /// Starts a call now or in its turn.
    public func admit(isMessage: Bool, _ start: @escaping @Sendable () -> Void) -> Admission {
        let now = clock.now
        let (admission, serve) = sends.withLock { sends -> (Admission, Bool) in
            guard sends.queue.count < PackBudget.queueLimit else {
                let wait = max(0, (sends.queue.first?.due ?? now) - now)
                return (.refused(retryAfter: wait), false)
            }
            var due = sends.calls.reserve(at: now)
            if isMessage { due = max(due, sends.messages.reserve(at: now)) }
            if due <= now, sends.queue.isEmpty { return (.started, false) }
            sends.queue.append((due, start))
            defer { sends.isServed = true }
            return (.waits, !sends.isServed)
        }
        if case .started = admission { start() }
        if serve { clock.task { await self.serve() } }
        return admission
    }

    private func serve() async {
        while let due = sends.withLock({ sends -> Double? in
            if sends.queue.isEmpty { sends.isServed = false }
            return sends.queue.first?.due
        }) {
            try? await clock.sleep(until: due)
            sends.withLock { $0.queue.take()?.start }?()
        }
    }

    // MARK: Log

    /// A line as it may be written: cut where it is too long, nil where it is one too many. `dropped` is called once with
    /// the number of lines that were left out, a second after the first.
    public func line(_ text: String, dropped: @escaping @Sendable (Int) -> Void) -> String? {
        let now = clock.now
        let (isAdmitted, isFirst) = lines.withLock { lines -> (Bool, Bool) in
            if lines.gate.admits(at: now) { return (true, false) }
            lines.dropped += 1
            return (false, lines.dropped == 1)
        }
        if isFirst {
            clock.task { [self] in
                try? await clock.sleep(until: now + 1)
                dropped(
                    lines.withLock { lines in
                        defer { lines.dropped = 0 }
                        return lines.dropped
                    })
            }
        }
        return isAdmitted ? cut(text) : nil
    }

    private func cut(_ text: String) -> String {
        let most = Int(limits[.logLine])
        guard text.utf8.count > most else { return text }
        // Back to where a character ends.
        let kept = (0..<4).lazy.compactMap { String(text.utf8.prefix(most - $0)) }.first ?? ""
        return "\(kept)… (\(text.utf8.count - most) more bytes)"
    }
}
