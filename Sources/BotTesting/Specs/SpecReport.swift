import PackHost

/// Specs as lines for people, and as JUnit's XML for machines.
public struct SpecReport: Sendable {
    /// Whether marks and words are coloured.
    public let isColoured: Bool

    public init(isColoured: Bool = false) { self.isColoured = isColoured }

    /// The lines of one spec: its mark, its name and its time; where it failed, what was expected, what came, where.
    public func lines(of result: SpecResult) -> [String] {
        switch result.outcome {
        case .passed: return ["  \(paint("✓", "32")) \(result.title) (\(time(result.seconds)))"]
        case .skipped(let reason):
            return ["  \(paint("-", "33")) \(result.title) (skipped: \(SpecReport.plain(reason)))"]
        case .failed(let failure):
            return ["  \(paint("✗", "31")) \(result.title) (\(time(result.seconds)))"] + details(of: failure)
        }
    }

    private func details(of failure: SpecResult.Failure) -> [String] {
        var lines: [String] = []
        func add(_ text: String, _ indent: String = "    ") {
            for row in text.split(separator: "\n", omittingEmptySubsequences: false) {
                lines.append(indent + SpecReport.plain(String(row)))
            }
        }
        if let file = failure.file { add("at \(file)" + (failure.line.map { ":\($0)" } ?? "")) }
        add(failure.message)
        for (number, text) in failure.source { add("\(number == failure.line ? ">" : " ") \(number) | \(text)") }
        for error in failure.errors { add("error of the bot \(error)") }
        if !failure.log.isEmpty {
            add("log:")
            for line in failure.log { add(line, "      ") }
        }
        return lines
    }

    /// The last lines: a sentence, and the counts alone on the last.
    public func closing(of summary: SpecSummary) -> [String] {
        let line = summary.line
        return ["", paint(line, summary.failed > 0 ? "31" : "32")]
    }

    /// `3 ms`, `1.2 s`.
    public func time(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1_000).rounded())
        return milliseconds < 1_000 ? "\(milliseconds) ms" : "\((seconds * 10).rounded() / 10) s"
    }

    private func paint(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// Without what a terminal would obey.
    static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars.prefix(4_096) {
            switch scalar.value {
            case 9: plain.unicodeScalars.append(scalar)
            case 0..<32, 127..<160: plain += "\u{FFFD}"
            default: plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }

    /// Writes a report over the file that was there.
    /// - Throws: where it cannot be written, why.
    public static func write(_ text: String, to path: String) throws(PackError) {
        try SpecFolder.write(text, to: path)
    }

    // MARK: JUnit

    /// All results as one JUnit document: a suite a file, a case a spec.
    public static func junit(_ results: [SpecResult]) -> String {
        var files: [SpecFile] = []
        for result in results where !files.contains(result.file) { files.append(result.file) }
        let all = SpecSummary(results)
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text +=
            "<testsuites tests=\"\(results.count)\" failures=\"\(all.failed)\" skipped=\"\(all.skipped)\" time=\"\(thousandths(results.reduce(0) { $0 + $1.seconds }))\">\n"
        for file in files {
            let own = results.filter { $0.file == file }
            let counts = SpecSummary(own)
            text +=
                "  <testsuite name=\"\(escaped(file.name))\" tests=\"\(own.count)\" failures=\"\(counts.failed)\" skipped=\"\(counts.skipped)\" time=\"\(thousandths(own.reduce(0) { $0 + $1.seconds }))\">\n"
            for result in own { text += testCase(result) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func testCase(_ result: SpecResult) -> String {
        let head =
            "    <testcase classname=\"\(escaped(result.file.name))\" name=\"\(escaped(result.title))\" time=\"\(thousandths(result.seconds))\""
        switch result.outcome {
        case .passed: return head + "/>\n"
        case .skipped(let reason): return head + "><skipped message=\"\(escaped(reason))\"/></testcase>\n"
        case .failed(let failure):
            let place = failure.file.map { $0 + (failure.line.map { ":\($0)" } ?? "") } ?? result.file.name
            let first = failure.message.prefix { $0 != "\n" }
            let rest = ([place, failure.message] + failure.errors.map { "error of the bot \($0)" } + failure.log)
            return head + ">\n      <failure message=\"\(escaped(String(first)))\">"
                + escaped(rest.joined(separator: "\n"), keepingLines: true) + "</failure>\n    </testcase>\n"
        }
    }

    private static func thousandths(_ seconds: Double) -> String {
        let whole = max(0, Int((min(seconds, 1e9) * 1_000).rounded()))
        let rest = String(whole % 1_000)
        return "\(whole / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    /// Text in XML; what XML cannot hold becomes a replacement character.
    private static func escaped(_ text: String, keepingLines: Bool = false) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 38: shown += "&amp;"
            case 60: shown += "&lt;"
            case 62: shown += "&gt;"
            case 34: shown += "&quot;"
            case 10 where keepingLines, 9 where keepingLines: shown.unicodeScalars.append(scalar)
            case 9, 10, 13: shown += "&#\(scalar.value);"
            case 0..<32, 127..<160, 0xFFFE, 0xFFFF: shown += "\u{FFFD}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
