import Foundation
import PackHost
import Testing

@testable import BotTesting

@Suite("where specs are found")
struct SpecFinderTests {
    private static let spec = "local t = require \"fluxer.test\"\nt.it(\"x\", function() end)\n"

    private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "moontide-find-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        try body(try #require(SpecPaths.real(folder.path)))
    }

    @Test("a file in tests is about what lies above it, NAME_spec.lua about NAME.lua or its pack")
    func rule() throws {
        let files = [
            "one/one.lua": "", "one/tests/a.lua": Self.spec, "one/tests/deep/b.lua": Self.spec,
            "one/tests/helper.lua": "return {}",
            "two/init.lua": "", "two/words.lua": "", "two/words_spec.lua": Self.spec, "two/other_spec.lua": Self.spec,
            "three/moontide.lua": "return {}", "three/bot.lua": "", "three/tests/c.lua": Self.spec,
            "four/notes_spec.lua": Self.spec, "vendor/x/tests/d.lua": Self.spec, ".hidden/tests/e.lua": Self.spec,
        ]
        try withFolder(files) { root in
            let found = try SpecFinder.find(root)
            #expect(
                found.map { String($0.path.dropFirst(root.count + 1)) } == [
                    "four/notes_spec.lua", "one/tests/a.lua", "one/tests/deep/b.lua", "three/tests/c.lua",
                    "two/other_spec.lua", "two/words_spec.lua",
                ])
            #expect(
                found.map { $0.bot.map { String($0.dropFirst(root.count + 1)) } } == [
                    nil, "one", "one", "three", "two", "two/words.lua",
                ])
            #expect(
                try SpecFinder.find(root + "/one/one.lua").map(\.bot) == [root + "/one/one.lua", root + "/one/one.lua"])
            #expect(try SpecFinder.find(root + "/one/tests").count == 2)
            #expect(try SpecFinder.find(root + "/two/words_spec.lua").map(\.bot) == [root + "/two/words.lua"])
        }
    }

    @Test("a folder of specs without tests or _spec holds those files that ask for the library")
    func plain() throws {
        try withFolder(["specs/a.lua": Self.spec, "specs/bot.lua": "return 1", "specs/broken/b.lua": Self.spec]) {
            root in
            let found = try SpecFinder.find(root + "/specs")
            #expect(found.map(\.path) == [root + "/specs/a.lua"])
        }
    }

    @Test("without a spec, or without the path, it says what was looked for")
    func none() throws {
        try withFolder(["bot.lua": ""]) { root in
            for (path, words) in [(root, "looked for tests/*.lua and *_spec.lua"), (root + "/none", "there is no")] {
                let error = #expect(throws: PackError.self) { try SpecFinder.find(path) }
                #expect(error?.detail.contains(words) == true)
            }
        }
    }
}
