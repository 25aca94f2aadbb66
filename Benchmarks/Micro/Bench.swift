#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs something often enough to time it, five times over, and gives the median.
enum Bench {
    static let rounds = 5

    static func now() -> UInt64 { clock(CLOCK_MONOTONIC) }
    /// Processor time of this process, all threads.
    static func processor() -> UInt64 { clock(CLOCK_PROCESS_CPUTIME_ID) }

    private static func clock(_ id: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(id, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Nanoseconds of this thread's processor time for one of `count` repetitions inside `body`, without those of `less`.
    static func time(_ count: Int, less: Double = 0, _ body: () throws -> Void) rethrows -> Figure {
        try body()
        var values: [Double] = []
        for _ in 0..<rounds { values.append(max(0, try once(count, body) - less)) }
        return Figure(values)
    }

    /// Two bodies in turns, and how many times as long the first takes, round by round.
    static func pair(
        _ count: Int, _ one: () throws -> Void, _ other: () throws -> Void
    ) rethrows -> (one: Figure, other: Figure, ratio: Figure) {
        try one()
        try other()
        var ones: [Double] = [], others: [Double] = []
        for _ in 0..<rounds {
            ones.append(try once(count, one))
            others.append(try once(count, other))
        }
        return (Figure(ones), Figure(others), Figure(zip(ones, others).map { $0 / max(1e-9, $1) }))
    }

    private static func once(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
        let began = clock(CLOCK_THREAD_CPUTIME_ID)
        try body()
        return Double(clock(CLOCK_THREAD_CPUTIME_ID) &- began) / Double(count)
    }

    /// As `time`, where the body waits: processor time of all threads.
    static func time(_ count: Int, _ body: () async throws -> Void) async rethrows -> Figure {
        try await body()
        var values: [Double] = []
        for _ in 0..<rounds {
            let began = processor()
            try await body()
            values.append(Double(processor() &- began) / Double(count))
        }
        return Figure(values)
    }
}

/// The median of some rounds, with the least and the greatest.
struct Figure {
    let median: Double
    let least: Double
    let greatest: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        least = sorted.first ?? 0
        greatest = sorted.last ?? 0
    }
}

/// Lines for people and, with `--json`, for the program that collects them.
struct Table {
    let asJSON: Bool

    /// - Parameter goal: the figure of docs/performance.md that it stands beside, in the same unit.
    func row(_ name: String, _ figure: Figure, unit: String = "ns", goal: Double? = nil) {
        func short(_ value: Double) -> String {
            if value >= 100 { return "\(Int(value.rounded()))" }
            return "\((value * 10).rounded() / 10)"
        }
        if asJSON {
            print(
                #"{"name": "\#(name)", "median": \#(figure.median), "least": \#(figure.least), "greatest": \#(figure.greatest), "unit": "\#(unit)", "goal": \#(goal.map { "\($0)" } ?? "null")}"#
            )
        } else {
            let named = name + String(repeating: " ", count: max(1, 58 - name.count))
            print(
                "\(named)\(short(figure.median)) \(unit)  (\(short(figure.least)) to \(short(figure.greatest)))"
                    + (goal.map { "  beside \(short($0))" } ?? ""))
        }
    }
}
