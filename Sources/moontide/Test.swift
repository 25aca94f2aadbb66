import ArgumentParser
import BotTesting
import PackHost
import Synchronization

/// `moontide test [PATH …]`.
struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Runs specs: what a bot does, said in Lua and tried on the sandbox.",
        discussion: """
            A spec file lies in a folder tests/ below the bot, or is called NAME_spec.lua. Each spec has a server, a bot and \
            a clock of its own; no account and no network are needed. The last line counts: N passed, N failed, N skipped.
            """)

    @Argument(help: "Spec files, or folders with specs in or below them.")
    var paths: [String] = ["."]

    @Option(help: "Only specs whose name, or whose file's, contains this text.")
    var filter: String?

    @Flag(help: "Runs them again whenever a file of bot or specs is saved.")
    var watch = false

    @Option(help: ArgumentHelp("Writes the results to a file in JUnit's form.", valueName: "file"))
    var junit: String?

    @Option(help: "How long a spec may get nowhere before it is stopped, for example 5s or 500ms.")
    var timeout = "5s"

    func validate() throws {
        guard let seconds, seconds >= 0.05 else {
            throw ValidationError("--timeout takes a duration of at least 50ms such as 5s, not \(timeout)")
        }
    }

    private var seconds: Double? {
        Watching.duration(timeout).map { duration in
            Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        }
    }

    func run() async throws {
        let terminal = Terminal()
        let files = try find()
        var settings = SpecSettings()
        settings.timeout = seconds ?? 5
        let runner = SpecRunner(settings: settings, filter: filter)
        guard watch else {
            let summary = await run(files, runner, terminal)
            if summary.passed + summary.failed + summary.skipped == 0 {
                Terminal.complain("no spec fits --filter \(filter ?? "")")
                throw Exit.usage
            }
            if summary.failed > 0 { throw Exit.failed }
            return
        }
        let signals = Signals.stream()
        let task = Task {
            for await signal in signals where signal == .stop { break }
            Terminal.leave(0)
        }
        defer { task.cancel() }
        let watcher = Watcher(timing: .dev, clock: ContinuousClock())
        func runWatched(_ files: [SpecFile]) async {
            // Before the run: what is saved meanwhile is noticed after it.
            watcher.watch(paths: SpecFinder.watched(files))
            _ = await run(files, runner, terminal)
            terminal.line("waiting for a save; Ctrl-C ends it")
        }
        await runWatched(files)
        await watcher.run { _ in await runWatched((try? find()) ?? files) }
    }

    private func find() throws -> [SpecFile] {
        var files: [SpecFile] = []
        for path in paths {
            do throws(PackError) {
                for file in try SpecFinder.find(path) where !files.contains(file) { files.append(file) }
            } catch {
                Terminal.complain(error.detail)
                throw Exit.usage
            }
        }
        return files
    }

    private func run(_ files: [SpecFile], _ runner: SpecRunner, _ terminal: Terminal) async -> SpecSummary {
        let report = SpecReport(isColoured: terminal.isColoured)
        var last: SpecFile?
        let begun = ContinuousClock.now
        let results = await runner.run(files) { result in
            if result.file != last {
                terminal.line(result.file.name)
                last = result.file
            }
            for line in report.lines(of: result) { terminal.line(line) }
        }
        var summary = SpecSummary(results)
        summary.take(begun.duration(to: .now))
        if let junit {
            do throws(PackError) { try SpecReport.write(SpecReport.junit(results), to: junit) } catch {
                Terminal.complain(error.detail)
            }
        }
        for line in report.closing(of: summary) { terminal.line(line) }
        return summary
    }
}
