import FluxerModel
import FluxerSandbox
import Foundation
import LineEditor
import Testing

@testable import moontide

@Suite("chat from a terminal", .timeLimit(.minutes(1)))
struct ChatTests {
    private static let script = """
        bot:command("ping", { help = "Is anyone there?" }, function(ctx) ctx:reply("pong \\27[31m") end)
        bot:command("card", function(ctx)
            ctx:send { embed = { title = "Report", description = "All well", fields = { { "Open", "12" } } } }
        end)
        bot:command("busy", function(ctx)
            local message = ctx:send("one")
            message:edit("two")
            message:add_reaction("🌊")
            message:delete()
        end)
        bot:command("broken", function(ctx) local nothing; ctx:send(nothing.text) end)
        """

    private func withScript(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "moontide-chat-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "bot.lua")
        try Self.script.write(to: file, atomically: true, encoding: .utf8)
        try await body(file.path)
    }

    @Test(
        "lines of a pipe are said in turn, each after the bot has answered the one before; the end of the input ends it"
    )
    func piped() async throws {
        try await withScript { file in
            try await ChildProcess.with(Program.path, ["chat", file], hasInput: true) { chat in
                let typed = [
                    "!ping", "/as jonas", "/in bots", "!card", "!busy", "/react 2 👍", "/in dm", "!ping", "//slash",
                    "/reatc 1 x", "/as jonsa", "/in rndom", "/react 99 x", "/react", "",
                ]
                try chat.send(typed.joined(separator: "\n"))
                try chat.endInput()
                #expect(await chat.exitCode() == 0)
                let said = chat.output.drop { !$0.hasPrefix("1 ") }
                #expect(
                    Array(said) == [
                        "1 #general Mira: !ping", "2 #general moontide to 1: pong \u{FFFD}[31m",
                        "3 #bots Jonas: !card", "4 #bots moontide:", "    | Report", "    | All well", "    | Open: 12",
                        "5 #bots Jonas: !busy", "6 #bots moontide: one", "6 #bots moontide edited: two",
                        "6 #bots moontide reacted 🌊", "6 #bots deleted: two", "2 #general Jonas reacted 👍",
                        "7 dm Jonas: !ping", "8 dm moontide to 7: pong \u{FFFD}[31m", "9 dm Jonas: /slash",
                        "there is no /reatc: did you mean /react?", "there is no 'jonsa': did you mean 'jonas'?",
                        "there is no channel 'rndom': did you mean 'random'?",
                        "there is no message 99: the numbers stand before the messages",
                        "write /react N EMOJI: N is the number before the message",
                    ])
            }
        }
    }

    @Test("errors, saves and reloads appear; /quit ends it; a script that does not load ends it with 1")
    func reports() async throws {
        try await withScript { file in
            try await ChildProcess.with(Program.path, ["chat", file], hasInput: true) { chat in
                try chat.send("!broken\n")
                _ = try await chat.line {
                    $0.contains("in !broken of bot v1: bot.lua:11: attempt to index a nil value")
                }
                try Self.script.replacing("pong", with: "PONG").write(toFile: file, atomically: true, encoding: .utf8)
                try chat.send("/reload\n!ping\n/users\n/channels\n/help\n/quit\nnever\n")
                _ = try await chat.line { $0.contains("PONG") }
                #expect(await chat.exitCode() == 0)
                #expect(chat.output.contains { $0.hasPrefix("reloaded bot v2: ~1 command") })
                #expect(
                    chat.output.contains("* Mira (mira)") && chat.output.contains("* #general  Talk about anything"))
                #expect(chat.output.contains { $0.hasPrefix("  /react N EMOJI") })
                #expect(!chat.output.contains { $0.contains("never") })
            }
            try "bot:command(".write(toFile: file, atomically: true, encoding: .utf8)
            try await ChildProcess.with(Program.path, ["chat", file], hasInput: true) { chat in
                _ = try await chat.line { $0.contains("bot.lua:1:") }
                #expect(await chat.exitCode() == 1)
            }
        }
    }

    @Test("on a terminal lines are edited and completed while answers appear above them, and the terminal comes back")
    func terminal() async throws {
        try await withScript { file in
            let screen = try PseudoTerminal(Program.path, ["chat", file])
            defer { screen.end() }
            var place = try await screen.wait(for: "ready: 1 guild")
            place = try await screen.wait(for: "Mira #general> ", from: place)
            try screen.type("!p\t")
            place = try await screen.wait(for: "ing", from: place)
            try screen.type("\r")
            place = try await screen.wait(for: "#general", from: place)
            place = try await screen.wait(for: "pong \u{FFFD}[31m\r\n", from: place)
            place = try await screen.wait(for: "Mira #general> ", from: place)
            // Half a line is on the screen while something appears: it is drawn again below.
            try screen.type("größe")
            place = try await screen.wait(for: "größe", from: place)
            try Self.script.replacing("pong", with: "PONG").write(toFile: file, atomically: true, encoding: .utf8)
            place = try await screen.wait(for: "reloaded", from: place)
            place = try await screen.wait(for: "Mira #general> größe", from: place)
            try screen.type("\r")
            place = try await screen.wait(for: ": größe\r\n", from: place)
            try screen.type("/as jo\t\r")
            place = try await screen.wait(for: "Jonas #general> ", from: place)
            // History: the line before the last.
            try screen.type("\u{10}\u{10}\r")
            place = try await screen.wait(for: ": größe\r\n", from: place)
            try screen.type("\u{4}")
            #expect(await screen.exitCode() == 0)
        }
    }
}

@Suite("what chat understands and writes")
struct ChatPartTests {
    @Test("completion follows what is being typed")
    func completion() {
        let completer = ChatCompleter(
            people: ["mira", "jonas"], channels: ["general", "bots"], commands: ["!ping", "!pong"])
        func offered(_ text: String) -> [String] { completer.completion(of: text).candidates }
        #expect(offered("!p") == ["!ping", "!pong"])
        #expect(offered("/re") == ["/react", "/reload"])
        #expect(offered("/as J") == ["jonas"])
        #expect(offered("/in ") == ["bots", "dm", "general"])
        #expect(offered("hi @m") == ["@mira"])
        #expect(offered("see #b") == ["#bots"])
        #expect(offered("hello th") == [])
        #expect(completer.completion(of: "hi @m").replaced == 2)
    }

    @Test("an edit that changes nothing is no line, and a message forgotten has no number")
    func scribe() throws {
        let author = User(id: UserID(1), username: "ann")
        var scribe = ChatScribe(people: [author], bot: User(id: UserID(9), username: "bot"), channels: []) { text, _ in
            text
        }
        func message(_ id: UInt64, _ text: String) -> Message {
            Message(id: MessageID(id), channelID: ChannelID(5), author: author, content: text)
        }
        for id in 1...UInt64(ChatScribe.kept) { _ = scribe.lines(of: .messageCreated(message(id, "x"))) }
        #expect(scribe.message(1) != nil)
        #expect(scribe.lines(of: .messageCreated(message(5_000, "a\nb\u{7}"))) == ["1001 dm ann: a\n    b\u{FFFD}"])
        #expect(scribe.message(1) == nil)
        #expect(scribe.lines(of: .messageUpdated(message(5_000, "a\nb\u{7}"))) == [])
        #expect(scribe.lines(of: .messageUpdated(message(5_000, "c"))) == ["1001 dm ann edited: c"])
    }
}
