import Foundation
import Testing

@testable import LuaRuntime

/// docs/limits.md and the table in code say the same.
@Suite struct LuaBugDocumentTests {
    private static func section(_ title: String) throws -> [String] {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        let text = try String(contentsOf: root.appending(path: "docs/limits.md"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.firstIndex(of: "## " + title))
        return Array(lines[(start + 1)...].prefix { !$0.hasPrefix("## ") })
    }

    @Test func theTableOfFencesIsTheOneInCode() throws {
        let rows = try Self.section("Lua's own bugs").filter { $0.dropFirst(2).first?.isNumber == true }
        #expect(rows == LuaFence.all.map { "| \($0.row) | \($0.bug) | \($0.fence) | \($0.releases) |" })
    }

    @Test func whatStaysOpenIsSaidForEveryReleaseThatIsTaken() throws {
        let rows = try Self.section("What a hostile pack can still do").filter { $0.hasPrefix("| 5.4") }
        #expect(rows.count == 3)
        for release in ["5.4.4", "5.4.6", "5.4.7", "5.4.8"] {
            #expect(rows.contains { $0.prefix { $0 != "y" }.contains(release) }, "\(release)")
        }
    }
}
