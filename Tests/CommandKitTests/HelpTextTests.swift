import CommandKit
import Testing

@Suite("help")
struct HelpTextTests {
    private func command(_ signature: String, help: String = "", brief: String = "", isHidden: Bool = false) throws
        -> HelpCommand
    {
        HelpCommand(try Signature(parsing: signature), help: help, brief: brief, isHidden: isHidden)
    }

    @Test("plain help lists the commands by name")
    func overview() throws {
        let help = HelpText(prefix: "!", description: "A friendly bot.\nSays hello.")
        let pages = help.overview([
            try command("ping", help: "Answers.\n\nAnd more."),
            try command("help|commands [command]", brief: "Shows this message."),
            try command("ban|hammer <who> [days=1] [...reason]"),
            try command("secret", help: "Nobody knows.", isHidden: true),
        ])
        #expect(
            pages == [
                """
                ```
                A friendly bot.
                Says hello.

                Commands:
                  !ban <who> [days=1] [reason]
                  !help [command] - Shows this message.
                  !ping - Answers.

                Type !help command for more info on a command.
                ```
                """
            ])
    }

    @Test("cogs come first, sorted, and groups show their commands two spaces further in")
    func tree() {
        let prune = HelpCommand(name: "prune", parents: ["admin"], parameters: "<n>", help: "Cleans up.")
        let pages = HelpText(prefix: "?", endingNote: "Bye.").overview([
            HelpCommand(name: "ping"),
            HelpCommand(name: "roll", category: "Dice"),
            HelpCommand(name: "admin", help: "Runs things.", category: "Admin", subcommands: [prune]),
            HelpCommand(name: "hidden", isHidden: true, category: "Empty"),
        ])
        #expect(
            pages == [
                """
                ```
                Admin:
                  ?admin - Runs things.
                    ?admin prune <n> - Cleans up.

                Dice:
                  ?roll

                Commands:
                  ?ping

                Bye.
                ```
                """
            ])
    }

    @Test("without commands it says so")
    func empty() {
        #expect(HelpText(prefix: "!", endingNote: "").overview([]) == ["```\nThere are no commands.\n```"])
    }

    @Test("a command's page shows all its names, its parameters and its whole help")
    func page() throws {
        let help = HelpText(prefix: "!")
        #expect(
            help.page(
                for: try command("ban|hammer <who> [days=1]", help: "Bans somebody.\n\nFor good.\n", brief: "Bans."))
                == ["```\n![ban|hammer] <who> [days=1]\n\nBans somebody.\n\nFor good.\n```"])
        #expect(help.page(for: try command("ping")) == ["```\n!ping\n```"])
        #expect(help.page(for: try command("ping", brief: "Short.")) == ["```\n!ping\n\nShort.\n```"])
        let group = HelpCommand(
            name: "admin", help: "Runs things.", subcommands: [HelpCommand(name: "prune", parents: ["admin"])])
        #expect(help.page(for: group) == ["```\n!admin\n\nRuns things.\n\nCommands:\n  !admin prune\n```"])
        let nested = HelpCommand(name: "prune", aliases: ["p"], parents: ["admin"], parameters: "<n>")
        #expect(help.page(for: nested) == ["```\n!admin [prune|p] <n>\n```"])
    }

    @Test("what is not found is told, with what may have been meant")
    func notFound() {
        #expect(HelpText.notFound("pign") == "No command called \"pign\" found.")
        #expect(
            HelpText.notFound("pign", suggestion: "ping") == "No command called \"pign\" found. Did you mean \"ping\"?")
        #expect(
            HelpText.notFound("@everyone <@1> <@!2> <@&3> a@b")
                == "No command called \"@\u{200B}everyone <@\u{200B}1> <@\u{200B}!2> <@\u{200B}&3> a@b\" found.")
        #expect(HelpText.notFound(String(repeating: "x", count: 4000)).unicodeScalars.count < 150)
    }

    @Test("a script's text can neither leave the block nor call everybody")
    func harmless() throws {
        let pages = HelpText(prefix: "!").page(for: try command("x", help: "``` @everyone\n````\n@here"))
        #expect(
            pages == [
                "```\n!x\n\n`\u{200B}`\u{200B}` @\u{200B}everyone\n`\u{200B}`\u{200B}`\u{200B}`\n@\u{200B}here\n```"
            ])
    }

    @Test("long help goes over pages that end with a line and hold at most 2,000 units")
    func pages() throws {
        let commands = try (100..<400).map { try command("command\($0) <who>", help: "Does thing number \($0).") }
        let pages = HelpText(prefix: "!").overview(commands)
        #expect(pages.count == 7)
        var lines: [String] = []
        for page in pages {
            #expect(page.utf16.count <= 2000)
            #expect(page.hasPrefix("```\n") && page.hasSuffix("\n```"))
            lines += page.split(separator: "\n").dropFirst().dropLast().map(String.init)
        }
        #expect(lines.count == 302)
        #expect(lines.dropFirst().dropLast().allSatisfy { $0.hasSuffix(".") && $0.hasPrefix("  !command") })
    }

    @Test("one endless line is cut between code points, and nothing of it is lost")
    func endlessLine() throws {
        for letter in ["x", "é", "👍", "`"] {
            let text = String(repeating: letter, count: 20_000)
            let pages = HelpText(prefix: "!").page(for: try command("z", help: text))
            #expect(pages.allSatisfy { $0.utf16.count <= 2000 })
            let wanted = letter.unicodeScalars.first
            let found = pages.map { $0.dropFirst(4).dropLast(3).unicodeScalars.filter { $0 == wanted }.count }
            #expect(found.reduce(0, +) == 20_000)
        }
    }

    @Test("any texts give whole pages within the limit")
    func anyText() {
        SeededGenerator.run("help") { generator in
            for _ in 0..<300 {
                let commands = (0..<Int.random(in: 0...12, using: &generator)).map { number in
                    HelpCommand(
                        name: "c\(number)", aliases: [generator.text(upTo: 5, of: "ab")],
                        parameters: generator.text(upTo: 40, of: "<a> [b]`"),
                        help: generator.text(upTo: 3000, of: "a b\n`@\r"), brief: generator.text(upTo: 3, of: "a\n "),
                        isHidden: number == 0, category: number % 3 == 0 ? nil : generator.text(upTo: 3, of: "AB"))
                }
                let help = HelpText(prefix: "`!", description: generator.text(upTo: 3000, of: "a \n`"))
                for page in help.overview(commands) + commands.flatMap(help.page) {
                    #expect(page.utf16.count <= 2000)
                    let inner = page.unicodeScalars.dropFirst(4).dropLast(3)
                    #expect(!zip(inner, inner.dropFirst()).contains { $0 == "`" && $1 == "`" })
                    #expect(page.unicodeScalars.starts(with: "```\n".unicodeScalars))
                    #expect(page.utf8.suffix(4).elementsEqual("\n```".utf8))
                }
            }
        }
    }
}
