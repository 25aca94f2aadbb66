import BotBindings
import BotCore
import LineEditor
import LuaRuntime
import PackHost

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes for people on a terminal: one line an event, errors with their source. Lines go out whole.
final class Terminal: BotObserver {
    private let writer = TerminalWriter.shared
    let isColoured: Bool
    /// Log lines of packs below it are not shown.
    private let least: LogLevel

    init(least: LogLevel = .debug) {
        self.least = least
        isColoured = isatty(1) != 0 && getenv("NO_COLOR") == nil
    }

    /// What was noticed before the start.
    func warn(of configuration: BotConfiguration) {
        var warnings = configuration.warnings
        if let lua = LuaRelease.warning(hasConfinedPacks: configuration.hasConfinedPacks) { warnings.append(lua) }
        for warning in warnings { line("\(colour("warning:", "33")) \(warning)") }
    }

    func line(_ text: String) {
        var bytes = Array(text.utf8.prefix(8192))
        bytes.append(10)
        writer.write(bytes)
    }

    func colour(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    func loaded(_ report: PackReport) {
        let time = "\(Int(report.seconds * 1000)) ms"
        if report.isReload {
            line("\(colour("reloaded", "32")) \(report.pack) \(report.summary) (\(time))")
            for change in report.changes { line("  \(change)") }
        } else {
            line("\(colour("loaded", "32")) \(report.pack) (\(time))")
        }
        for warning in report.warnings { line("  \(colour("warning:", "33")) \(warning)") }
    }

    func failed(_ error: PackError, source: [(line: Int, text: String)], isServing: Bool) {
        line("\(colour("not loaded", "31")) \(error.description)")
        excerpt(source, error.cause?.line)
        line(isServing ? "  The old version still answers. Mend the file and save it." : "  Mend the file and save it.")
    }

    func raised(_ card: ErrorCard) {
        line(
            "\(colour("error \(card.reference)", "31")) in \(card.label) of \(card.pack) v\(card.generation): \(Terminal.plain(card.message))"
        )
        excerpt(card.source, card.line)
        if let text = card.calledWith { line("  called with: \(Terminal.plain(String(text.prefix(200))))") }
        if let traceback = card.traceback {
            for row in traceback.split(separator: "\n").prefix(12) { line("  \(row)") }
        }
    }

    private func excerpt(_ source: [(line: Int, text: String)], _ failing: Int?) {
        for (number, text) in source {
            let mark = number == failing ? ">" : " "
            line("  \(mark) \(number) | \(text)")
        }
    }

    func log(_ level: LogLevel, pack: String, _ text: String) {
        guard level >= least else { return }
        let name =
            switch level {
            case .debug: colour("debug", "90")
            case .info: colour("info", "36")
            case .warning: colour("warning", "33")
            case .error: colour("error", "31")
            }
        line("[\(pack)] \(name) \(Terminal.plain(text))")
    }

    func connection(_ text: String, isProblem: Bool) {
        line(isProblem ? colour(text, "33") : text)
    }

    /// Text that others wrote, without what a terminal would obey; its further lines are indented.
    static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars.prefix(8192) {
            switch scalar.value {
            case 10: plain += "\n    "
            case 9: plain.unicodeScalars.append(scalar)
            case 0..<32, 127..<160: plain += "\u{FFFD}"
            default: plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }

    /// Ends the program at once.
    static func leave(_ code: Int32) -> Never {
        TerminalWriter.shared.flush(milliseconds: 200)
        TerminalMode.restore()
        _exit(code)
    }

    /// An error that ends the program, on standard error.
    static func complain(_ text: String) {
        // What was written before stands before it.
        TerminalWriter.shared.flush(milliseconds: 500)
        TerminalWriter.put(Array("moontide: \(text)\n".utf8), to: 2)
    }
}
