import Foundation
import ScriptCheck
import Testing

@Suite("what check looks at")
struct FolderTests {
    @Test("every script of this repository is clean")
    func ours() async throws {
        let checker = ScriptChecker(try await Surface.current.value)
        var count = 0
        for folder in ["scripts", "stdlib/lua", "Tests/LuaSpecs"] {
            let path = Repository.root + "/" + folder
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let scripts = try ScriptFolder(path: path)
            count += scripts.count
            for pack in scripts.packs {
                let found = checker.check(pack.files) { ScriptFolder.hasModule($0, in: pack) }
                // Some specs are broken on purpose: a test shows what becomes of them.
                #expect(found.filter { !$0.file.contains("/LuaSpecs/broken/") }.map(FindingReport.text) == [])
            }
        }
        #expect(count >= 2)
    }

    @Test("a script brings the modules it requires; of a folder all scripts, packs apart, hidden folders left out")
    func folders() async throws {
        let files = [
            "bot.lua": "require 'lib.words'\nrequire 'gone'", "lib/words.lua": "require 'bot.lib.more'\nreturn {}",
            "lib/more/init.lua": "return {}", "other.lua": "", ".hidden/x.lua": "", "packs/one/pack.lua": "return {}",
            "packs/one/init.lua": "require 'one.lib'", "packs/one/lib.lua": "", "packs/one/tests/a.lua": "",
        ]
        try await withFolder(files) { root in
            let script = try ScriptFolder(path: root + "/bot.lua")
            #expect(
                script.packs.map { $0.files.map { String($0.path.dropFirst(root.count + 1)) } } == [
                    ["bot.lua", "lib/words.lua", "lib/more/init.lua"]
                ])
            let all = try ScriptFolder(path: root + "/")
            #expect(
                all.packs.map { $0.files.map { String($0.path.dropFirst(root.count + 1)) } } == [
                    ["bot.lua", "other.lua", "lib/words.lua", "lib/more/init.lua"],
                    ["packs/one/init.lua", "packs/one/lib.lua", "packs/one/pack.lua", "packs/one/tests/a.lua"],
                ])
            let pack = try #require(all.packs.last)
            #expect(ScriptFolder.hasModule("one.lib", in: pack))
            #expect(!ScriptFolder.hasModule("lib.words", in: pack))
        }
    }

    @Test("what is not there, or holds no script, is said")
    func nothing() async throws {
        try await withFolder(["a.txt": ""]) { root in
            #expect(throws: ScriptFolderError.self) { try ScriptFolder(path: root) }
            #expect(throws: ScriptFolderError.self) { try ScriptFolder(path: root + "/a.txt") }
            #expect(throws: ScriptFolderError.self) { try ScriptFolder(path: root + "/b.lua") }
        }
    }

    @Test("a manifest is data: a function in it is told")
    func manifest() async throws {
        let checker = ScriptChecker(try await Surface.current.value)
        let found = checker.check([
            .init(path: "pack.lua", bytes: Array("return { name = tostring(1), env = os }".utf8), kind: .manifest)
        ])
        #expect(found.map(\.rule) == ["undeclared-read", "undeclared-read"])
    }
}

@Suite("findings as text")
struct ReportTests {
    @Test("place, reason, the line with a mark below the place, and the fix")
    func text() async throws {
        let other = try await Surface.findings("local grade = '日本'\n\tprint('日本', grad)")
        #expect(
            other.map(FindingReport.text) == [
                """
                bot.lua:2:14: error: 'grad' is not declared: it is always nil
                    \tprint('日本', grad)
                    \t              ^
                  fix: did you mean 'grade'?
                """
            ])
    }

    @Test("one JSON object a finding, on one line")
    func json() async throws {
        let found = try await Surface.findings("x = \"a\"")
        #expect(
            found.map(FindingReport.json) == [
                #"{"file":"bot.lua","line":1,"column":1,"severity":"error","rule":"undeclared-write","reason":"'x' is not declared","fix":"write: local x = …"}"#
            ])
    }

    @Test("of a file full of mistakes the first two hundred are told, and how many more there are")
    func many() async throws {
        let found = try await Surface.findings(String(repeating: "x = 1 ", count: 1_000))
        #expect(found.count == 201)
        #expect(found.last?.reason == "800 more findings in this file are not shown")
        #expect(found.first?.column == 1 && found.dropFirst().first?.column == 7)
    }

    @Test("the last line counts")
    func summary() async throws {
        let one = try await Surface.findings("x = 1\nbot:listen('mesage', function() end)\ny = 1")
        #expect(FindingReport.summary(one, files: 3) == "2 errors and 1 warning in 1 of 3 files")
        #expect(FindingReport.summary([], files: 1) == "1 file, nothing found")
    }

    @Test("a text that is not Lua has its syntax told, no more; a first line for the shell is no fault")
    func syntax() async throws {
        let broken = try await Surface.findings("x = 1\nif y = 1 then end")
        #expect(broken.map(\.rule) == ["syntax"])
        let shell = try await Surface.findings("#!/usr/bin/env moontide\nlocal x")
        #expect(shell.isEmpty)
        let large = try await Surface.findings(String(repeating: "-", count: 1 << 20) + "-")
        #expect(large.map(\.reason) == ["a script larger than 1 MiB is not loaded"])
        let marked = try await Surface.findings("\u{FEFF}local x")
        #expect(marked.isEmpty)
    }
}
