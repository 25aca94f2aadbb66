import CommandKit
import JSON

/// Findings as text for people, or as JSON lines for programs.
public enum FindingReport {
    /// `file:line:column: error: reason`, the line with a mark under the place, and the fix.
    public static func text(_ finding: Finding) -> String {
        var text = "\(finding.file):\(finding.line):\(finding.column): \(finding.severity.rawValue): \(finding.reason)"
        let (line, mark) = excerpt(finding)
        if !finding.source.isEmpty { text += "\n    \(line)\n    \(mark)" }
        if let fix = finding.fix { text += "\n  fix: \(fix)" }
        return text
    }

    /// One JSON object.
    public static func json(_ finding: Finding) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("file", finding.file)
            writer.field("line", finding.line)
            writer.field("column", finding.column)
            writer.field("severity", finding.severity.rawValue)
            writer.field("rule", finding.rule)
            writer.field("reason", finding.reason)
            writer.fieldIfPresent("fix", finding.fix)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// `3 errors and 1 warning in 2 of 5 files`.
    public static func summary(_ findings: [Finding], files: Int) -> String {
        let total = "\(files) file\(files == 1 ? "" : "s")"
        guard !findings.isEmpty else { return "\(total), nothing found" }
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count - errors
        var parts: [String] = []
        if errors > 0 { parts.append("\(errors) error\(errors == 1 ? "" : "s")") }
        if warnings > 0 { parts.append("\(warnings) warning\(warnings == 1 ? "" : "s")") }
        return "\(parts.joined(separator: " and ")) in \(Set(findings.map(\.file)).count) of \(total)"
    }

    /// The part of the line around the place, and a mark below it.
    private static func excerpt(_ finding: Finding) -> (line: String, mark: String) {
        let scalars = Array(finding.source.unicodeScalars)
        let place = min(max(0, finding.column - 1), scalars.count)
        let start = place > reach ? place - reach : 0
        let end = min(scalars.count, place + reach)
        var line = start > 0 ? "…" : ""
        var mark = start > 0 ? " " : ""
        for index in start..<end {
            let scalar = scalars[index]
            let isControl = scalar.value < 32 || (127..<160).contains(scalar.value)
            line.unicodeScalars.append(isControl ? (scalar == "\t" ? "\t" : "\u{FFFD}") : scalar)
            guard index < place else { continue }
            mark += scalar == "\t" ? "\t" : String(repeating: " ", count: isControl ? 1 : TextWidth.columns(of: scalar))
        }
        return (end < scalars.count ? line + "…" : line, mark + "^")
    }

    /// How many code points are shown on each side of the place.
    private static let reach = 70
}
