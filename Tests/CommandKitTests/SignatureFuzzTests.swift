import CommandKit
import Testing

@Suite("signature, any text")
struct SignatureFuzzTests {
    static let letters = "ab1  <>[]{}:=?.-@|\"\\int()" + "\n"
    static let pieces = [
        "name", "a|b", " ", " ", " ", "<", ">", "[", "]", "{", "}", ":", "=", "...", "x", "y", "int", "bool", "string",
        "number", "\"", "\\", "--flags", "5", "-", "true", "?", "|", "(", "..", ")", "@", "é", "\u{301}", "\u{0}",
        "member",
        " <a>", " [b]", " [c=1]", " [...d]", " <...e>", " <f:int>",
    ]

    @Test("random letters give a signature or an error inside the text")
    func letters() {
        SeededGenerator.run("signature letters") { generator in
            for _ in 0..<20_000 { check(generator.text(upTo: 30, of: Self.letters)) }
        }
    }

    @Test("random pieces give a signature or an error inside the text")
    func pieces() {
        SeededGenerator.run("signature pieces") { generator in
            var accepted = 0
            for _ in 0..<20_000 {
                let count = Int.random(in: 1...9, using: &generator)
                let parts = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }
                if check(parts.joined()) { accepted += 1 }
            }
            #expect(accepted > 100, "hardly any was accepted")
        }
    }

    @discardableResult
    private func check(_ text: String) -> Bool {
        do throws(SignatureError) {
            let signature = try Signature(parsing: text)
            for name in signature.names {
                #expect((1...100).contains(name.unicodeScalars.count))
                #expect(
                    !name.unicodeScalars.contains { allBlanks.contains($0) || $0 == "|" }, "\(text.debugDescription)")
            }
            #expect(Set(signature.parameters.map(\.name)).count == signature.parameters.count)
            #expect(signature.parameters.dropLast().allSatisfy { !$0.isRest })
            return true
        } catch {
            #expect((0...text.unicodeScalars.count).contains(error.offset), "\(text.debugDescription)")
            let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 3 && lines[2].hasSuffix("^"), "\(text.debugDescription)")
            return false
        }
    }

    @Test("signatures that are built are read as they were meant")
    func roundTrip() throws {
        try SeededGenerator.run("signature round trip") { generator in
            for _ in 0..<2_000 {
                var text = "cmd"
                var expected: [Parameter] = []
                let required = Int.random(in: 0...3, using: &generator)
                let total = required + Int.random(in: 0...3, using: &generator)
                for number in 0..<total {
                    let isRest = number == total - 1 && Bool.random(using: &generator)
                    let dots = isRest ? "..." : ""
                    let name = "p\(number)"
                    if number < required {
                        text += " <\(dots)\(name):int>"
                        expected.append(Parameter(name, .int, isRest: isRest))
                    } else {
                        let value = generator.text(upTo: 8, of: "ab \"\\]>")
                        let quoted = value.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }
                            .joined()
                        text += " [\(dots)\(name)=\"\(quoted)\"]"
                        expected.append(
                            Parameter(
                                optional: name, isRest: isRest, fallback: .string(value), displayedFallback: value))
                    }
                }
                let signature = try Signature(parsing: text)
                #expect(signature.parameters == expected, "\(text.debugDescription)")
            }
        }
    }

    @Test("a long signature is read in a time that grows with its length only")
    func linear() throws {
        let start = ContinuousClock.now
        let many = (0..<20_000).map { "<p\($0)>" }.joined(separator: " ")
        #expect(try Signature(parsing: "a \(many)").parameters.count == 20_000)
        for piece in ["<", "[a=", "|", "--", "<a ", "[a=\"\\", "{"] {
            _ = try? Signature(parsing: "a " + String(repeating: piece, count: 100_000))
        }
        #expect(start.duration(to: .now) < .seconds(60))
    }
}
