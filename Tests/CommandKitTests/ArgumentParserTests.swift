import CommandKit
import Testing

@Suite("argument parser")
struct ArgumentParserTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let signature: String
        let text: String
        let values: [ArgumentValue]

        init(_ signature: String, _ text: String, _ values: [ArgumentValue]) {
            self.signature = signature
            self.text = text
            self.values = values
        }

        var testDescription: String { "\(signature) ← \(text)" }
    }

    static let good: [Row] = [
        Row("c", "", []),
        Row("c", "whatever else", []),
        Row("c <a>", "x", [.string("x")]),
        Row("c <a>", "  x y z", [.string("x")]),
        Row("c <a>", "\"x y\" z", [.string("x y")]),
        Row("c <a>", "\"\"", [.string("")]),
        Row("c <a> <b>", "x y", [.string("x"), .string("y")]),
        Row("c [a]", "", [.absent]),
        Row("c [a]", "   ", [.absent]),
        Row("c [a=d]", "", [.string("d")]),
        Row("c [a=d]", "e", [.string("e")]),
        Row("c [n=5]", "", [.int(5)]),
        Row("c [n=5]", "7", [.int(7)]),
        Row("c [a] [n:int=5] [...r]", "x", [.string("x"), .int(5), .absent]),
        Row("c <...a>", "  x  \"y\"   z ", [.string("x  \"y\"   z")]),
        Row("c <...a>", "\"x y\"", [.string("\"x y\"")]),
        Row("c <a> <...r>", "\"x y\"\n z\n\nz ", [.string("x y"), .string("z\n\nz")]),
        Row("c [...r]", " ", [.absent]),
        Row("c [...r=none]", " \u{3000}", [.string("none")]),
        Row("c [...r=\"\"]", "", [.string("")]),
        Row("c <...n:int>", " 12 ", [.int(12)]),
        Row("c <n:int>", "0", [.int(0)]),
        Row("c <n:int>", "+12", [.int(12)]),
        Row("c <n:int>", "-007", [.int(-7)]),
        Row("c <n:int>", "9223372036854775807", [.int(.max)]),
        Row("c <n:int>", "-9223372036854775808", [.int(.min)]),
        Row("c <n:int>", "\"5\"", [.int(5)]),
        Row("c <n:number>", "5", [.number(5)]),
        Row("c <n:number>", "-2.5", [.number(-2.5)]),
        Row("c <n:number>", ".5", [.number(0.5)]),
        Row("c <n:number>", "5.", [.number(5)]),
        Row("c <n:number>", "+1e3", [.number(1000)]),
        Row("c <n:number>", "1.5E-3", [.number(0.0015)]),
        Row("c <n:number>", "1e400", [.number(.infinity)]),
        Row("c <n:number>", "-1e400", [.number(-.infinity)]),
        Row("c <n:number>", "1e-400", [.number(0)]),
        Row("c <n:number>", "1e99999999999999999999", [.number(.infinity)]),
        Row("c <n:number>", String(repeating: "9", count: 4000), [.number(.infinity)]),
    ]

    @Test("what fits is converted", arguments: good)
    func accepted(_ row: Row) throws {
        var parser = try Self.parser(row.signature, row.text)
        guard case .done(let values) = parser.start() else {
            Issue.record("\(parser.start())")
            return
        }
        #expect(values == row.values)
        #expect(parser.currentParameter == nil)
    }

    @Test("bool words are discord.py's, in any case")
    func boolWords() throws {
        for (words, value) in [
            ("yes y true t 1 enable on YES True oN", true), ("no n false f 0 disable off NO False oFF", false),
        ] {
            for word in words.split(separator: " ") {
                var parser = try Self.parser("c <b:bool>", String(word))
                guard case .done(let values) = parser.start() else {
                    Issue.record("\(word) was refused")
                    continue
                }
                #expect(values == [.bool(value)], "\(word)")
            }
        }
    }

    @Test(
        "what is no int is a BadArgument",
        arguments: [
            "x", "", "+", "-", "1.0", "1e3", "1_000", "0x10", "٣", "５", "9223372036854775808", "-9223372036854775809",
            "--1", "1 ",
        ])
    func badInt(_ word: String) throws {
        let error = try failure("c <n:int>", "\"\(word)\"")
        #expect(error?.name == "BadArgument")
        #expect(error?.message == "Converting to \"int\" failed for parameter \"n\".")
    }

    @Test(
        "what is no number is a BadArgument",
        arguments: [
            "", ".", "+", "-.", "e5", "1e", "1e+", "inf", "nan", "Infinity", "0x1p3", "1_0", "1,5", "1.2.3", "１", "1f",
        ])
    func badNumber(_ word: String) throws {
        let error = try failure("c <n:number>", "\"\(word)\"")
        #expect(error?.message == "Converting to \"number\" failed for parameter \"n\".")
    }

    @Test("what is neither yes nor no is a BadBoolArgument")
    func badBool() throws {
        let error = try failure("c <b:bool>", "@everyone")
        #expect(error?.name == "BadBoolArgument")
        #expect(error?.message == "@\u{200B}everyone is not a recognised boolean option")
        #expect(error?[field: "argument"] == .string("@everyone"))
        #expect(error?[field: "param"] == .table([.init("name", .string("b"))]))
        #expect(error?.isA("BadArgument") == true)
    }

    @Test("a missing argument names its parameter and shows the usage")
    func missing() throws {
        for text in ["", "  ", "alice", "alice  \n"] {
            let error = try failure("ban <who> <days:int> [...reason]", text)
            let name = text.hasPrefix("alice") ? "days" : "who"
            #expect(error?.name == "MissingRequiredArgument")
            #expect(error?.message == "\(name) is a required argument that is missing.")
            #expect(error?.userMessage == "`\(name)` is missing. Usage: !ban <who> <days> [reason]")
            #expect(error?[field: "param"] == .table([.init("name", .string(name))]))
        }
        #expect(try failure("say <...text>", " \n ")?.userMessage == "`text` is missing. Usage: !say <text>")
    }

    @Test("strict quotes make parsing errors of the text, lenient ones do not")
    func quotes() throws {
        #expect(try failure("c <a>", "don’t", .strict)?.name == "UnexpectedQuoteError")
        #expect(try failure("c <a> <b>", "x \"y", .strict)?.message == "Expected closing \".")
        #expect(try failure("c <a>", "don’t") == nil)
        // A rest takes no words, so its quotes cannot be wrong.
        #expect(try failure("c <...a>", "don’t \"x", .strict) == nil)
    }

    @Test("surplus text is ignored unless the command minds")
    func surplus() throws {
        var options = ArgumentParser.Options()
        options.ignoresExtra = false
        let error = try failure("c <a>", "x y", options: options)
        #expect(error?.name == "TooManyArguments")
        #expect(error?.message == "Too many arguments passed to c")
        #expect(try failure("c <a>", "x \n ", options: options) == nil)
        #expect(try failure("c", " ", options: options) == nil)
        #expect(try failure("c [...r]", "x y", options: options) == nil)
    }

    @Test("a raw rest keeps all its blanks and may be empty")
    func rawRest() throws {
        var options = ArgumentParser.Options()
        options.restIsRaw = true
        for (text, rest) in [("x  y ", "  y "), ("x", "")] {
            var parser = try Self.parser("c <a> <...r>", text, options: options)
            guard case .done(let values) = parser.start() else {
                Issue.record("\(text) was refused")
                continue
            }
            #expect(values == [.string("x"), .string(rest)])
        }
    }

    @Test("an unknown type is asked for, and parsing goes on with what the caller made of the word")
    func need() {
        let parameters = [
            Parameter("who", .converter("member")), Parameter("n", .int),
            Parameter(optional: "other", .converter("member")), Parameter(optional: "room", .converter("channel")),
        ]
        var parser = ArgumentParser(parameters, arguments: WordCursor("\"Ann Lee\" 3 bob"), usage: Self.usage("c", ""))
        #expect(Self.told(parser.start()) == "need member Ann Lee")
        #expect(Self.told(parser.start()) == "need member Ann Lee")
        #expect(parser.currentParameter?.name == "who")
        #expect(Self.told(parser.resume(with: .custom(17))) == "need member bob")
        #expect(parser.currentParameter?.name == "other")
        #expect(parser.valuesSoFar == [.custom(17), .int(3)])
        guard case .done(let values) = parser.resume(with: .custom("bob's id")) else {
            Issue.record("not done")
            return
        }
        #expect(values == [.custom(17), .int(3), .custom("bob's id"), .absent])
        #expect(Self.told(parser.resume(with: .custom(1))) == "done 4")
        #expect(Self.told(parser.fail()) == "done 4")
    }

    @Test("a conversion that fails names converter and parameter, or is the caller's own error")
    func needFails() {
        let parameters = [Parameter("who", .converter("member"))]
        var parser = ArgumentParser(parameters, arguments: WordCursor("x"), usage: Self.usage("c", "<who>"))
        var other = parser
        _ = parser.start()
        #expect(Self.told(parser.fail()) == "BadArgument: Converting to \"member\" failed for parameter \"who\".")
        #expect(
            Self.told(parser.resume(with: .absent))
                == "BadArgument: Converting to \"member\" failed for parameter \"who\".")
        _ = other.start()
        #expect(
            Self.told(other.fail(CommandError(.badArgument, "Member \"x\" not found.")))
                == "BadArgument: Member \"x\" not found.")
    }

    @Test("two custom values are equal if type and value are")
    func customEquality() {
        #expect(ArgumentValue.custom(1) == .custom(1))
        #expect(ArgumentValue.custom(1) != .custom(2))
        #expect(ArgumentValue.custom(1) != .custom("1"))
        #expect(ArgumentValue.custom(1) != .int(1))
        #expect(
            Set<ArgumentValue>([.custom(1), .custom(1), .int(1), .absent, .string("a"), .bool(true), .number(1)]).count
                == 6)
    }

    // MARK: Help for these tests

    static func usage(_ command: String, _ parameters: String) -> UsageLine {
        UsageLine(prefix: "!", command: command, parameters: parameters)
    }

    static func parser(
        _ text: String, _ arguments: String, _ quotes: QuoteMode = .lenient, options: ArgumentParser.Options = .init()
    ) throws -> ArgumentParser {
        let signature = try Signature(parsing: text)
        return ArgumentParser(
            signature, arguments: WordCursor(arguments, quotes: quotes), usage: signature.usage(prefix: "!"),
            options: options)
    }

    static func told(_ step: ArgumentParser.Step) -> String {
        switch step {
        case .need(let converter, let word): "need \(converter) \(word)"
        case .done(let values): "done \(values.count)"
        case .failed(let error): error.description
        }
    }

    private func failure(
        _ signature: String, _ text: String, _ quotes: QuoteMode = .lenient, options: ArgumentParser.Options = .init()
    ) throws -> CommandError? {
        var parser = try Self.parser(signature, text, quotes, options: options)
        guard case .failed(let error) = parser.start() else { return nil }
        return error
    }

    @Test("any text ends in values or in an error, one value for each parameter")
    func anyText() throws {
        let signatures = try [
            "c <a> <n:int> [x=1.5] [...rest]", "c [b:bool] [n=3] [s=\"x y\"]", "c <...n:number>", "c",
            "c <a> <b> <c> <d>",
        ].map { try Signature(parsing: $0) }
        SeededGenerator.run("arguments") { generator in
            for _ in 0..<20_000 {
                let text = generator.text(upTo: 30, of: "a1 2. -\"\\“”  yn\n@")
                let signature = signatures.randomElement(using: &generator) ?? signatures[0]
                let quotes: QuoteMode = Bool.random(using: &generator) ? .strict : .lenient
                var options = ArgumentParser.Options()
                options.ignoresExtra = Bool.random(using: &generator)
                options.restIsRaw = Bool.random(using: &generator)
                var parser = ArgumentParser(
                    signature, arguments: WordCursor(text, quotes: quotes), usage: signature.usage(prefix: "!"),
                    options: options)
                switch parser.start() {
                case .need: Issue.record("\(text.debugDescription): needs something")
                case .done(let values): #expect(values.count == signature.parameters.count)
                case .failed(let error):
                    #expect(error.isA("UserInputError"))
                    #expect(quotes == .strict || !error.isA("ArgumentParsingError"))
                    #expect(error.userMessage?.isEmpty == false)
                }
            }
        }
    }
}
