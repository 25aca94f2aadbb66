/// One limit of a pack, as `limits = { … }` of `moontide.lua` and `pack.lua` names it.
///
/// This list is the one source: the parser, the table in `docs/limits.md` and `moontide limits` are made from it.
public enum Limit: String, CaseIterable, Sendable {
    case memory, cpu
    case cpuShare = "cpu_share"
    case loadCPU = "load_cpu"
    case invocations, mailbox, timers, log
    case logLine = "log_line"
    case messages, rest

    /// What a limit is counted in; decides how its values are written.
    public enum Unit: Sendable {
        /// `"64M"`, or a number of bytes.
        case bytes
        /// `"50ms"`, or a number of seconds.
        case seconds
        /// Cores: `0.5`.
        case cores
        /// A whole number.
        case count
        /// `"5/s"`, or a number for each second.
        case perSecond
        /// `"120/m"`, or a number for each minute.
        case perMinute
    }

    /// The name in Lua.
    public var name: String { rawValue }

    /// What is known of a limit. Values are in the unit's own measure; infinity means none.
    struct Entry: Sendable {
        let unit: Unit
        /// For the code of the operator: the PATH of the command line, a project's entry, trusted packs.
        let own: Double
        /// For confined packs.
        let confined: Double
        let range: ClosedRange<Double>
        /// Whether `false` takes the limit away.
        let mayBeOff: Bool
        let sentence: String
    }

    public var unit: Unit { entry.unit }
    public var range: ClosedRange<Double> { entry.range }
    public var mayBeOff: Bool { entry.mayBeOff }
    /// What it bounds and what happens past it, one sentence.
    public var sentence: String { entry.sentence }

    var entry: Entry {
        switch self {
        case .memory:
            Entry(
                unit: .bytes, own: 64 * mebi, confined: 64 * mebi, range: mebi...4096 * mebi, mayBeOff: false,
                sentence:
                    "Lua's memory and what the host keeps for the pack. Past it: \"not enough memory\", which can be caught."
            )
        case .cpu:
            Entry(
                unit: .seconds, own: 1, confined: 0.05, range: 0.01...60, mayBeOff: false,
                sentence:
                    "CPU between two waits. Past it the call ends with BudgetExceeded, which `pcall` cannot absorb."
            )
        case .cpuShare:
            Entry(
                unit: .cores, own: .infinity, confined: 0.5, range: 0.01...64, mayBeOff: true,
                sentence: "Share of one core over 10 s. Past it the pack is slowed down to it."
            )
        case .loadCPU:
            Entry(
                unit: .seconds, own: 1, confined: 1, range: 0.01...60, mayBeOff: false,
                sentence: "CPU of loading, `setup`, `handover` and `teardown`, each. Past it that call fails."
            )
        case .invocations:
            Entry(
                unit: .count, own: 1_000, confined: 1_000, range: 1...100_000, mayBeOff: false,
                sentence:
                    "Calls under way at once, waiting and spawned ones counted. Past it events wait, and `fluxer.spawn` raises."
            )
        case .mailbox:
            Entry(
                unit: .count, own: 10_000, confined: 10_000, range: 16...1_000_000, mayBeOff: false,
                sentence:
                    "Events that wait. Past it typing, presence and reactions are dropped first, messages last; drops are told."
            )
        case .timers:
            Entry(
                unit: .count, own: 10_000, confined: 1_000, range: 1...1_000_000, mayBeOff: false,
                sentence:
                    "Timers at once: sleeps, time-outs, delayed deletions. Past it starting one raises LimitReached."
            )
        case .log:
            Entry(
                unit: .perSecond, own: 500, confined: 20, range: 0.1...100_000, mayBeOff: true,
                sentence: "Log lines; ten seconds' worth may come at once. Past it lines are dropped and counted."
            )
        case .logLine:
            Entry(
                unit: .bytes, own: 16_384, confined: 4_096, range: 80...1_048_576, mayBeOff: false,
                sentence: "Bytes of one log line. A longer one is cut."
            )
        case .messages:
            Entry(
                unit: .perMinute, own: .infinity, confined: 120, range: 1...1_000_000, mayBeOff: true,
                sentence:
                    "Messages posted; ten seconds' worth may go at once. Past it sends wait, 100 of them at most, then raise RateLimited."
            )
        case .rest:
            Entry(
                unit: .perSecond, own: .infinity, confined: 10, range: 0.1...10_000, mayBeOff: true,
                sentence:
                    "Calls to the platform, messages counted; two seconds' worth may go at once. Past it they wait, 100 of them at most, then raise RateLimited."
            )
        }
    }
}

private let mebi: Double = 1_048_576
