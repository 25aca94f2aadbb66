import JSON
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
    private func read<R>(_ text: String, _ body: (inout JSONReader) throws(JSONError) -> R) throws(JSONError) -> R {
        try JSONReader.read(text, body)
    }

    @Test(
        "peek names the kind of what follows and consumes no value",
        arguments: [
            (" {}", .object), ("[]", .array), ("\"\"", .string), ("-1", .number), ("7", .number), ("true", .bool),
            ("false", .bool), ("null", .null),
        ] as [(String, JSONKind)])
    func peek(text: String, kind: JSONKind) throws {
        try read(text) { (reader) throws(JSONError) in
            #expect(try reader.peek() == kind)
            #expect(try reader.peek() == kind)
            try reader.skipValue()
        }
    }

    @Test("the wrong kind is an error that consumes nothing")
    func mismatch() throws {
        for text in ["{}", "[1]", "\"x\"", "-1.5", "true", "null"] {
            try read(text) { (reader) throws(JSONError) in
                let kind = try reader.peek()
                func check(_ wanted: JSONKind, _ body: (inout JSONReader) throws(JSONError) -> Void) {
                    guard wanted != kind else { return }
                    let error = failure { try body(&reader) }
                    #expect(error?.code == .typeMismatch)
                    #expect(error?.detail == "expected \(wanted), found \(kind)")
                    #expect(reader.offset == 0)
                }
                check(.null) { (reader) throws(JSONError) in try reader.readNull() }
                check(.bool) { (reader) throws(JSONError) in _ = try reader.readBool() }
                check(.string) { (reader) throws(JSONError) in _ = try reader.readString() }
                check(.string) { (reader) throws(JSONError) in try reader.withStringBytes { _ in } }
                check(.number) { (reader) throws(JSONError) in _ = try reader.readInt(Int.self) }
                check(.number) { (reader) throws(JSONError) in _ = try reader.readDouble() }
                check(.number) { (reader) throws(JSONError) in _ = try reader.readNumber() }
                check(.object) { (reader) throws(JSONError) in try reader.readObject { _, _ in } }
                check(.array) { (reader) throws(JSONError) in try reader.readArray { _ in } }
                try reader.skipValue()
            }
        }
    }

    @Test("a byte that begins no value is a syntax error, whatever was asked for")
    func noValue() {
        #expect(
            failure { _ = try read("?") { (reader) throws(JSONError) in try reader.readString() } }?.code == .syntax)
        #expect(
            failure { try read(" ") { (reader) throws(JSONError) in try reader.readNull() } }?.code == .unexpectedEnd)
    }

    @Test("members arrive in order, untouched values are skipped, names compare unescaped")
    func objects() throws {
        var seen: [String] = []
        try read(#"{"id":"1","skipped":{"a":[1,{}]},"longer_than_eight":2,"\u0069d":"3","":4,"é":5}"#) {
            (reader) throws(JSONError) in
            try reader.readObject { (key, reader) throws(JSONError) in
                switch key {
                case "id": seen.append("id \(try reader.readString())")
                case "longer_than_eight": seen.append("long \(try reader.readInt(Int.self))")
                case "": seen.append("empty \(try reader.readInt(Int.self))")
                case "é": seen.append("é \(try reader.readInt(Int.self))")
                default: seen.append("? \(key.string)")
                }
            }
        }
        #expect(seen == ["id 1", "? skipped", "long 2", "id 3", "empty 4", "é 5"])
    }

    @Test("names of all lengths are told apart by every one of their bytes")
    func names() throws {
        let name: StaticString = "abcdefghijklmnopqrstuvwx"
        let text = "\(name)"
        try read("{\"\(text)\":1}") { (reader) throws(JSONError) in
            try reader.readObject { (key, _) in
                #expect(key == name)
                #expect(key.withBytes { Array($0) } == Array(text.utf8))
            }
        }
        let others: [(StaticString, String)] = [
            ("a", "a"), ("abc", "abc"), ("abcd", "abcd"), ("abcde", "abcde"), ("abcdefgh", "abcdefgh"),
            ("abcdefghi", "abcdefghi"), ("abcdefghijklmnop", "abcdefghijklmnop"),
            ("abcdefghijklmnopq", "abcdefghijklmnopq"),
        ]
        for (literal, same) in others {
            for place in same.utf8.indices {
                var bytes = Array(same.utf8)
                bytes[same.utf8.distance(from: same.utf8.startIndex, to: place)] = UInt8(ascii: "_")
                let changed = String(decoding: bytes, as: UTF8.self)
                try read("{\"\(changed)\":1,\"\(same)\":2,\"\(same)_\":3}") { (reader) throws(JSONError) in
                    var hits: [Int] = []
                    try reader.readObject { (key, reader) throws(JSONError) in
                        let value = try reader.readInt(Int.self)
                        if key == literal { hits.append(value) }
                    }
                    #expect(hits == [2])
                }
            }
        }
    }

    @Test("a body that reads half a value, or two, is an error and no trap")
    func wrongBodies() {
        #expect(
            failure {
                try read("[1,2]") { (reader) throws(JSONError) in
                    try reader.readArray { (reader) throws(JSONError) in
                        _ = try reader.readInt(Int.self)
                        _ = try reader.readInt(Int.self)
                    }
                }
            }?.code == .syntax)
    }

    @Test("null is taken only if it is there")
    func nulls() throws {
        #expect(try read("null") { (reader) throws(JSONError) in try reader.readNullIfPresent() })
        try read("1") { (reader) throws(JSONError) in
            #expect(try reader.readNullIfPresent() == false)
            try reader.skipValue()
        }
        #expect(failure { _ = try read("nil") { (r) throws(JSONError) in try r.readNullIfPresent() } }?.code == .syntax)
    }

    @Test("whole numbers in any notation are integers")
    func integers() throws {
        for (text, value) in [
            ("100", 100), ("1e2", 100), ("100.0", 100), ("1.5e1", 15), ("12000e-3", 12), ("-0", 0), ("-0.0e5", 0),
            ("0e999999999999999999999", 0), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
            ("92233720368547758070e-1", Int.max), ("0.00000000000000000000001e23", 1),
            ("1000000000000000000000000000000e-30", 1), ("9.223372036854775807e18", Int.max),
        ] {
            #expect(try read(text) { (reader) throws(JSONError) in try reader.readInt(Int.self) } == value)
        }
        #expect(try read("18446744073709551615") { (r) throws(JSONError) in try r.readInt(UInt64.self) } == .max)
        #expect(try read("-128") { (r) throws(JSONError) in try r.readInt(Int8.self) } == -128)
    }

    @Test(
        "what is no whole number, or does not fit, is out of range and can be skipped",
        arguments: [
            "1.5", "1e-1", "9223372036854775808", "-9223372036854775809", "1e19", "1e999999999999999999999",
            "1e-999999999999999999999", "18446744073709551616", "123456789012345678901234567890", "0.1e0",
        ])
    func notIntegers(text: String) throws {
        try read("[ \(text),\"next\"]") { (reader) throws(JSONError) in
            var strings: [String] = []
            try reader.readArray { (reader) throws(JSONError) in
                guard try reader.peek() == .number else { return strings.append(try reader.readString()) }
                let error = failure { _ = try reader.readInt(Int.self) }
                #expect(error?.code == .outOfRange)
                #expect(error?.offset == 2)
                try reader.skipValue()
            }
            #expect(strings == ["next"])
        }
    }

    @Test("doubles are the nearest ones, and infinite ones are refused")
    func doubles() throws {
        for text in [
            "0.1", "-0.0", "1e22", "1e23", "9007199254740993", "2.2250738585072011e-308", "5e-324", "2.5e-324",
            "1.7976931348623157e308", "1.7976931348623158e308", "123456789.123456789e-5", "0.30000000000000004",
        ] {
            let value = try read(text) { (reader) throws(JSONError) in try reader.readDouble() }
            #expect(value.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
        #expect(try read("1e-400") { (reader) throws(JSONError) in try reader.readDouble() } == 0)
        #expect(failure { _ = try read("1e309") { (r) throws(JSONError) in try r.readDouble() } }?.code == .outOfRange)
        #expect(failure { _ = try read("-1e999999999999") { (r) throws(JSONError) in try r.readDouble() } } != nil)
    }

    @Test("a number keeps its text until it is asked")
    func numbers() throws {
        let number = try read("1.50e1") { (reader) throws(JSONError) in try reader.readNumber() }
        #expect(number.text == "1.50e1")
        #expect(number.int64 == 15 && number.uint64 == 15 && number.double == 15 && number.isInteger)
        let large = try read("-123456789012345678901234567890") { (r) throws(JSONError) in try r.readNumber() }
        #expect(large.int64 == nil && large.isInteger && large.double == Double("-123456789012345678901234567890"))
        #expect(JSONNumber("0.5")?.isInteger == false)
        #expect(JSONNumber("1e999")?.double == .infinity)
        for text in ["", " 1", "1 ", "01", "1.", "true", "[1]", "\"1\"", "--1"] { #expect(JSONNumber(text) == nil) }
        #expect(JSONNumber(Double.nan) == nil)
    }

    @Test("string bytes are lent unescaped")
    func stringBytes() throws {
        #expect(
            try read("\"plain\"") { (r) throws(JSONError) in try r.withStringBytes { Array($0) } }
                == Array("plain".utf8))
        #expect(
            try read("\"\\u00e9\\n\"") { (r) throws(JSONError) in try r.withStringBytes { Array($0) } } == [
                0xC3, 0xA9, 10,
            ])
        #expect(try read("\"\"") { (r) throws(JSONError) in try r.withStringBytes { $0.count } } == 0)
    }

    @Test("the raw extent of a value is without the blanks around it")
    func raw() throws {
        let range = try read("  {\"a\": 1}  ") { (reader) throws(JSONError) in try reader.readRaw() }
        #expect(range == 2..<10)
    }

    @Test("a consumer's own error stands where the reader is")
    func ownError() {
        let error = failure {
            try read("[1,\n 2]") { (reader) throws(JSONError) in
                try reader.readArray { (reader) throws(JSONError) in
                    if try reader.readInt(Int.self) == 2 { throw reader.error("two is too much") }
                }
            }
        }
        #expect(error == JSONError(code: .invalidValue, offset: 6, line: 2, column: 3, detail: "two is too much"))
    }

    @Test("an attempt skips what its body refuses, and throws for what is no JSON, with its place")
    func attempt() throws {
        var values: [Int?] = []
        try read(#"[1,"x",{"a":[1.5]},2,1.5]"#) { (reader) throws(JSONError) in
            try reader.readArray { (reader) throws(JSONError) in
                values.append(try reader.attempt { (reader) throws(JSONError) in try reader.readInt() })
            }
        }
        #expect(values == [1, nil, nil, 2, nil])
        let broken = failure {
            try read("\n {\"a\":}") { (reader) throws(JSONError) in
                _ = try reader.attempt { (reader) throws(JSONError) in try reader.readInt(Int.self) }
            }
        }
        #expect(broken?.code == .syntax && broken?.line == 2 && broken?.column == 7)
        let after = failure {
            try read("[1,x]") { (reader) throws(JSONError) in
                try reader.readArray { (reader) throws(JSONError) in
                    if try reader.attempt({ (reader) throws(JSONError) in try reader.readInt(Int.self) }) == 1 {
                        return
                    }
                }
            }
        }
        #expect(after?.column == 4)
    }

    @Test("a hundred thousand refusals in one text take no hundred thousand passes over it")
    func manyRefusals() throws {
        let text = "[" + Array(repeating: "{\"n\":1}", count: 100_000).joined(separator: ",\n") + "]"
        var refused = 0
        try read(text) { (reader) throws(JSONError) in
            try reader.readArray { (reader) throws(JSONError) in
                let value = try reader.attempt { (reader) throws(JSONError) -> Int in
                    try reader.skipValue()
                    throw reader.error("refused")
                }
                if value == nil { refused += 1 }
            }
        }
        #expect(refused == 100_000)
    }

    @Test("a copy of the reader is a bookmark")
    func bookmark() throws {
        try read("[1,2]") { (reader) throws(JSONError) in
            let mark = reader
            try reader.skipValue()
            reader = mark
            var sum = 0
            try reader.readArray { (reader) throws(JSONError) in sum += try reader.readInt() }
            #expect(sum == 3)
        }
    }

    @Test("no bytes at all are an unexpected end")
    func empty() {
        var reader = JSONReader(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(failure { _ = try reader.peek() }?.code == .unexpectedEnd)
        #expect(failure { try reader.finish() } == nil)
    }
}
