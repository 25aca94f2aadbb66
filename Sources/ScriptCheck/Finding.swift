/// One thing that checking has found.
public struct Finding: Sendable, Hashable {
    public enum Severity: String, Sendable {
        /// It will fail, or does not do what it says.
        case error
        /// It works, and is probably not meant.
        case warning
    }

    public let severity: Severity
    /// The rule's name.
    public let rule: String
    /// Path as it was named.
    public let file: String
    /// From 1.
    public let line: Int
    /// From 1, in code points.
    public let column: Int
    /// What is wrong, in one line.
    public let reason: String
    /// What to do, where that can be told.
    public let fix: String?
    /// The line it stands in, for people.
    public let source: String

    public init(
        _ severity: Severity, rule: String, file: String, line: Int, column: Int, reason: String, fix: String? = nil,
        source: String = ""
    ) {
        self.severity = severity
        self.rule = rule
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
        self.fix = fix
        self.source = source
    }
}
