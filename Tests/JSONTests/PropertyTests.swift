import Foundation
import JSON
import Testing

@Suite("JSON against Foundation")
struct JSONPropertyTests {
    /// Printed, and taken from MOONTIDE_SEED to repeat a run.
    static let seed: UInt64 = {
        let seed =
            ProcessInfo.processInfo.environment["MOONTIDE_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        print("JSON property tests: MOONTIDE_SEED=\(seed)")
        return seed
    }()

    private func note(_ bytes: [UInt8]) -> Comment {
        "seed \(Self.seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
    }

    @Test("what we write, Foundation reads as the same value, and so do we")
    func written() throws {
        var random = SeededRandom(seed: Self.seed)
        for _ in 0..<2_000 {
            let value = random.value()
            let bytes = value.serialize()
            let theirs = try #require(Oracle.parse(bytes), note(bytes))
            #expect(Oracle.agrees(value, theirs), note(bytes))
            #expect(try JSONValue(parsing: bytes) == value, note(bytes))
        }
    }

    @Test("what Foundation writes, we read as the same value")
    func foreign() throws {
        var random = SeededRandom(seed: Self.seed ^ 1)
        for _ in 0..<2_000 {
            let bytes = try Oracle.serialize(random.value())
            let theirs = try #require(Oracle.parse(bytes), note(bytes))
            #expect(Oracle.agrees(try JSONValue(parsing: bytes), theirs), note(bytes))
        }
    }

    @Test("blanks, needless escapes and other notations of a number change nothing")
    func notations() throws {
        var random = SeededRandom(seed: Self.seed ^ 2)
        for _ in 0..<2_000 {
            let value = random.value()
            let bytes = Array(random.text(of: value).utf8)
            let parsed = try JSONValue(parsing: bytes)
            let theirs = try #require(Oracle.parse(bytes), note(bytes))
            #expect(Oracle.agrees(value, theirs), note(bytes))
            #expect(Oracle.agrees(parsed, theirs), note(bytes))
        }
    }

    @Test("a mutated text is refused by both or read alike by both, but for the listed differences")
    func mutations() throws {
        var random = SeededRandom(seed: Self.seed ^ 3)
        var accepted = 0
        for _ in 0..<20_000 {
            let value = random.value(depth: 3)
            let bytes = random.mutate(Array(random.text(of: value).utf8))
            let theirs = Oracle.parse(bytes)
            do throws(JSONError) {
                let ours = try JSONValue(parsing: bytes, depthLimit: 512)
                accepted += 1
                if let theirs {
                    #expect(Oracle.agrees(ours, theirs) || Oracle.knownMisreading(bytes) != nil, note(bytes))
                } else {
                    #expect(Oracle.knownStrictness(ours) != nil, note(bytes))
                }
            } catch {
                if theirs != nil { #expect(Oracle.knownLeniency(bytes, error) != nil, note(bytes)) }
            }
        }
        #expect(accepted > 500)
    }

    @Test("skipping refuses exactly what reading refuses, at the same place")
    func skipping() {
        var random = SeededRandom(seed: Self.seed ^ 4)
        for _ in 0..<10_000 {
            let bytes = random.mutate(Array(random.text(of: random.value(depth: 3)).utf8))
            #expect(failure { _ = try JSONValue(parsing: bytes) } == failure { try skip(bytes) }, note(bytes))
        }
    }

    @Test("every proper prefix of an array or object ends unexpectedly")
    func truncation() {
        var random = SeededRandom(seed: Self.seed ^ 5)
        for _ in 0..<100 {
            let bytes = Array(random.text(of: .array([random.value(), random.value()])).utf8)
            guard let close = bytes.lastIndex(of: UInt8(ascii: "]")) else { continue }
            for length in 0..<close {
                let prefix = Array(bytes[..<length])
                #expect(failure { try skip(prefix) }?.code == .unexpectedEnd, note(prefix))
            }
        }
    }

    @Test("a double survives writing and reading bit for bit")
    func doubles() throws {
        var random = SeededRandom(seed: Self.seed ^ 6)
        for _ in 0..<20_000 {
            let value = random.double()
            guard value.isFinite else { continue }
            var writer = JSONWriter()
            writer.double(value)
            let back = try JSONReader.read(writer.bytes) { (reader) throws(JSONError) in try reader.readDouble() }
            #expect(back.bitPattern == value.bitPattern, "seed \(Self.seed): \(value)")
        }
    }

    @Test("an integer survives writing and reading, and is refused by each type that does not hold it")
    func integers() throws {
        var random = SeededRandom(seed: Self.seed ^ 7)
        for _ in 0..<20_000 {
            let value = Int64.random(in: .min ... .max, using: &random) >> Int64(random.below(64))
            var writer = JSONWriter()
            writer.int(value)
            let bytes = writer.bytes
            #expect(bytes == Array(String(value).utf8))
            #expect(
                try JSONReader.read(bytes) { (reader) throws(JSONError) in try reader.readInt(Int64.self) } == value)
            let small = try? JSONReader.read(bytes) { (reader) throws(JSONError) in try reader.readInt(Int16.self) }
            #expect(small == Int16(exactly: value))
            let unsigned = try? JSONReader.read(bytes) { (reader) throws(JSONError) in try reader.readInt(UInt32.self) }
            #expect(unsigned == UInt32(exactly: value))
        }
    }
}

/// The error that `body` throws, if it throws one.
func failure(_ body: () throws -> Void) -> JSONError? {
    do {
        try body()
        return nil
    } catch {
        return error as? JSONError
    }
}

func skip(_ bytes: [UInt8]) throws(JSONError) {
    try JSONReader.read(bytes) { (reader) throws(JSONError) in try reader.skipValue() }
}

func skip(_ text: String) throws(JSONError) { try skip(Array(text.utf8)) }
