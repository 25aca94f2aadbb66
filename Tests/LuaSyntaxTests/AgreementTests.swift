import LuaSyntax
import Testing

@Suite("Lua and we agree")
struct AgreementTests {
    @Test("every text of the table is taken or refused as Lua does, and the refusal names Lua's line")
    func table() async throws {
        let texts = Snippets.all
        let verdicts = try await LuaOracle().verdicts(texts.map { Array($0.utf8) })
        var differences: [String] = []
        for (text, verdict) in zip(texts, verdicts) {
            let fault = SyntaxTree(parsing: text).faults.first
            let shown = text.count > 80 ? text.prefix(60) + "… (\(text.count))" : text[...]
            if verdict.isAccepted != (fault == nil) {
                differences.append(
                    "\(shown.debugDescription): Lua \(verdict.message ?? "takes it"), we \(fault?.message ?? "take it")"
                )
            } else if let fault, let line = verdict.line, fault.luaLine != line {
                differences.append(
                    "\(shown.debugDescription): Lua \(verdict.message ?? ""), we line \(fault.luaLine) \(fault.message)"
                )
            }
        }
        #expect(differences == [])
        let taken = verdicts.count { $0.isAccepted }
        #expect(taken >= 120 && texts.count - taken >= 120, "\(taken) of \(texts.count) are taken")
    }

    @Test("the message is Lua's own, for texts that people get wrong")
    func messages() async throws {
        let texts = [
            "if x then\n  print(1)\n", "print(\"a\"\nprint(\"b\")", "x = = 1", "local x = 'abc\n", "x = 08x",
            "return }",
            "local a <const> = 1\na = 2", "for i = 1 do end", "for i x do end", "x", "f(", "function f(1) end", "break",
            "goto out", "return '\\q'", "local function f() return ... end", "end", "local x <foo> = 1", "::a:: ::a::",
            "do goto l local a ::l:: print(a) end", "x = 1 @", "return 'a\\400'", "return [=x", "x.y.z", "x:y",
            "--[[ a",
        ]
        let verdicts = try await LuaOracle().verdicts(texts.map { Array($0.utf8) })
        for (text, verdict) in zip(texts, verdicts) {
            let fault = try #require(SyntaxTree(parsing: text).faults.first)
            let message = try #require(verdict.message)
            #expect(normal("t:\(fault.luaLine): \(fault.message)") == normal(message), "\(text.debugDescription)")
        }
    }

    /// Lua quotes <eof> or not, by its release, and shows more or less of what it was reading.
    private func normal(_ message: String) -> String {
        let head = message.components(near: " near ")
        return head.replacing("outside loop", with: "outside a loop").replacing("<goto ", with: "goto ").replacing(
            " <goto>", with: " goto"
        )
        .replacing(">", with: "")
    }
}

extension String {
    fileprivate func components(near separator: String) -> String {
        guard let range = firstRange(of: separator) else { return self }
        return String(self[..<range.lowerBound])
    }
}
