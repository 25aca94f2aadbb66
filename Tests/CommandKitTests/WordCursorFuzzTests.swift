import CommandKit
import Testing

@Suite("word cursor, any text")
struct WordCursorFuzzTests {
    static let letters = #"ab  "\"\ “”‘’«»'⹂"# + "\u{3000}\n"

    @Test("strict mode is discord.py's StringView")
    func strictIsStringView() {
        SeededGenerator.run("strict words") { generator in
            var seen: [String: Int] = [:]
            for _ in 0..<20_000 {
                let text = generator.text(upTo: 14, of: Self.letters)
                let expected = StringView.words(text)
                let (words, error) = words(text, .strict)
                #expect(words == expected.words, "\(text.debugDescription)")
                #expect(error.flatMap(Self.failure) == expected.failure, "\(text.debugDescription)")
                seen[error?.name ?? "", default: 0] += 1
            }
            for name in ["UnexpectedQuoteError", "InvalidEndOfQuotedStringError", "ExpectedClosingQuoteError", ""] {
                #expect(seen[name, default: 0] > 200, "\(name) was hardly tried")
            }
        }
    }

    @Test("lenient mode is the rules by the book, and the cursor always advances")
    func lenientIsTheBook() throws {
        try SeededGenerator.run("lenient words") { generator in
            for _ in 0..<20_000 {
                let text = generator.text(upTo: 14, of: Self.letters)
                var cursor = WordCursor(text)
                var words: [String] = []
                var before = cursor.position
                while let word = try cursor.word() {
                    words.append(word)
                    #expect(cursor.position > before)
                    before = cursor.position
                }
                #expect(cursor.isAtEnd)
                #expect(words == lenientWordsByTheBook(text), "\(text.debugDescription)")
            }
        }
    }

    @Test(
        "a long text takes a time that grows with its length only",
        arguments: ["\"a ", "\"", "“« ", "\\\" ", "\"\\\" ", "\"a\"b ", "‘’", "a\\"])
    func linear(_ piece: String) {
        // With time growing by the square these would take hours, not seconds.
        let text = String(repeating: piece, count: 100_000)
        let start = ContinuousClock.now
        _ = words(text, .lenient)
        _ = words(text, .strict)
        #expect(start.duration(to: .now) < .seconds(60))
    }

    private static func failure(_ error: CommandError) -> StringView.Failure? {
        guard case .string(let text) = error.fields.first?.value, let scalar = text.unicodeScalars.first else {
            return nil
        }
        switch error.name {
        case "UnexpectedQuoteError": return .unexpected(scalar)
        case "InvalidEndOfQuotedStringError": return .invalidEnd(scalar)
        case "ExpectedClosingQuoteError": return .unclosed(scalar)
        default: return nil
        }
    }
}
