import CommandKit
import Testing

@Suite("command errors")
struct CommandErrorTests {
    struct Failure: Error {}

    @Test("every text is discord.py's")
    func texts() {
        let texts: [(CommandError, String)] = [
            (.commandNotFound("pong"), "CommandNotFound: Command \"pong\" is not found"),
            (.disabledCommand("pong"), "DisabledCommand: pong command is disabled"),
            (.checkFailure(command: "pong"), "CheckFailure: The check functions for command pong failed."),
            (
                .checkFailure(command: "pong", isGlobal: true),
                "CheckFailure: The global check functions for command pong failed."
            ),
            (
                .invokeError(Failure(), text: "ScriptError: hello.lua:3: oh"),
                "CommandInvokeError: Command raised an exception: ScriptError: hello.lua:3: oh"
            ),
            (.missingRequiredArgument("who"), "MissingRequiredArgument: who is a required argument that is missing."),
            (.tooManyArguments(command: "pong"), "TooManyArguments: Too many arguments passed to pong"),
            (
                .badArgument(converter: "int", parameter: "n", argument: "x"),
                "BadArgument: Converting to \"int\" failed for parameter \"n\"."
            ),
            (
                .badBoolArgument("maybe", parameter: "b"),
                "BadBoolArgument: maybe is not a recognised boolean option"
            ),
        ]
        for (error, text) in texts { #expect(error.description == text) }
    }

    @Test("quote errors show code points as Python does")
    func quoteTexts() {
        let rows = [
            ("a\"b", "Unexpected quote mark, '\"', in non-quoted string"),
            ("a’b", "Unexpected quote mark, '’', in non-quoted string"),
            ("\"a\"b", "Expected space after closing quotation but received 'b'"),
            ("\"a\"'", "Expected space after closing quotation but received \"'\""),
            ("\"a\"\\", #"Expected space after closing quotation but received '\\'"#),
            ("\"a\"\u{1}", #"Expected space after closing quotation but received '\x01'"#),
            ("\"a\"\u{200B}", #"Expected space after closing quotation but received '\u200b'"#),
            ("\"a\"\u{E0001}", #"Expected space after closing quotation but received '\U000e0001'"#),
            ("“a", "Expected closing ”."),
        ]
        for (text, message) in rows { #expect(words(text, .strict).error?.message == message) }
    }

    @Test("the tree is the design's")
    func tree() {
        func bases(_ name: String) -> String? {
            CommandError.Kind.named(name)?.bases.joined(separator: " ")
        }
        #expect(bases("FluxerError") == "DiscordException")
        #expect(bases("CommandNotFound") == "CommandError FluxerError DiscordException")
        #expect(bases("NotOwner") == "CheckFailure CommandError FluxerError DiscordException")
        #expect(
            bases("ExpectedClosingQuoteError")
                == "ArgumentParsingError UserInputError CommandError FluxerError DiscordException")
        #expect(
            bases("BadFlagArgument") == "FlagError BadArgument UserInputError CommandError FluxerError DiscordException"
        )
        #expect(bases("CommandRegistrationError") == "ClientException FluxerError DiscordException")
        #expect(bases("Nonsense") == nil)
        let all = CommandError.Kind.all
        #expect(all.count == 55)
        for (index, kind) in all.enumerated().dropFirst() {
            let earlier = Set(all[..<index].map(\.name)).union(["DiscordException"])
            #expect(kind.bases.allSatisfy { earlier.contains($0) }, "\(kind.name) stands before a base")
        }
    }

    @Test("an error is of its class and of all above it")
    func isA() {
        let error = CommandError.badBoolArgument("x", parameter: "b")
        for name in [
            "BadBoolArgument", "BadArgument", "UserInputError", "CommandError", "FluxerError", "DiscordException",
        ] {
            #expect(error.isA(name))
        }
        #expect(!error.isA("CheckFailure"))
        let own = CommandError.Kind("NotRich", below: .checkFailure)
        #expect(own.isA("CheckFailure") && own.isA("NotRich") && !own.isA("NotOwner"))
    }

    @Test("mass mentions in a message reach nobody, and a long quotation is cut")
    func harmless() {
        #expect(
            CommandError.commandNotFound("@everyone@here").message
                == "Command \"@\u{200B}everyone@\u{200B}here\" is not found")
        #expect(CommandError(.commandError, "@Everyone @ every @everyon").message == "@Everyone @ every @everyon")
        let long = String(repeating: "ä", count: 4000)
        let error = CommandError.commandNotFound(long)
        #expect(error.message == "Command \"\(long.prefix(100))…\" is not found")
        #expect(error[field: "command_name"] == .string(long))
    }

    @Test("people are told what they can mend, and nothing of a script's inside")
    func userMessages() {
        #expect(CommandError.invokeError(Failure(), text: "secret").userMessage == nil)
        #expect(CommandError(.conversionError, "secret").userMessage == nil)
        #expect(CommandError.missingRequiredArgument("who").userMessage == "`who` is missing.")
        #expect(
            CommandError.missingRequiredArgument("who", usage: "@everyone ban <who>").userMessage
                == "`who` is missing. Usage: @\u{200B}everyone ban <who>")
        #expect(CommandError.disabledCommand("ban").userMessage == "ban command is disabled")
        #expect(CommandError.checkFailure(command: "ban").userMessage == "The check functions for command ban failed.")
        for (seconds, text) in [(4.0, "4.0"), (0.04, "0.0"), (59.95, "60.0"), (-1, "0.0"), (Double.infinity, "inf")] {
            let error = CommandError(.commandOnCooldown, "x", fields: [.init("retry_after", .number(seconds))])
            #expect(error.userMessage == "slow down, try again in \(text) s")
        }
        let missing = CommandError.Value.list([.string("ban_members"), .string("kick_members")])
        let error = CommandError(.missingPermissions, "x", fields: [.init("missing_permissions", missing)])
        #expect(error.userMessage == "you need: ban_members, kick_members")
    }

    @Test("defusing for a code block leaves no fence")
    func fences() {
        for text in ["```", "a``b", "````x``", "`"] {
            #expect(Defusing.codeBlock(text).replacing("\u{200B}") == text)
            #expect(!Defusing.codeBlock(text).hasDoubleBacktick)
        }
    }
}

extension String {
    fileprivate func replacing(_ scalar: Unicode.Scalar) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: unicodeScalars.filter { $0 != scalar })
        return text
    }

    fileprivate var hasDoubleBacktick: Bool {
        zip(unicodeScalars, unicodeScalars.dropFirst()).contains { $0 == "`" && $1 == "`" }
    }
}
