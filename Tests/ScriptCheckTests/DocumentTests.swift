import Foundation
import ScriptCheck
import Testing

@Suite("what the documents say of check")
struct DocumentTests {
    @Test("docs/checking.md has every rule with its sentence, and no other")
    func rules() throws {
        let text = try String(contentsOfFile: Repository.root + "/docs/checking.md", encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") && !$0.hasPrefix("| `/") }
            .map(String.init).filter { !$0.hasPrefix("| `//") }
        #expect(rows.count == CheckRules.all.count)
        for (row, rule) in zip(rows, CheckRules.all) {
            #expect(row.hasPrefix("| `\(rule.name)` | \(rule.sentence)"))
        }
    }

    @Test("what docs/checking.md shows is what comes out")
    func example() async throws {
        let text = """
            -- a bot
            bot:command("ping", function(ctx)
                ctx:replay("pong")
            end)

            -- a listener

            bot:listen("mesage", function(message)
            end)
            """
        let found = try await Surface.findings(text)
        let shown = try String(contentsOfFile: Repository.root + "/docs/checking.md", encoding: .utf8)
        for finding in found {
            #expect(shown.contains(FindingReport.text(finding).split(separator: "\n").first ?? "?"))
        }
        #expect(found.count == 2)
    }
}
