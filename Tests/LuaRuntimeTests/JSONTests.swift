import JSON
import LuaRuntime
import Testing

@Suite struct JSONTests {
    /// The JSON text that a Lua expression becomes.
    private func json(_ expression: String, _ script: Script) async throws -> String {
        try await script.engine.run { state in
            try state.call("json") { state throws(LuaError) in
                try state.load("local null, array = ... return \(expression)", name: "json.lua")
                state.pushNull()
                try state.pushJSON(Array("[]".utf8))
                return 2
            } read: { state, count throws(LuaError) in
                let top = state.top
                let bytes = Result { () throws(LuaError) in try state.json(at: -count) }
                #expect(state.top == top)
                return String(decoding: try bytes.get(), as: UTF8.self)
            }
        }
    }

    /// What a JSON text is in Lua, looked at by an expression over `v`.
    private func lua(_ text: String, _ expression: String, _ script: Script) async throws -> LuaValue {
        try await script.engine.run { state in
            try state.call("json") { state throws(LuaError) in
                try state.load("local null, v = ... return \(expression)", name: "json.lua")
                state.pushNull()
                let top = state.top
                try state.pushJSON(Array(text.utf8))
                #expect(state.top == top + 1)
                return 2
            } read: { state, count throws(LuaError) in
                try state.value(at: -count)
            }
        }
    }

    @Test(arguments: [
        ("null", "v == null and tostring(v) == 'null' and type(v) == 'userdata'", true),
        ("[null]", "#v == 1 and v[1] == null", true),
        ("{\"a\":null}", "v.a == null", true),
        ("9007199254740993", "v == 9007199254740993 and math.type(v)", "integer"),
        ("9223372036854775807", "v == math.maxinteger", true),
        ("-9223372036854775808", "v == math.mininteger", true),
        ("18446744073709551615", "v == 2.0^64 and math.type(v)", "float"),
        ("1.0", "math.type(v)", "float"),
        ("1e2", "math.type(v) == 'float' and v == 100", true),
        ("-0", "math.type(v)", "integer"),
        ("1.5", "v", LuaValue.double(1.5)),
        ("true", "v", true),
        ("false", "v", false),
        ("\"\"", "v", ""),
        ("\"\\u00e9\\ud83d\\ude00\\n\"", "v", "é😀\n"),
        ("\"a\\u0000b\"", "#v", 3),
        ("[]", "#v", 0),
        ("{}", "next(v) == nil", true),
        ("[1,[2,[3,{\"a\":[4]}]]]", "v[2][2][2].a[1]", 4),
        ("{\"a\":{\"b\":{\"c\":7}},\"a b\":1}", "v.a.b.c + v['a b']", 8),
        ("{\"a\":1,\"a\":2}", "v.a", 2),
    ])
    func aTextBecomesAValue(_ text: String, _ expression: String, _ expected: LuaValue) async throws {
        let script = try await Script()
        #expect(try await lua(text, expression, script) == expected)
    }

    @Test(arguments: [
        ("null", "null"), ("nil", "null"), ("true", "true"), ("9007199254740993", "9007199254740993"),
        ("math.maxinteger", "9223372036854775807"), ("math.mininteger", "-9223372036854775808"),
        ("1.5", "1.5"), ("1.0", "1.0"), ("-0.0", "-0.0"), ("1e300", "1e+300"),
        ("''", "\"\""), ("'é😀\\n\"'", "\"é😀\\n\\\"\""), ("'a\\0b'", "\"a\\u0000b\""),
        ("'\\xff'", "\"\u{FFFD}\""),
        ("{}", "{}"), ("array", "[]"), ("{1, 2, 3}", "[1,2,3]"), ("{{}, array, {a = {1}}}", "[{},[],{\"a\":[1]}]"),
        ("{a = null}", "{\"a\":null}"), ("{1, null, 3}", "[1,null,3]"), ("{['1'] = 1}", "{\"1\":1}"),
    ])
    func aValueBecomesAText(_ expression: String, _ expected: String) async throws {
        let script = try await Script()
        #expect(try await json(expression, script) == expected)
    }

    @Test(arguments: [
        (
            "{1, nil, 3}", "value has the key 3: JSON takes lists without holes, or tables with string keys",
            "value is a list with holes"
        ),
        ("{a = {1, x = 2}}", "value.a mixes list items and string keys: JSON takes one or the other", ""),
        ("{a = {[10] = 1}}", "value.a has the key 10: JSON takes lists without holes, or tables with string keys", ""),
        (
            "{a = {[1.5] = 1}}",
            "value.a has a number as a key: JSON takes lists without holes, or tables with string keys", ""
        ),
        (
            "{a = {[true] = 1}}",
            "value.a has a boolean as a key: JSON takes lists without holes, or tables with string keys", ""
        ),
        ("{a = {1, {b = print}}}", "value.a[2].b is a function, which JSON cannot hold", ""),
        ("{coroutine.create(print)}", "value[1] is a coroutine, which JSON cannot hold", ""),
        ("{x = 0/0}", "value.x is not a finite number, which JSON cannot hold", ""),
        ("{x = math.huge}", "value.x is not a finite number, which JSON cannot hold", ""),
        ("print", "value is a function, which JSON cannot hold", ""),
    ])
    func whatJSONCannotHoldIsAnErrorThatNamesThePath(_ expression: String, _ message: String, _ other: String)
        async throws
    {
        let script = try await Script()
        do {
            let text = try await json(expression, script)
            Issue.record("became \(text)")
        } catch let error as LuaError {
            #expect(error.name == "JSONError")
            #expect(error.message == message || error.message == other)
        }
    }

    @Test func cyclesAndTablesThatGrowWithoutEndAreErrors() async throws {
        let script = try await Script()
        for (expression, part) in [
            ("(function() local t = {} t.t = t return t end)()", "contains itself"),
            ("(function() local t = {} t[1] = t return t end)()", "contains itself"),
            ("(function() local t = {} for i = 1, 60 do t = {t, t} end return t end)()", "4 MiB"),
            ("(function() local t = {} for i = 1, 200 do t = {t} end return t end)()", "nested deeper than 100"),
        ] {
            do {
                _ = try await json(expression, script)
                Issue.record("\(expression) became a text")
            } catch let error as LuaError {
                #expect(error.message.contains(part), "\(error.message)")
            }
        }
    }

    @Test func brokenTextsAreErrorsWithTheirPlace() async throws {
        let script = try await Script()
        for text in ["", "[", "{\"a\":}", "[1,]", "nul", "\"\u{1}\"", "1 2", String(repeating: "[", count: 200)] {
            await #expect(throws: LuaError.self) { try await lua(text, "v", script) }
        }
    }

    @Test func whatGoesInComesOutAgain() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(state: seed)
        let script = try await Script(LuaLimits(memory: 256 << 20, cpu: 60_000_000_000))
        for _ in 0..<500 {
            var writer = JSONWriter()
            Self.write(&writer, &random, depth: 5)
            let bytes = writer.bytes
            let again = try await script.engine.run { state in
                let top = state.top
                try state.pushJSON(bytes)
                defer { state.pop(state.top - top) }
                let once = try state.json(at: -1)
                try state.pushJSON(once)
                return (try JSONValue(parsing: once), try JSONValue(parsing: try state.json(at: -1)))
            }
            let original = Self.sorted(try JSONValue(parsing: bytes))
            #expect(Self.sorted(again.0) == original, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            #expect(Self.sorted(again.1) == original, "seed \(seed)")
        }
    }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items): return .array(items.map(sorted))
        case .object(let members):
            return .object(
                members.map { JSONMember($0.name, sorted($0.value)) }.sorted { $0.name < $1.name })
        default: return value
        }
    }

    private static func write(_ writer: inout JSONWriter, _ random: inout SplitMix, depth: Int) {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: writer.null()
        case 1: writer.bool(.random(using: &random))
        case 2: writer.int(Int64.random(in: .min ... .max, using: &random))
        case 3: writer.int(Int.random(in: -10...10, using: &random))
        case 4: writer.double(Double.random(in: -1e6...1e6, using: &random))
        case 5: writer.string(Self.text(&random))
        case 6:
            writer.beginArray()
            for _ in 0..<Int.random(in: 0...5, using: &random) { write(&writer, &random, depth: depth - 1) }
            writer.endArray()
        default:
            writer.beginObject()
            for number in 0..<Int.random(in: 0...5, using: &random) {
                writer.key("\(number)\(Self.text(&random))")
                write(&writer, &random, depth: depth - 1)
            }
            writer.endObject()
        }
    }

    private static func text(_ random: inout SplitMix) -> String {
        let scalars: [String] = ["a", "B", "0", " ", "\"", "\\", "\n", "\u{0}", "é", "😀", "\u{7F}", "\u{2028}", "/"]
        return (0..<Int.random(in: 0...8, using: &random)).map { _ in scalars.randomElement(using: &random) ?? "" }
            .joined()
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct ValueTests {
    @Test(arguments: [
        LuaValue.nil, true, 7, .double(1.5), "text", .null, .array([]), .array([1, "two", .array([3])]), .table([:]),
        .table([.string("a"): 1, .int(10): .table([.string("b"): .null])]),
    ])
    func aValueGoesThroughLuaUnchanged(_ value: LuaValue) async throws {
        let script = try await Script()
        let again = try await script.engine.run { state in
            let top = state.top
            #expect(value.push(to: state) == 1)
            #expect(state.top == top + 1)
            defer { state.pop() }
            return try state.value(at: -1)
        }
        #expect(again == value)
    }

    @Test(arguments: [
        ("local t = {} t.a = {t} return t", "is nested deeper than 32 tables, or contains itself"),
        ("local t = {} for i = 1, 33 do t = {t} end return t", "is nested deeper than 32 tables, or contains itself"),
        ("return ('x'):rep(1 << 20)", "the value makes the whole larger than 1 MiB"),
        ("local t = {} for i = 1, 100000 do t[i] = i end return t", "makes the whole larger than 1 MiB"),
        ("local t = {} for i = 1, 60 do t = {t, t} end return t", "is nested deeper"),
        ("local t = {} for i = 1, 30 do t = {t, t} end return t", "makes the whole larger than 1 MiB"),
        ("return {a = {1, print}}", "value.a[2] is a function, which cannot leave its pack"),
        ("return coroutine.create(print)", "the value is a coroutine, which cannot leave its pack"),
        ("return {[1.5] = 1}", "the value has a number as a key"),
        ("return {[print] = 1}", "the value has a function as a key"),
    ])
    func whatCannotCrossIsAnErrorThatNamesThePath(_ text: String, _ part: String) async throws {
        let script = try await Script(LuaLimits(cpu: 10_000_000_000))
        let error = try await script.error(text)
        #expect(error.name == "TypeError")
        #expect(error.message.contains(part), "\(error.message.prefix(300))")
    }

    @Test func thirtyTwoTablesDeepIsAllowed() async throws {
        let script = try await Script()
        let value = try await script.value("local t = 1 for i = 1, 32 do t = {t} end return t")
        var expected = LuaValue.int(1)
        for _ in 0..<32 { expected = .array([expected]) }
        #expect(value == expected)
    }

    @Test func aBoundObjectCrossesAsItself() async throws {
        let one = try await Script(), other = try await Script()
        let counter = Counter()
        await one.engine.run { state in
            state.pushFunction("make") { state in .values(Holder(counted: Counted(counter)).push(to: state)) }
            state.setGlobal("make")
        }
        let value = try await one.value("return make()")
        try await other.engine.run { state in
            _ = value.push(to: state)
            defer { state.pop() }
            #expect(state.object(Holder.self, at: -1) != nil)
            let again = try state.value(at: -1)
            #expect(again == value)
        }
    }
}
