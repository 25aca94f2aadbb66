import ArgumentParser
import ScriptCheck

/// `moontide check [PATH]`.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Looks at scripts without running them.",
        discussion: "Exit codes: 0 no error (warnings may be), 1 errors, 2 there is nothing to look at.")

    @Argument(help: "A .lua file, or a folder with scripts.")
    var path = "."

    @Option(help: "text for people, json for one object a line.")
    var format = Format.text

    @Flag(help: "Lists what is looked for, with an example each.")
    var rules = false

    enum Format: String, ExpressibleByArgument { case text, json }

    func run() async throws {
        let terminal = Terminal()
        if rules {
            for rule in CheckRules.all { terminal.line(Check.described(rule)) }
            return
        }
        let folder: ScriptFolder
        do { folder = try ScriptFolder(path: path) } catch {
            Terminal.complain("\(error)")
            throw Exit.usage
        }
        let surface: ScriptSurface
        do { surface = try await ScriptSurface.current() } catch {
            Terminal.complain("\(error)")
            throw Exit.failed
        }
        let checker = ScriptChecker(surface)
        var findings: [Finding] = []
        for pack in folder.packs {
            findings += checker.check(pack.files) { ScriptFolder.hasModule($0, in: pack) }
        }
        switch format {
        case .text:
            for finding in findings { terminal.line(FindingReport.text(finding)) }
            terminal.line(FindingReport.summary(findings, files: folder.count))
        case .json:
            for finding in findings { terminal.line(FindingReport.json(finding)) }
        }
        if findings.contains(where: { $0.severity == .error }) { throw Exit.failed }
    }

    /// A rule as `--rules` shows it.
    static func described(_ rule: any CheckRule) -> String {
        let lines = rule.example.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = lines.prefix(3).map { "    \($0.prefix(70))" + ($0.count > 70 ? "…" : "") }
        return "\(rule.name): \(rule.sentence)\n" + shown.joined(separator: "\n") + (lines.count > 3 ? "\n    …" : "")
    }
}
