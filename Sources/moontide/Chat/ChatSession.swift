import ArgumentParser
import BotCore
import BotTesting
import FluxerModel
import FluxerSandbox
import LineEditor
import Synchronization

/// One chat: reads what is typed, does it, and writes down what happens.
final class ChatSession: Sendable {
    private let sandbox: Sandbox
    private let terminal: Terminal
    private let lines: ChatLines
    private let shared: Shared
    private let scribe: Mutex<ChatScribe>
    /// How far the writing is: marks that have come by.
    private let marks = Mutex(0)

    /// What the thread that edits lines looks at too.
    private final class Shared: Sendable {
        let room: Mutex<ChatRoom>
        private let bot = Mutex<Bot?>(nil)

        init(_ room: ChatRoom) { self.room = Mutex(room) }

        func follow(_ bot: Bot) { self.bot.withLock { $0 = bot } }

        func completion(of text: String) -> LineEditor.Completion {
            let room = room.withLock { $0 }
            return ChatCompleter(
                people: room.people.map(\.username), channels: room.channels.compactMap(\.name),
                commands: bot.withLock { $0 }?.commandNames ?? []
            ).completion(of: text)
        }
    }

    var isInteractive: Bool { lines.isInteractive }

    /// - Returns: nil where the sandbox has nobody to speak as.
    init?(_ sandbox: Sandbox, _ terminal: Terminal) {
        guard let room = ChatRoom(people: sandbox.users, channels: sandbox.channels) else { return nil }
        self.sandbox = sandbox
        self.terminal = terminal
        let shared = Shared(room)
        self.shared = shared
        lines = ChatLines(
            prompt: { shared.room.withLock { $0.prompt } }, complete: { shared.completion(of: $0) })
        scribe = Mutex(
            ChatScribe(people: room.people, bot: sandbox.bot, channels: room.channels) { terminal.colour($0, $1) })
    }

    /// Runs until the input ends, the bot does, or a signal comes. Nil is a clean end.
    func run(_ bot: Bot, _ clock: CountedClock) async -> ExitCode? {
        shared.follow(bot)
        let events = sandbox.events()
        let writing = Task { for await event in events { write(event) } }
        let end = Mutex(false)
        let serving = Task { [lines] in
            let code = await serve(bot, terminal)
            end.withLock { $0 = true }
            await lines.stop()
            return code
        }
        if !isInteractive { await wait(seconds: 15) { bot.standing.isReady || end.withLock { $0 } } }
        if !end.withLock({ $0 }) { lines.start() }
        for await input in lines.inputs {
            if input == .quit { break }
            await perform(input, bot)
            if !isInteractive { await settle(bot, clock) }
        }
        bot.stop()
        let code = await serving.value
        writing.cancel()
        return code
    }

    // MARK: What was typed

    private func perform(_ input: ChatInput, _ bot: Bot) async {
        let room = shared.room.withLock { $0 }
        defer { if shared.room.withLock({ $0.prompt }) != room.prompt { lines.redraw() } }
        do {
            switch input {
            case .say(let text): try sandbox.say(as: room.speaker.id, in: room.channel.id, text)
            case .becomes(let name):
                try shared.room.withLock { try $0.become(name) }
                // The private channel is another one for everybody.
                if room.channel.type.isPrivate { try goToBot() }
            case .goes(let name):
                if name.lowercased() == "dm" { return try goToBot() }
                let channel = try room.channel(named: name)
                shared.room.withLock { $0.go(to: channel) }
            case .users: room.userLines.forEach { terminal.line($0) }
            case .channels: room.channelLines.forEach { terminal.line($0) }
            case .react(let number, let emoji):
                guard let message = scribe.withLock({ $0.message(number) }) else {
                    throw ChatRefusal("there is no message \(number): the numbers stand before the messages")
                }
                try sandbox.react(emoji, to: message.id, in: message.channelID, as: room.speaker.id)
            case .reload: await bot.reload()
            case .help: ChatInput.helpLines.forEach { terminal.line($0) }
            case .quit: break
            case .refused(let reason): terminal.line(terminal.colour(Terminal.plain(reason), "33"))
            }
        } catch {
            terminal.line(terminal.colour(Terminal.plain("\(error)"), "33"))
        }
    }

    private func goToBot() throws {
        let speaker = shared.room.withLock { $0.speaker }
        let channel = try sandbox.directChannel(with: speaker.id)
        shared.room.withLock { $0.go(to: channel) }
    }

    // MARK: What happens

    private func write(_ event: WorldEvent) {
        if case .typing(let typing) = event, typing.userID != sandbox.bot.id {
            marks.withLock { $0 += 1 }
            return
        }
        for line in scribe.withLock({ $0.lines(of: event) }) { terminal.line(line) }
    }

    /// Waits until the bot has done what it can do now, and until that is written.
    private func settle(_ bot: Bot, _ clock: CountedClock) async {
        await wait(seconds: 5) { bot.isQuiet(on: sandbox, clock.work) || !bot.standing.isConnected }
        // The person begins to type: once that comes by, so has all before it.
        let seen = marks.withLock { $0 }
        let room = shared.room.withLock { $0 }
        guard (try? sandbox.type(in: room.channel.id, as: room.speaker.id)) != nil else { return }
        await wait(seconds: 5) { marks.withLock { $0 } > seen }
    }

    private func wait(seconds: Double, until condition: () -> Bool) async {
        let end = ContinuousClock.now + .seconds(seconds)
        while !condition(), ContinuousClock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(2))
        }
    }
}
