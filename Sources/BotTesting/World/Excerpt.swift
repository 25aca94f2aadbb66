/// Small pieces of text for reports.
enum Excerpt {
    /// Lines of source, the failing one marked, each on a line of its own after a line break; empty without lines.
    static func text(_ lines: [(line: Int, text: String)], _ failing: Int?) -> String {
        lines.map { number, text in "\n  \(number == failing ? ">" : " ") \(number) | \(text)" }.joined()
    }

    /// `5 s`, `0.5 s`.
    static func seconds(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value)) s" : "\(value) s"
    }

    /// A text as it stands in quotes, on one line, at most so many characters.
    static func quoted(_ text: String, limit: Int = 300) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.value {
            case 10: shown += "\\n"
            case 34: shown += "\\\""
            case 92: shown += "\\\\"
            case 0..<32, 127..<160: shown += "\u{FFFD}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return "\"" + shown + "\"" + (text.unicodeScalars.count > limit ? " …" : "")
    }
}
