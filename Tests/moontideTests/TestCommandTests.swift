import Foundation
import Testing

@Suite("moontide test", .timeLimit(.minutes(1)))
struct TestCommandTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "moontide-specs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "tests"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "bot:command(\"ping\", function(ctx) ctx:reply \"pong\" end)\n"
            .write(to: folder.appending(path: "bot.lua"), atomically: true, encoding: .utf8)
        try await body(folder)
    }

    private func write(_ word: String, into folder: URL) throws {
        try """
        local t = require "fluxer.test"
        t.it("answers ping", function(w)
            w:guild():member("ann"):say "!ping"
            w:expect_reply { equals = "\(word)" }
        end)
        t.pending "more"
        """.write(to: folder.appending(path: "tests/ping.lua"), atomically: true, encoding: .utf8)
    }

    @Test("what passes ends with 0, its last line counts")
    func passes() async throws {
        try await withFolder { folder in
            try write("pong", into: folder)
            try await ChildProcess.with(Program.path, ["test", folder.path]) { program in
                _ = try await program.line { $0.hasPrefix("  ✓ answers ping (") }
                _ = try await program.line { $0 == "  - more (skipped: not written yet)" }
                _ = try await program.line { $0 == "1 passed, 0 failed, 1 skipped" }
                #expect(await program.exitCode() == 0)
            }
        }
    }

    @Test("what fails ends with 1 and says where; the form of JUnit is written")
    func fails() async throws {
        try await withFolder { folder in
            try write("png", into: folder)
            let junit = folder.appending(path: "out.xml").path
            try await ChildProcess.with(Program.path, ["test", folder.path, "--junit", junit]) { program in
                _ = try await program.line { $0.contains("tests/ping.lua:4") }
                _ = try await program.line { $0 == "0 passed, 1 failed, 1 skipped" }
                #expect(await program.exitCode() == 1)
            }
            #expect(try String(contentsOfFile: junit, encoding: .utf8).contains("<failure message="))
        }
    }

    @Test("without specs it ends with 2 and says what was looked for; so it does where the filter fits none")
    func none() async throws {
        try await withFolder { folder in
            try await ChildProcess.with(Program.path, ["test", folder.path]) { program in
                let line = try await program.line { $0.hasPrefix("moontide:") }
                #expect(line.contains("looked for tests/*.lua and *_spec.lua"))
                #expect(await program.exitCode() == 2)
            }
            try write("pong", into: folder)
            try await ChildProcess.with(Program.path, ["test", folder.path, "--filter", "nothing"]) { program in
                let line = try await program.line { $0.hasPrefix("moontide:") }
                #expect(line.contains("no spec fits --filter nothing"))
                #expect(await program.exitCode() == 2)
            }
            try await ChildProcess.with(Program.path, ["test", "/no/such/folder"]) { program in
                let line = try await program.line { $0.hasPrefix("moontide:") }
                #expect(line.contains("there is no /no/such/folder"))
                #expect(await program.exitCode() == 2)
            }
        }
    }

    @Test("--watch runs again when a file is saved")
    func watch() async throws {
        try await withFolder { folder in
            try write("png", into: folder)
            try await ChildProcess.with(Program.path, ["test", folder.path, "--watch"]) { program in
                _ = try await program.line { $0 == "0 passed, 1 failed, 1 skipped" }
                _ = try await program.line { $0.hasPrefix("waiting for a save") }
                try write("pong", into: folder)
                _ = try await program.line { $0 == "1 passed, 0 failed, 1 skipped" }
                #expect(await program.terminate() == 0)
            }
        }
    }

    @Test("a script named itself stands for its tests")
    func script() async throws {
        try await withFolder { folder in
            try write("pong", into: folder)
            try await ChildProcess.with(Program.path, ["test", folder.appending(path: "bot.lua").path]) { program in
                _ = try await program.line { $0 == "1 passed, 0 failed, 1 skipped" }
                #expect(await program.exitCode() == 0)
            }
        }
    }
}
