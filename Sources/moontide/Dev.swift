import ArgumentParser
import BotBindings
import BotCore
import FluxerSandbox
import LuaRuntime
import PackHost

/// `moontide dev [PATH]`.
struct Dev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev", abstract: "Runs a bot against a server of its own, with a chat page to try it in.",
        discussion: "No account and no network are needed. A saved file is taken over while the bot runs.")

    @Argument(help: "A .lua file, a folder with init.lua or pack.lua, or a project with moontide.lua.")
    var path = "."

    @OptionGroup var listening: Listening
    @OptionGroup var watching: Watching

    func run() async throws {
        let timing = try watching.timing(.dev)
        var configuration = try await locate(path)
        let terminal = Terminal(least: configuration.logLevel)
        let sandbox = Sandbox(configuration: listening.configuration)
        let address = try await listening.start(sandbox)
        let observer = PageObserver(terminal: terminal, sandbox: sandbox)
        configuration.api = address.apiURL
        configuration.token = sandbox.botToken
        configuration.watch = timing
        configuration.grace = 10
        terminal.warn(of: configuration)
        terminal.line("Chat with the bot: \(address.pageURL)")
        let what =
            configuration.projectFile == nil ? configuration.packs.first?.source.entry ?? path : "any of its files"
        terminal.line("Save \(what) and the bot has the new version. Ctrl-C ends it.")
        let code = await serve(Bot(configuration, observer: observer), terminal)
        try? await sandbox.shutdown()
        if let code { throw code }
    }
}

/// `moontide run [PATH]`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a bot against a Fluxer instance.",
        discussion: """
            FLUXER_TOKEN is the bot's token; a project may name another variable or a file. FLUXER_API is the REST base with \
            /v1; without it the project's, else the hosted service's. SIGHUP takes over what changed on disk.
            """)

    @Argument(help: "A .lua file, a folder with init.lua or pack.lua, or a project with moontide.lua.")
    var path = "."

    @OptionGroup var watching: Watching

    @Option(help: "Folder for the bot's data and its lock. (default: the project's, else .moontide)")
    var data: String?

    func run() async throws {
        let timing = try watching.timing(.run)
        var configuration = try await locate(path)
        let terminal = Terminal(least: configuration.logLevel)
        if let data { configuration.data = data }
        let lock: InstanceLock
        do { lock = try InstanceLock(folder: configuration.data, program: "moontide run \(path)") } catch {
            Terminal.complain("\(error)")
            throw Exit.failed
        }
        configuration.watch = timing
        if let api = Environment.value("FLUXER_API") { configuration.api = api }
        if let token = Environment.value("FLUXER_TOKEN") {
            configuration.token = token
        } else {
            do throws(PackError) { configuration.token = try configuration.tokenPlace.read() } catch {
                Terminal.complain(error.detail)
                throw Exit.refused
            }
        }
        terminal.warn(of: configuration)
        let code = await serve(Bot(configuration, observer: terminal), terminal)
        withExtendedLifetime(lock) {}
        if let code { throw code }
    }
}

/// `moontide sandbox`.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox", abstract: "Runs the server and its chat page alone.",
        discussion: "A bot of any program can connect to it with the address and the token it prints.")

    @OptionGroup var listening: Listening

    func run() async throws {
        let terminal = Terminal()
        let sandbox = Sandbox(configuration: listening.configuration)
        let signals = Signals.stream()
        let address = try await listening.start(sandbox)
        terminal.line("Chat page: \(address.pageURL)")
        terminal.line("FLUXER_API=\(address.apiURL)")
        terminal.line("FLUXER_TOKEN=\(sandbox.botToken)")
        for await signal in signals where signal == .stop { break }
        try? await sandbox.shutdown()
    }
}

/// Where the chat page listens.
struct Listening: ParsableArguments {
    @Option(help: "The port of the chat page; 0 takes a free one.")
    var port = 4580

    @Option(help: "A loopback address.")
    var host = "127.0.0.1"

    @Flag(help: "The server sets no rate limits.")
    var noRateLimits = false

    var configuration: SandboxConfiguration {
        var configuration = SandboxConfiguration(host: host, port: port)
        if noRateLimits { configuration.rateLimits = .off }
        return configuration
    }

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535") }
    }

    func start(_ sandbox: Sandbox) async throws -> SandboxAddress {
        do { return try await sandbox.start() } catch {
            Terminal.complain("\(error)")
            throw Exit.failed
        }
    }
}

/// How saved files are noticed.
struct Watching: ParsableArguments {
    @Flag(help: "Saved files are not taken over; SIGHUP still does it.")
    var noWatch = false

    @Option(help: "How long a file must be at rest after a save, for example 80ms or 0.5s.")
    var settle: String?

    func timing(_ base: WatchTiming) throws -> WatchTiming? {
        if noWatch { return nil }
        guard let settle else { return base }
        guard let duration = Watching.duration(settle) else {
            throw ValidationError("--settle takes a duration such as 80ms or 0.5s, not \(settle)")
        }
        return base.settling(duration)
    }

    static func duration(_ text: String) -> Duration? {
        let (digits, factor) =
            text.hasSuffix("ms") ? (text.dropLast(2), 0.001) : (text.hasSuffix("s") ? text.dropLast() : text[...], 1)
        guard let number = Double(digits), number >= 0, number <= 3600 else { return nil }
        return .seconds(number * factor)
    }
}

/// What PATH names, with its settings; wrong usage where there is nothing that can be run.
func locate(_ path: String) async throws -> BotConfiguration {
    do throws(PackError) { return try await BotConfiguration(path: path) } catch {
        Terminal.complain(error.detail)
        throw Exit.usage
    }
}

/// Runs a bot until it ends or a signal comes. Nil is a clean end.
func serve(_ bot: Bot, _ terminal: Terminal) async -> ExitCode? {
    let signals = Signals.stream()
    let listening = Task {
        for await signal in signals {
            switch signal {
            case .stop:
                terminal.line("stopping: running commands may finish")
                bot.stop()
                // What hangs in a script or in a call does not hold the program up.
                Task.detached {
                    try? await Task.sleep(for: .milliseconds(4_700))
                    Terminal.complain("something did not end within its time; stopped all the same")
                    Terminal.leave(1)
                }
            case .reload: Task { await bot.reloadChanged() }
            }
        }
    }
    defer { listening.cancel() }
    do throws(BotFailure) {
        try await bot.run()
        return nil
    } catch {
        Terminal.complain(error.description)
        return error.code == .refused ? Exit.refused : Exit.failed
    }
}

/// Tells the terminal and the chat page.
struct PageObserver: BotObserver {
    let terminal: Terminal
    let sandbox: Sandbox

    func loaded(_ report: PackReport) {
        terminal.loaded(report)
        _ = sandbox.post(
            notice: Notice(
                kind: report.isReload ? .reloaded : .loaded, pack: report.pack, version: report.generation,
                title: report.isReload ? report.summary : "v\(report.generation): loaded",
                detail: report.warnings.isEmpty ? nil : report.warnings.joined(separator: "\n"), changes: report.changes
            ))
    }

    func failed(_ error: PackError, source: [(line: Int, text: String)], isServing: Bool) {
        terminal.failed(error, source: source, isServing: isServing)
        _ = sandbox.post(
            notice: Notice(
                kind: .failed, pack: error.pack,
                title: isServing ? "the save did not load" : "not loaded",
                detail: error.detail, file: error.cause?.file, line: error.cause?.line,
                source: source.map { Notice.SourceLine(line: $0.line, text: $0.text) }))
    }

    func raised(_ card: ErrorCard) {
        terminal.raised(card)
        _ = sandbox.post(
            notice: Notice(
                kind: .error, pack: card.pack, version: card.generation, title: "\(card.label): \(card.message)",
                detail: card.traceback, file: card.file, line: card.line,
                source: card.source.map { Notice.SourceLine(line: $0.line, text: $0.text) }, reference: card.reference))
    }

    func log(_ level: LogLevel, pack: String, _ line: String) { terminal.log(level, pack: pack, line) }
    func connection(_ line: String, isProblem: Bool) { terminal.connection(line, isProblem: isProblem) }

    func notice(_ notice: PackNotice) {
        terminal.notice(notice)
        _ = sandbox.post(notice: Notice(kind: .info, pack: notice.pack, title: notice.text))
    }
}
