import CLuaShim
import Synchronization

/// What the states of one pack use, its generations together. Read from any thread.
public final class LuaAccount: Sendable {
    private let cpu: ThreadLocked<CPUShare>
    private let slowedDown: @Sendable () -> Void
    private let memoryNow = Atomic<Int>(0)
    private let memoryMost = Atomic<Int>(0)
    private let inFlight = Atomic<Int>(0)
    private let timersNow = Atomic<Int>(0)

    /// - Parameters:
    ///   - share: of one core over ten seconds; nil: as much as there is.
    ///   - slowedDown: called when the pack has used up its share and is slowed down from now on; once until it has been
    ///     well below it. On a script thread.
    public init(share: Double? = nil, slowedDown: @escaping @Sendable () -> Void = {}) {
        cpu = ThreadLocked(CPUShare(share: share))
        self.slowedDown = slowedDown
    }

    /// Seconds of CPU within the last ten seconds.
    public var recentCPU: Double { Double(cpu.withLock { $0.total(at: mt_now()) }) / 1e9 }
    /// Whether it is slowed down to its share now.
    public var isSlowedDown: Bool { cpu.withLock { $0.isSlowed } }
    /// Bytes of Lua memory, and of what the host keeps for it, when an invocation ended or was interrupted last.
    public var memory: Int { memoryNow.load(ordering: .relaxed) }
    /// The most that `memory` ever was.
    public var peakMemory: Int { memoryMost.load(ordering: .relaxed) }
    /// Invocations under way, waiting ones counted.
    public var invocations: Int { inFlight.load(ordering: .relaxed) }
    /// Timers under way.
    public var timers: Int { timersNow.load(ordering: .relaxed) }

    /// Notes work on a script thread; answers how many nanoseconds of rest follow it.
    func charge(_ nanoseconds: UInt64, at now: UInt64) -> UInt64 {
        let (rest, began) = cpu.withLock { cpu in
            let before = cpu.isSlowed
            let rest = cpu.charge(nanoseconds, at: now)
            return (rest, cpu.isSlowed && !before)
        }
        if began { slowedDown() }
        return rest
    }

    func memoryChanged(by difference: Int) {
        let now = memoryNow.wrappingAdd(difference, ordering: .relaxed).newValue
        memoryMost.max(now, ordering: .relaxed)
    }
    func invocationsChanged(by difference: Int) { inFlight.wrappingAdd(difference, ordering: .relaxed) }
    func timersChanged(by difference: Int) { timersNow.wrappingAdd(difference, ordering: .relaxed) }
}

/// What one state uses, for other threads.
final class LuaGauge: Sendable {
    private let bytes = Atomic<Int>(0)
    /// Bytes in use.
    var memory: Int {
        get { bytes.load(ordering: .relaxed) }
        set { bytes.store(newValue, ordering: .relaxed) }
    }
}

/// Why an invocation counts as a breach of its pack's limits.
public struct LuaBreach: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// It used up its CPU between two waits.
        case cpu
        /// It ended for lack of memory, or left its state over the cap.
        case memory
    }
    public let kind: Kind
    /// The invocation: `!ping`, `on_message`.
    public let label: String
}
