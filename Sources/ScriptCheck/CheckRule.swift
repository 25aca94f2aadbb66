/// A kind of mistake that checking looks for.
public protocol CheckRule: Sendable {
    /// Short name, as `--format json` and `--rules` have it.
    var name: String { get }
    /// What it looks for, in one sentence.
    var sentence: String { get }
    /// A text in which it finds something.
    var example: String { get }
    /// Looks at one file.
    func check(_ file: CheckedFile, _ report: (Report) -> Void)
}

extension CheckRule {
    public typealias Report = RuleReport
}

/// What a rule has found, and where in the text.
public struct RuleReport {
    let severity: Finding.Severity
    let offset: Int
    let reason: String
    let fix: String?

    static func error(at offset: Int, _ reason: String, fix: String? = nil) -> RuleReport {
        RuleReport(severity: .error, offset: offset, reason: reason, fix: fix)
    }

    static func warning(at offset: Int, _ reason: String, fix: String? = nil) -> RuleReport {
        RuleReport(severity: .warning, offset: offset, reason: reason, fix: fix)
    }
}

/// All rules, in the order in which they look.
public enum CheckRules {
    public static let all: [any CheckRule] = [
        SyntaxRule(), UndeclaredReadRule(), UndeclaredWriteRule(), SignatureRule(), EventRule(), OptionRule(),
        PlainCheckRule(), MemberRule(), ModuleRule(), IndexChainRule(), IndexComparisonRule(), ManyConstantsRule(),
    ]
}
