import Foundation
import Testing

@Suite("what the documents promise")
struct PromiseTests {
    @Test("every make command in the documents is a target of the Makefile")
    func makeCommands() throws {
        let makefile = try Repository.text("Makefile")
        let targets = Set(makefile.matches(of: /(?m)^([a-z][a-z-]*):/).map { String($0.1) })
        let documents =
            try ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + Repository.files(in: "docs", suffix: ".md")
        var promised: Set<String> = []
        for document in documents {
            // In a code span or at a line's beginning; "make sure" in prose is not a command.
            for match in try Repository.text(document).matches(of: /(?m)(?:^ *|`)make ([a-z][a-z-]*)/) {
                promised.insert(String(match.1))
            }
        }
        #expect(promised.isSuperset(of: ["demo", "test"]))
        #expect(promised.subtracting(targets) == [])
    }

    @Test("every file that a document links to is there")
    func links() throws {
        let documents =
            try ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + Repository.files(in: "docs", suffix: ".md")
        for document in documents {
            let folder = Repository.root.appending(path: document).deletingLastPathComponent()
            for match in try Repository.text(document).matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/) {
                let path = folder.appending(path: String(match.1)).path
                #expect(FileManager.default.fileExists(atPath: path), "\(document) links to \(match.1)")
            }
        }
    }

    @Test("CI looks at the form and runs the tests, in this order")
    func ci() throws {
        let script = try Repository.text(".ci/run")
        let lint = try #require(script.range(of: "\nmake lint\n"))
        let test = try #require(script.range(of: "\nmake test\n"))
        #expect(lint.lowerBound < test.lowerBound)
        #expect(script.contains("MOONTIDE_STRICT=1"))
    }
}
