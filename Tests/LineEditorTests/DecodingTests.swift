import Testing

@testable import LineEditor

@Suite("keys of a terminal")
struct DecodingTests {
    @Test("bytes become letters, whatever their length; what is none becomes U+FFFD")
    func letters() {
        func decoded(_ bytes: [UInt8]) -> String {
            var decoder = UTF8Decoder()
            var text = ""
            for byte in bytes { if let scalar = decoder.take(byte) { text.unicodeScalars.append(scalar) } }
            return text
        }
        #expect(decoded(Array("größe 日本 🌊!".utf8)) == "größe 日本 🌊!")
        #expect(decoded([0x80, 0x61]) == "\u{FFFD}a")
        #expect(decoded([0xC3, 0x61, 0x62]) == "\u{FFFD}b")
        #expect(decoded([0xFF, 0xFF, 0xFF, 0xFF, 0x61]) == "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}a")
    }

    @Test("what completions have in common is in the first one's letters")
    func prefix() {
        #expect(LineEditor.commonPrefix("!hello", "!help") == "!hel")
        #expect(LineEditor.commonPrefix("Mira", "mio") == "Mi")
        #expect(LineEditor.commonPrefix("a", "b") == "")
    }

    @Test("what is shown while nobody edits goes straight out, and an editor that was stopped does not read")
    func idle() throws {
        let made = LineEditor(prompt: { "> " }, complete: { _ in .init(replaced: 0, candidates: []) })
        let editor = try #require(made)
        editor.stop()
        #expect(!editor.isBusy)
        #expect(editor.isStopped)
    }
}
