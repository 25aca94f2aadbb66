import JSON
import Testing

/// Calls that make no sense on input that makes none: nothing may trap, loop or read out of bounds.
@Suite("JSON fuzz")
struct JSONFuzzTests {
    @Test("random bytes never trap")
    func randomBytes() {
        var random = SeededRandom(seed: JSONPropertyTests.seed ^ 8)
        for _ in 0..<20_000 {
            let bytes = (0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            _ = failure { try skip(bytes) }
            _ = failure { _ = try JSONValue(parsing: bytes) }
        }
    }

    @Test("random sequences of JSON's own bytes never trap")
    func randomTokens() {
        var random = SeededRandom(seed: JSONPropertyTests.seed ^ 9)
        let tokens = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d83d", "\\ud83d", "0", "1", "-", ".", "e", "+", "true",
            "null", "fals", "\"a\"", " ", "\n", "é", "\u{0}",
        ]
        for _ in 0..<20_000 {
            let bytes = Array((0..<random.below(20)).map { _ in random.pick(tokens) }.joined().utf8)
            _ = failure { try skip(bytes) }
            _ = failure { _ = try JSONValue(parsing: bytes) }
        }
    }

    @Test("calls in random order on mutated texts never trap, and never go past the end")
    func randomCalls() {
        var random = SeededRandom(seed: JSONPropertyTests.seed ^ 10)
        for _ in 0..<10_000 {
            let bytes = random.mutate(Array(random.text(of: random.value(depth: 3)).utf8))
            _ = failure {
                try JSONReader.read(bytes) { (reader) throws(JSONError) in
                    for _ in 0..<5 { try call(&reader, &random, depth: 6) }
                    #expect(reader.offset <= bytes.count)
                }
            }
        }
    }

    private func call(_ reader: inout JSONReader, _ random: inout SeededRandom, depth: Int) throws(JSONError) {
        guard depth > 0 else { return }
        do throws(JSONError) {
            switch random.below(12) {
            case 0: _ = try reader.peek()
            case 1: _ = try reader.readString()
            case 2: try reader.withStringBytes { _ in }
            case 3: _ = try reader.readInt(Int8.self)
            case 4: _ = try reader.readDouble()
            case 5: _ = try reader.readNumber().int64
            case 6: _ = try reader.readBool()
            case 7: _ = try reader.readNullIfPresent()
            case 8: _ = try reader.readRaw()
            case 9:
                try reader.readArray { (reader) throws(JSONError) in try call(&reader, &random, depth: depth - 1) }
            case 10:
                try reader.readObject { (_, reader) throws(JSONError) in try call(&reader, &random, depth: depth - 1) }
            default: try reader.finish()
            }
        } catch {
            _ = reader.error("fuzz").description
            if random.chance(4) { throw error }
        }
    }
}
