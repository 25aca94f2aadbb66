import ArgumentParser
import BotCore
import BotTesting
import FluxerSandbox
import PackHost

/// `moontide chat [PATH]`.
struct Chat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talks to a bot from the terminal, on a server of its own.",
        discussion: """
            What you type is said in a channel; words that begin with a slash are for the chat itself: /help lists them. \
            Lines from a pipe are said one after the other, each once the bot has done what the one before asked.
            """)

    @Argument(help: "A .lua file, or a folder with init.lua.")
    var path = "."

    @Option(help: "The port of the chat page that is there as well; 0 takes a free one.")
    var port = 0

    @Flag(help: "The server sets no rate limits.")
    var noRateLimits = false

    @OptionGroup var watching: Watching

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535") }
    }

    func run() async throws {
        var configuration = try await locate(path)
        let terminal = Terminal(least: configuration.logLevel)
        var settings = SandboxConfiguration(port: port)
        if noRateLimits { settings.rateLimits = .off }
        let sandbox = Sandbox(configuration: settings)
        let address: SandboxAddress
        do { address = try await sandbox.start() } catch {
            Terminal.complain("\(error)")
            throw Exit.failed
        }
        guard let session = ChatSession(sandbox, terminal) else {
            Terminal.complain("the sandbox has nobody to speak as")
            throw Exit.failed
        }
        configuration.api = address.apiURL
        configuration.token = sandbox.botToken
        configuration.grace = 10
        let clock = CountedClock()
        if session.isInteractive {
            configuration.watch = try watching.timing(.dev)
            terminal.line("What you type is said to the bot. /help lists more; the same on a page: \(address.pageURL)")
        } else {
            // Lines of a pipe wait for the bot's work, which is counted for that.
            configuration.clock = clock
            configuration.restClock = CountedRESTClock(clock)
        }
        let bot = Bot(configuration, observer: PageObserver(terminal: terminal, sandbox: sandbox))
        let code = await session.run(bot, clock)
        try? await sandbox.shutdown()
        if let code { throw code }
    }
}
