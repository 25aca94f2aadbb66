import CommandKit
import Testing

@Suite("signature errors")
struct SignatureErrorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        /// From 1, as the error tells it.
        let character: Int
        let message: String

        init(_ text: String, _ character: Int, _ message: String) {
            self.text = text
            self.character = character
            self.message = message
        }

        var testDescription: String { text }
    }

    static let mistakes: [Row] = [
        Row("", 1, "a command needs a name"),
        Row("   ", 4, "a command needs a name"),
        Row("|a", 1, "a command needs a name"),
        Row("a|", 3, "a name is missing beside \"|\""),
        Row("a||b", 3, "a name is missing beside \"|\""),
        Row("a| b", 3, "a name is missing beside \"|\""),
        Row("a |b", 3, "aliases are written without blanks: \"ban|hammer\""),
        Row("ab|c|ab", 6, "the name \"ab\" stands here twice"),
        Row("a\u{7}b", 2, "a name holds no control characters"),
        Row(String(repeating: "x", count: 101), 101, "a name has at most 100 characters"),
        Row("greet who", 7, "a parameter stands in brackets: write <who>, or [who] if it may be left out"),
        Row("greet >", 7, "\">\" closes nothing"),
        Row("greet <", 7, "\"<\" is never closed: a \">\" is missing"),
        Row("greet <who", 7, "\"<\" is never closed: a \">\" is missing"),
        Row("greet <who [n]", 7, "\"<\" is never closed: a \">\" is missing"),
        Row("greet <who[n]", 7, "\"<\" is never closed: a \">\" is missing"),
        Row("greet [who <n>", 7, "\"[\" is never closed: a \"]\" is missing"),
        Row("greet <who]", 11, "expected \">\" here, found \"]\""),
        Row("greet <who,n>", 11, "expected \">\" here, found \",\""),
        Row("greet <>", 8, "a parameter needs a name: <who>"),
        Row("greet <...>", 11, "a parameter needs a name: <who>"),
        Row("greet < who>", 8, "no blanks inside a parameter"),
        Row("greet <who >", 11, "no blanks inside a parameter"),
        Row("greet <who: int>", 12, "a type is missing here, such as int; found a blank"),
        Row("greet <2nd>", 8, "a parameter's name begins with a letter or _, not with \"2\""),
        Row("greet <\u{1}>", 8, "a parameter's name begins with a letter or _, not with a control character"),
        Row("greet <a><b>", 10, "a blank is missing before \"<\""),
        Row("greet <a>b", 10, "a blank is missing before \"b\""),
        Row("greet <a> <a>", 12, "two parameters are called \"a\""),
        Row("greet <...a> <b>", 14, "<...a> takes the rest of the line: nothing can follow it"),
        Row("greet [...a] --flags", 14, "[...a] takes the rest of the line: nothing can follow it"),
        Row(
            "greet [b] <a>", 11,
            "<a> is required and cannot follow [b], which may be left out: write <a> [b]"),
        Row(
            "greet [b] [c] <...a>", 15,
            "<...a> is required and cannot follow [b], which may be left out: write <...a> [b]"),
        Row("greet <who=me>", 11, "a default stands in square brackets only: [who=…]"),
        Row("greet [who=]", 12, "a default is missing behind \"=\"; an empty text is [who=\"\"]"),
        Row("greet [who=a b]", 13, "a default that holds blanks is quoted: [who=\"a b\"]"),
        Row("greet [who=a>b]", 13, "a default that holds \">\" is quoted: [who=\"…\"]"),
        Row("greet [who=a\"b]", 13, "a default that holds a quote is quoted: [who=\"…\"]"),
        Row("greet [who=\"a b]", 12, "this quote is never closed"),
        Row("greet [who=\"a\"b]", 15, "expected \"]\" here, found \"b\""),
        Row("greet [n:int=x]", 14, "the default \"x\" is no int"),
        Row("greet [n:int=1.5]", 14, "the default \"1.5\" is no int"),
        Row("greet [n:bool=maybe]", 15, "the default \"maybe\" is no bool"),
        Row(
            "greet [n=9223372036854775808]", 10,
            "9223372036854775808 does not fit into 64 bits; write [n=\"…\"]"),
        Row("greet <n:>", 10, "a type is missing here, such as int; found \">\""),
        Row("greet <n:", 10, "a type is missing, such as int"),
        Row("greet <n?>", 9, "\"?\" stands behind a type; a parameter that may be left out is [n]"),
        Row("greet <n:int?>", 13, "\"?\" stands in square brackets only: [n:type?]"),
        Row("greet <n:itn>", 10, "there is no type \"itn\"; did you mean \"int\"?"),
        Row("greet <n:str>", 10, "there is no type \"str\"; did you mean \"string\"?"),
        Row("greet <n:float>", 10, "there is no type \"float\"; did you mean \"number\"?"),
        Row("greet <n:elephant>", 10, "there is no type \"elephant\"; types are bool, int, number, string"),
        Row("greet <n:int(1)>", 15, "a range is written (1..10), (..10) or (1..)"),
        Row("greet <n:int(1..2>", 18, "a range is written (1..10), (..10) or (1..); expected \")\""),
        Row("greet <n:->", 11, "a digit is missing here"),
        Row("greet --loud", 7, "single flags are not written here: --flags stands for all of them"),
        Row("greet --flags <a>", 7, "--flags is the last word: nothing can follow it"),
        Row("greet <@>", 9, "a parameter needs a name: <who>"),
    ]

    static let later: [Row] = [
        Row("sum {ns:int}", 5, "greedy lists ({ns}) are not supported yet; write <ns> for one word"),
        Row("sum {ns}", 5, "greedy lists ({ns}) are not supported yet; write <ns> for one word"),
        Row("sum <@file>", 6, "attachments (<@file>) are not supported yet"),
        Row("sum [@file]", 6, "attachments (<@file>) are not supported yet"),
        Row("sum {@file}", 6, "attachments (<@file>) are not supported yet"),
        Row(
            "sum <ns:int...>", 12,
            "lists of words (<ns...>) are not supported yet; the rest of the line as one text is <...ns>"),
        Row(
            "sum [ns...]", 8,
            "lists of words ([ns...]) are not supported yet; the rest of the line as one text is <...ns>"),
        Row("sum [n:int?]", 11, "trying a type ([n:type?]) is not supported yet; write [n:type]"),
        Row("sum [n:int?=5] <a>", 11, "trying a type ([n:type?]) is not supported yet; write [n:type]"),
        Row("sum <n:int|bool>", 8, "a choice of types or values (|) is not supported yet; write one type"),
        Row("sum <n:\"on\"|\"off\"|3>", 8, "a choice of types or values (|) is not supported yet; write one type"),
        Row("sum <n:\"on\">", 8, "fixed values as a type are not supported yet; write <n>"),
        Row("sum <n:-3>", 8, "fixed values as a type are not supported yet; write <n>"),
        Row("sum <n:int(1..10)>", 11, "ranges are not supported yet; write int"),
        Row("sum <n:number(-1.5..)>", 14, "ranges are not supported yet; write number"),
        Row("sum <n:string(..32)>", 14, "ranges are not supported yet; write string"),
        Row(
            "sum <who:member>", 10,
            "the type \"member\" is not supported yet; types are bool, int, number, string"),
        Row("sum <n> --flags", 9, "flags are not supported yet; write <...text> for the rest of the line"),
    ]

    @Test("a mistake is told with its character", arguments: mistakes + later)
    func told(_ row: Row) {
        let error = #expect(throws: SignatureError.self) { try Signature(parsing: row.text) }
        #expect(error?.message == row.message)
        #expect(error.map { $0.offset + 1 } == row.character)
        #expect(error?.signature == row.text)
    }

    private func description(_ text: String) -> String? {
        #expect(throws: SignatureError.self) { try Signature(parsing: text) }?.description
    }

    @Test("the caret stands under the character")
    func caret() {
        #expect(
            description("ban <who:itn> [days=1]") == """
                signature, character 10: there is no type "itn"; did you mean "int"?
                  ban <who:itn> [days=1]
                           ^
                """)
        #expect(
            description("ban <who") == """
                signature, character 5: "<" is never closed: a ">" is missing
                  ban <who
                      ^
                """)
        #expect(
            description("ban [a=") == """
                signature, character 8: a default is missing behind "="; an empty text is [a=""]
                  ban [a=
                         ^
                """)
    }

    @Test("lines, control codes, marks and wide letters do not move the caret")
    func caretWidths() {
        #expect(
            description("ban\n<a>\t<a>") == """
                signature, character 10: two parameters are called "a"
                  ban <a> <a>
                           ^
                """)
        #expect(
            description("日本 e\u{301}") == """
                signature, character 4: a parameter stands in brackets: write <e\u{301}>, or [e\u{301}] if it may be left out
                  日本 e\u{301}
                       ^
                """)
        #expect(
            description("a\u{0}") == """
                signature, character 2: a name holds no control characters
                  a\u{2400}
                   ^
                """)
    }

    @Test("of a long signature only the surroundings are shown")
    func longSignature() {
        let many = (0..<5000).map { "<p\($0)>" }.joined(separator: " ")
        let text = description("a \(many) oops \(many)")
        let lines = (text ?? "").split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.count < 140 })
        #expect(lines.first?.hasSuffix("write <oops>, or [oops] if it may be left out") == true)
        #expect(lines[1].dropFirst(lines[2].count - 1).hasPrefix("oops"))
    }
}
