import CommandKit
import Testing

@Suite("word cursor")
struct WordCursorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let strict: String
        let lenient: [String]

        var testDescription: String { text }
    }

    /// The design's table. `strict`: the words between bars, or the error's name and what it carries.
    static let table: [Row] = [
        Row(text: "a b", strict: "a|b", lenient: ["a", "b"]),
        Row(text: #""a b" c"#, strict: "a b|c", lenient: ["a b", "c"]),
        Row(text: #""""#, strict: "", lenient: [""]),
        Row(text: #""a\"b""#, strict: #"a"b"#, lenient: [#"a"b"#]),
        Row(text: #""a\nb""#, strict: #"a\nb"#, lenient: [#"a\nb"#]),
        Row(text: #"a\"#, strict: "a", lenient: ["a"]),
        Row(text: #"a\ b"#, strict: #"a\|b"#, lenient: [#"a\"#, "b"]),
        Row(text: "don't", strict: "don't", lenient: ["don't"]),
        Row(text: "don’t", strict: "UnexpectedQuoteError ’", lenient: ["don’t"]),
        Row(text: #"a"b"#, strict: "UnexpectedQuoteError \"", lenient: [#"a"b"#]),
        Row(text: #"\"a"#, strict: "UnexpectedQuoteError \"", lenient: [#""a"#]),
        Row(text: #""a"b"#, strict: "InvalidEndOfQuotedStringError b", lenient: [#""a"b"#]),
        Row(text: #""a"#, strict: "ExpectedClosingQuoteError \"", lenient: [#""a"#]),
        Row(text: #"""#, strict: "ExpectedClosingQuoteError \"", lenient: [#"""#]),
        Row(text: "'a b'", strict: "'a|b'", lenient: ["'a", "b'"]),
        Row(text: #"\"#, strict: #"\"#, lenient: [#"\"#]),
        // Beyond the table: what follows from its rules.
        Row(text: #"a \"#, strict: #"a|\"#, lenient: ["a", #"\"#]),
        Row(text: #"a\\"b"#, strict: #"a\"b"#, lenient: [#"a\"b"#]),
        Row(text: "“a b” c", strict: "a b|c", lenient: ["a b", "c"]),
        Row(text: "“a ”b” c", strict: "InvalidEndOfQuotedStringError b", lenient: ["a ”b", "c"]),
        Row(text: #""a "b c" d"#, strict: "InvalidEndOfQuotedStringError b", lenient: [#"a "b c"#, "d"]),
        Row(text: #""a\“b""#, strict: #"a\“b"#, lenient: ["a“b"]),
        Row(text: #"a\“b"#, strict: "a“b", lenient: ["a“b"]),
        Row(text: "« a »", strict: " a ", lenient: [" a "]),
        Row(text: "\u{3000}a\u{A0}b\u{1F}", strict: "a|b", lenient: ["a", "b"]),
    ]

    @Test("strict words and errors are those of the table", arguments: table)
    func strict(_ row: Row) {
        let (words, error) = words(row.text, .strict)
        #expect(Self.told(words, error) == row.strict)
    }

    @Test("lenient words are those of the table, and nothing is an error", arguments: table)
    func lenient(_ row: Row) {
        let (words, error) = words(row.text, .lenient)
        #expect(words == row.lenient)
        #expect(error == nil)
    }

    private static func told(_ words: [String], _ error: CommandError?) -> String {
        guard let error else { return words.joined(separator: "|") }
        guard case .string(let detail) = error.fields.first?.value else { return error.name }
        return "\(error.name) \(detail)"
    }

    @Test("every pair of quotes holds blanks, in both modes", arguments: allQuotePairs.map { [$0.0, $0.1] })
    func everyPair(_ pair: [Unicode.Scalar]) {
        let text = "\(pair[0])a b\(pair[1]) c"
        #expect(words(text, .strict).words == ["a b", "c"])
        #expect(words(text, .lenient).words == ["a b", "c"])
    }

    @Test("every blank of the list parts words, and its neighbours do not")
    func blanks() {
        for value in 0..<UInt32(0x3100) {
            guard let scalar = Unicode.Scalar(value), !allQuotes.contains(scalar), scalar != "\\" else { continue }
            let expected = allBlanks.contains(scalar) ? ["a", "b"] : ["a\(scalar)b"]
            #expect(
                words("a\(scalar)b", .lenient).words.map { Array($0.unicodeScalars) }
                    == expected.map { Array($0.unicodeScalars) })
            #expect(words("a\(scalar)b", .strict).words.count == expected.count)
        }
    }

    @Test("code points count, not what is drawn as one letter")
    func codePoints() {
        #expect(words("\"a\u{301} b\" c", .strict).words == ["a\u{301} b", "c"])
        // The mark belongs to the quote on the screen only.
        #expect(words("\"\u{301}a b\" c", .strict).words == ["\u{301}a b", "c"])
        #expect(words("a \u{301}b", .lenient).words.count == 2)
        #expect(words("\r\n\"a\r\nb\"\r\n", .strict).words == ["a\r\nb"])
    }

    @Test("after an error the cursor stands at the word, so that it can be read otherwise")
    func errorKeepsPlace() {
        var cursor = WordCursor(#"one tw"o three"#, quotes: .strict)
        #expect(throws: Never.self) { try cursor.word() }
        #expect(throws: CommandError.self) { try cursor.word() }
        #expect(cursor.rest() == #"tw"o three"#)
        #expect(cursor.isAtEnd)
    }

    @Test("the rest keeps inner blanks and quotes, and loses the outer blanks")
    func rest() {
        var cursor = WordCursor("say  a  \"b\"  c\u{2003} ")
        #expect(cursor.plainWord() == "say")
        #expect(cursor.plainWord() == "")
        var raw = cursor
        #expect(cursor.rest() == "a  \"b\"  c")
        #expect(cursor.isAtEnd)
        #expect(raw.rawRest() == "  a  \"b\"  c\u{2003} ")
        #expect(raw.rest() == "")
    }

    @Test("a copy is a place to come back to, also for what is known of later quotes")
    func copies() throws {
        var cursor = WordCursor(#""a b" "c d"#)
        let start = cursor
        #expect(try cursor.word() == "a b")
        #expect(try cursor.word() == "\"c")
        #expect(try cursor.word() == "d")
        #expect(try cursor.word() == nil)
        cursor = start
        #expect(try cursor.word() == "a b")
    }

    @Test("blanks alone are no word and no rest")
    func blanksAlone() throws {
        var cursor = WordCursor("  \u{2009}")
        #expect(cursor.hasOnlyBlanksLeft)
        #expect(!cursor.isAtEnd)
        #expect(try cursor.word() == nil)
        #expect(cursor.isAtEnd)
    }
}
