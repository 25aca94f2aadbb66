import BotCore
import LuaRuntime

/// What became of one spec, or of a file that did not load.
public struct SpecResult: Sendable {
    public enum Outcome: Sendable {
        case passed
        case skipped(String)
        case failed(Failure)
    }

    public struct Failure: Sendable {
        /// What was expected, what came; several lines.
        public let message: String
        /// Where in the spec.
        public let file: String?
        public let line: Int?
        /// Lines around it.
        public let source: [(line: Int, text: String)]
        /// Errors of the bot, one to a text.
        public let errors: [String]
        /// What bot and spec wrote to their logs.
        public let log: [String]
    }

    public let file: SpecFile
    /// The name of a spec; nil for a whole file.
    public let name: String?
    public let outcome: Outcome
    /// Seconds of real time.
    public let seconds: Double

    public var hasPassed: Bool { if case .passed = outcome { true } else { false } }
    public var failure: Failure? { if case .failed(let failure) = outcome { failure } else { nil } }
    public var title: String { name ?? "the file" }
}

/// Counts of a run.
public struct SpecSummary: Sendable, Equatable {
    public private(set) var passed = 0
    public private(set) var failed = 0
    public private(set) var skipped = 0
    /// Seconds of real time.
    public private(set) var seconds: Double = 0

    public init(_ results: [SpecResult] = []) { results.forEach { add($0) } }

    mutating func add(_ result: SpecResult) {
        switch result.outcome {
        case .passed: passed += 1
        case .skipped: skipped += 1
        case .failed: failed += 1
        }
    }

    /// Sets how long the run took.
    public mutating func take(_ duration: Duration) {
        seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    /// `12 passed, 1 failed, 0 skipped`.
    public var line: String { "\(passed) passed, \(failed) failed, \(skipped) skipped" }
}
