import JSON
import Testing

@Suite("JSON grammar")
struct JSONGrammarTests {
    @Test(
        "a valid text is read and skipped",
        arguments: [
            ("null", .null),
            ("true", true),
            (" \t\r\n false \n", false),
            ("0", 0),
            ("-0", .number(JSONNumber("-0")!)),
            ("-12", -12),
            ("1.50", .number(JSONNumber("1.50")!)),
            ("1E+2", .number(JSONNumber("1E+2")!)),
            ("0e0", .number(JSONNumber("0e0")!)),
            ("123456789012345678901234567890", .number(JSONNumber("123456789012345678901234567890")!)),
            ("\"\"", ""),
            ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "a\"\\/\u{8}\u{C}\n\r\tz"),
            ("\"\\u0000\\u001f\\u00E9\\u20ac\\uFFFF\"", "\0\u{1f}é€\u{FFFF}"),
            ("\"\\ud83d\\uDE00\\uDBFF\\uDFFF\"", "😀\u{10FFFF}"),
            ("\"\u{7F} é € 😀\"", "\u{7F} é € 😀"),
            ("\"\u{2028}\u{2029}\"", "\u{2028}\u{2029}"),
            ("[]", []),
            ("[ ]", []),
            ("[1,[2,[]],{}]", [1, [2, []], [:]]),
            ("{}", [:]),
            ("{ \"\" : 1 , \"a\\u0062\" : null }", ["": 1, "ab": nil]),
            ("{\"a\":1,\"a\":2}", ["a": 1, "a": 2]),
        ] as [(String, JSONValue)])
    func valid(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        try skip(text)
    }

    @Test(
        "an invalid text is refused at the byte that is wrong",
        arguments: [
            ("", 0, .unexpectedEnd), ("  ", 2, .unexpectedEnd), ("nul", 3, .unexpectedEnd), ("nulL", 3, .syntax),
            ("truE", 3, .syntax), ("True", 0, .syntax), ("nullx", 4, .trailingBytes), ("1 2", 2, .trailingBytes),
            ("[1]]", 3, .trailingBytes), ("01", 1, .invalidNumber), ("-01", 2, .invalidNumber),
            ("-", 1, .unexpectedEnd),
            ("-a", 1, .invalidNumber), ("+1", 0, .syntax), (".5", 0, .syntax), ("1.", 2, .unexpectedEnd),
            ("1.e5", 2, .invalidNumber), ("1e", 2, .unexpectedEnd), ("1e+", 3, .unexpectedEnd),
            ("1ex", 2, .invalidNumber),
            ("1.5.5", 3, .trailingBytes), ("0x10", 1, .trailingBytes), ("NaN", 0, .syntax), ("Infinity", 0, .syntax),
            ("-Infinity", 1, .invalidNumber), ("\"", 1, .unexpectedEnd), ("\"\\", 2, .unexpectedEnd),
            ("\"\\x\"", 1, .invalidString), ("\"\\'\"", 1, .invalidString), ("\"\\u12\"", 5, .invalidString),
            ("\"\\u12G4\"", 5, .invalidString), ("\"\\U0041\"", 1, .invalidString), ("\"a\u{0}b\"", 2, .invalidString),
            ("\"\t\"", 1, .invalidString), ("\"a\nb\"", 2, .invalidString), ("\"abcdefgh\u{1F}\"", 9, .invalidString),
            ("\"\\ud800\"", 1, .invalidString), ("\"\\udc00\"", 1, .invalidString), ("\"\\ud800x\"", 1, .invalidString),
            ("\"\\ud800\\n\"", 1, .invalidString), ("\"\\ud800\\u0041\"", 1, .invalidString),
            ("\"\\ud800\\ud800\"", 1, .invalidString), ("'a'", 0, .syntax), ("[", 1, .unexpectedEnd),
            ("[1", 2, .unexpectedEnd), ("[1,", 3, .unexpectedEnd), ("[1,]", 3, .syntax), ("[,1]", 1, .syntax),
            ("[1 2]", 3, .syntax), ("[1}", 2, .syntax), ("[1:2]", 2, .syntax), ("{", 1, .unexpectedEnd),
            ("{\"a\"", 4, .unexpectedEnd), ("{\"a\":", 5, .unexpectedEnd), ("{\"a\":1", 6, .unexpectedEnd),
            ("{\"a\":1,}", 7, .syntax), ("{,}", 1, .syntax), ("{a:1}", 1, .syntax), ("{1:1}", 1, .syntax),
            ("{\"a\" 1}", 5, .syntax), ("{\"a\":}", 5, .syntax), ("{\"a\":1]", 6, .syntax),
            ("{\"a\",\"b\"}", 4, .syntax),
            ("}", 0, .syntax), ("]", 0, .syntax), (",", 0, .syntax), ("/**/1", 0, .syntax), ("1//", 1, .trailingBytes),
            ("\u{FEFF}1", 0, .syntax), ("\u{A0}1", 0, .syntax), ("\u{C}1", 0, .syntax), ("1\u{0}", 1, .trailingBytes),
        ] as [(String, Int, JSONError.Code)])
    func invalid(text: String, offset: Int, code: JSONError.Code) throws {
        for error in [failure { _ = try JSONValue(parsing: text) }, failure { try skip(text) }] {
            let error = try #require(error)
            #expect(error.code == code, "\(error)")
            #expect(error.offset == offset, "\(error)")
        }
    }

    @Test(
        "invalid UTF-8 is refused in strings and names",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3, 0x28], [0xE0, 0x9F, 0xBF], [0xE2, 0x28, 0xA1],
            [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x28, 0x8C, 0xBC],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
            [0xE2, 0x82], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func invalidUTF8(sequence: [UInt8]) {
        for lead in ["", "abc", "abcdefgh", "é"] {
            let string = Array("\"\(lead)".utf8) + sequence + Array("\"".utf8)
            let error = failure { try skip(string) }
            #expect(error?.code == .invalidString)
            #expect(error?.offset == 1 + lead.utf8.count)
            #expect(failure { try skip(Array("{".utf8) + string + Array(":1}".utf8)) }?.code == .invalidString)
        }
    }

    @Test(
        "the first and last scalar of each UTF-8 length is read",
        arguments: [
            "\u{20}", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FEFF}", "\u{FFFF}",
            "\u{10000}", "\u{10FFFF}",
        ])
    func scalars(text: String) throws {
        let value = try JSONValue(parsing: "\"\\n\(text)\"")
        #expect(value.stringValue.map { Array($0.utf8) } == [10] + Array(text.utf8))
    }

    @Test("an error gives line and column in characters")
    func place() {
        let error = failure { _ = try JSONValue(parsing: "{\n  \"é😀\": [1,\n    x]}") }
        #expect(error?.description == "line 3, column 5 (byte 22): expected a value, found 'x'")
        #expect(failure { _ = try JSONValue(parsing: "\"é😀\" x") }?.column == 6)
    }

    @Test("nesting is refused beyond the limit and never overflows the stack")
    func depth() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nest(_ count: Int) -> String {
                String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
            }
            try skip(nest(200))
            _ = try JSONValue(parsing: nest(200))
            #expect(failure { try skip(nest(201)) }?.code == .tooDeep)
            #expect(failure { _ = try JSONValue(parsing: nest(201)) }?.code == .tooDeep)
            #expect(failure { try skip(nest(100_000)) }?.code == .tooDeep)
            #expect(failure { try skip(String(repeating: open, count: 1_000_000)) }?.code == .tooDeep)
            let deep = Array(nest(100_000).utf8)
            try JSONReader.read(deep, depthLimit: .max) { (reader) throws(JSONError) in try reader.skipValue() }
        }
        let wide = "[" + Array(repeating: "[{}]", count: 10_000).joined(separator: ",") + "]"
        try JSONReader.read(wide, depthLimit: 3) { (reader) throws(JSONError) in try reader.skipValue() }
    }

    @Test("the limit counts nested reading and skipping together, and a closed level no longer counts")
    func depthInReading() throws {
        try JSONReader.read("[[[1]],[[2]],[]]", depthLimit: 3) { (reader) throws(JSONError) in
            try reader.readArray { (reader) throws(JSONError) in
                try reader.readArray { (reader) throws(JSONError) in try reader.skipValue() }
            }
        }
        let error = failure {
            try JSONReader.read("[[[1]]]", depthLimit: 2) { (reader) throws(JSONError) in
                try reader.readArray { (reader) throws(JSONError) in try reader.skipValue() }
            }
        }
        #expect(error?.code == .tooDeep)
        #expect(
            failure { try JSONReader.read("[]", depthLimit: 0) { (r) throws(JSONError) in try r.skipValue() } } != nil)
    }

    @Test("a string of a megabyte is read, escaped or not")
    func longStrings() throws {
        for piece in ["a", "é", "😀", "\\n", "\\ud83d\\ude00", "0123456789abcde\\\""] {
            let count = 1_000_000 / piece.utf8.count
            let text = "\"" + String(repeating: piece, count: count) + "\""
            let value = try JSONValue(parsing: text)
            let unit = try #require(JSONValue(parsing: "\"\(piece)\"").stringValue)
            #expect(value == .string(String(repeating: unit, count: count)))
            #expect(try JSONValue(parsing: value.serialize()) == value)
        }
    }
}
