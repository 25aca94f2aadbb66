import CommandKit
import Testing

@Suite("signature")
struct SignatureTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let names: [String]
        let help: String
        let parameters: [Parameter]

        init(_ text: String, _ names: [String], _ help: String, _ parameters: [Parameter] = []) {
            self.text = text
            self.names = names
            self.help = help
            self.parameters = parameters
        }

        var testDescription: String { text }
    }

    static let table: [Row] = [
        Row("ping", ["ping"], ""),
        Row("  ping\n", ["ping"], ""),
        Row("ban|hammer|weg", ["ban", "hammer", "weg"], ""),
        Row("größe", ["größe"], ""),
        Row("c++", ["c++"], ""),
        Row("8ball", ["8ball"], ""),
        Row("to-do", ["to-do"], ""),
        Row("<3", ["<3"], ""),
        Row("ban <who>", ["ban"], "<who>", [Parameter("who")]),
        Row("ban\t<who>\n  [n]", ["ban"], "<who> [n]", [Parameter("who"), Parameter(optional: "n")]),
        Row("a <x:int>", ["a"], "<x>", [Parameter("x", .int)]),
        Row("a <x:number>", ["a"], "<x>", [Parameter("x", .number)]),
        Row("a <x:bool>", ["a"], "<x>", [Parameter("x", .bool)]),
        Row("a <x:string>", ["a"], "<x>", [Parameter("x", .string)]),
        Row("a [x:int]", ["a"], "[x]", [Parameter(optional: "x", .int)]),
        Row(
            "a [n:int=5]", ["a"], "[n=5]",
            [Parameter(optional: "n", .int, fallback: .int(5), displayedFallback: "5")]),
        Row("a [n=5]", ["a"], "[n=5]", [Parameter(optional: "n", .int, fallback: .int(5), displayedFallback: "5")]),
        Row(
            "a [n=-9223372036854775808]", ["a"], "[n=-9223372036854775808]",
            [Parameter(optional: "n", .int, fallback: .int(.min), displayedFallback: "-9223372036854775808")]),
        Row(
            "a [n=-2.50]", ["a"], "[n=-2.50]",
            [Parameter(optional: "n", .number, fallback: .number(-2.5), displayedFallback: "-2.50")]),
        Row(
            "a [n:number=5]", ["a"], "[n=5]",
            [Parameter(optional: "n", .number, fallback: .number(5), displayedFallback: "5")]),
        Row(
            "a [b=true]", ["a"], "[b=true]",
            [Parameter(optional: "b", .bool, fallback: .bool(true), displayedFallback: "true")]),
        Row(
            "a [b:bool=off]", ["a"], "[b=off]",
            [Parameter(optional: "b", .bool, fallback: .bool(false), displayedFallback: "off")]),
        Row(
            "a [b=yes]", ["a"], "[b=yes]",
            [Parameter(optional: "b", fallback: .string("yes"), displayedFallback: "yes")]),
        Row("a [n=.5]", ["a"], "[n=.5]", [Parameter(optional: "n", fallback: .string(".5"), displayedFallback: ".5")]),
        Row("a [n=\"5\"]", ["a"], "[n=5]", [Parameter(optional: "n", fallback: .string("5"), displayedFallback: "5")]),
        Row(
            "a [n:int=\"5\"]", ["a"], "[n=5]",
            [Parameter(optional: "n", .int, fallback: .int(5), displayedFallback: "5")]),
        Row(
            #"a [who="a b > ] \"c\" \\ \n"]"#, ["a"], #"[who=a b > ] "c" \ \n]"#,
            [
                Parameter(
                    optional: "who", fallback: .string(#"a b > ] "c" \ \n"#),
                    displayedFallback: #"a b > ] "c" \ \n"#)
            ]),
        Row(
            "a [who=\"\"]", ["a"], "[who]",
            [Parameter(optional: "who", fallback: .string(""), displayedFallback: "")]),
        Row(
            "a [x=[y]", ["a"], "[x=[y]",
            [Parameter(optional: "x", fallback: .string("[y"), displayedFallback: "[y")]),
        Row("say <...text>", ["say"], "<text>", [Parameter("text", isRest: true)]),
        Row("say [...text]", ["say"], "[text]", [Parameter(optional: "text", isRest: true)]),
        Row("say <...n:int>", ["say"], "<n>", [Parameter("n", .int, isRest: true)]),
        Row(
            "say [...text=\"no reason\"]", ["say"], "[text=no reason]",
            [Parameter(optional: "text", isRest: true, fallback: .string("no reason"), displayedFallback: "no reason")]),
        Row(
            "give|g <who> <count:int> [unit=coins] [...why]", ["give", "g"], "<who> <count> [unit=coins] [why]",
            [
                Parameter("who"), Parameter("count", .int),
                Parameter(optional: "unit", fallback: .string("coins"), displayedFallback: "coins"),
                Parameter(optional: "why", isRest: true),
            ]),
        Row("a <größe_2-x>", ["a"], "<größe_2-x>", [Parameter("größe_2-x")]),
    ]

    @Test("what may be written is read", arguments: table)
    func accepted(_ row: Row) throws {
        let signature = try Signature(parsing: row.text)
        #expect(signature.text == row.text)
        #expect(signature.names == row.names)
        #expect(signature.parameters == row.parameters)
        #expect(signature.parametersText == row.help)
    }

    @Test("a usage line has prefix, name and parameters")
    func usage() throws {
        #expect(try Signature(parsing: "ban|b <who> [days=1]").usage(prefix: "!").description == "!ban <who> [days=1]")
        #expect(try Signature(parsing: "ping").usage(prefix: "hey ").description == "hey ping")
    }

    @Test("a name may have a hundred code points")
    func longName() throws {
        let name = String(repeating: "ö", count: 100)
        #expect(try Signature(parsing: name).name == name)
        #expect(throws: SignatureError.self) { try Signature(parsing: name + "x") }
    }

    @Test("type names that the caller can convert are accepted, but not with a default")
    func converters() throws {
        let signature = try Signature(parsing: "ban <who:member> [days:int=1]", converters: ["member"])
        #expect(signature.parameters.first == Parameter("who", .converter("member")))
        let error = #expect(throws: SignatureError.self) {
            try Signature(parsing: "ban [who:member=me]", converters: ["member"])
        }
        #expect(
            error?.description == """
                signature, character 17: a default of type "member" cannot be written here; write [who:member]
                  ban [who:member=me]
                                  ^
                """)
    }
}
