import BotTesting
import Foundation
import Testing

/// Specs written in Lua, run by the runner of `moontide test` in this process.
@Suite("specs in Lua", .timeLimit(.minutes(5)))
struct LuaSpecsTests {
    /// Other tests run beside these: what takes long here is no sign of a spec that hangs.
    private var runner: SpecRunner {
        var settings = SpecSettings()
        settings.timeout = 30
        return SpecRunner(settings: settings)
    }

    @Test("the runtime keeps what Tests/LuaSpecs says of it")
    func runtime() async throws {
        let results = await runner.run(try SpecFinder.find(Repository.path("Tests/LuaSpecs")))
        expectNoFailure(results)
        #expect(SpecSummary(results).passed > 80)
    }

    @Test("every script in scripts does what its specs say, and has some")
    func scripts() async throws {
        let folder = Repository.path("scripts")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.hasPrefix(".") {
            let results = await runner.run(try SpecFinder.find(folder + "/" + name))
            expectNoFailure(results)
            #expect(SpecSummary(results).passed > 0, "scripts/\(name) has no spec")
        }
    }

    @Test("every Lua block of the documents that is marked as a bot loads, every one marked as a spec passes")
    func documents() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "moontide-docs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var count = 0
        for block in try DocumentBlock.all() {
            count += 1
            let file = folder.appending(path: "block\(count)_spec.lua")
            try block.spec.write(to: file, atomically: true, encoding: .utf8)
            let results = await runner.run(try SpecFinder.find(file.path))
            for result in results where result.failure != nil {
                Issue.record("\(block.place): \(SpecReport().lines(of: result).joined(separator: "\n"))")
            }
            #expect(results.contains { $0.hasPassed }, "\(block.place)")
        }
        #expect(count >= 3)
    }

    @Test("200 simple specs take less than 8 s of CPU, unoptimized: alone they are done in less than 5 s")
    func speed() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "moontide-speed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "speed_spec.lua")
        try """
        local t = require "fluxer.test"
        t.script 'bot:command("ping", function(ctx) ctx:reply "pong" end)'
        for index = 1, 200 do
            t.it("answers " .. index, function(w)
                w:guild():member("ann"):say "!ping"
                w:expect_reply { equals = "pong" }
                w:expect_no_reply()
            end)
        end
        """.write(to: file, atomically: true, encoding: .utf8)
        // A process of its own, and its CPU: other tests run beside it.
        let arguments = ["-c", "\"$0\" test \"$1\" && times && echo done", Program.path, file.path]
        try await ChildProcess.with("/bin/sh", arguments) { shell in
            _ = try await shell.line { $0 == "200 passed, 0 failed, 0 skipped" }
            _ = try await shell.line { $0 == "done" }
            #expect(await shell.exitCode() == 0)
            // The shell's own time comes first, then its children's.
            let times = shell.output.filter { $0.contains(/^\d+m/) }.last?.split(separator: " ") ?? []
            let seconds = times.compactMap { time -> Double? in
                let parts = time.dropLast().split(separator: "m")
                guard parts.count == 2, let minutes = Double(parts[0]), let rest = Double(parts[1]) else { return nil }
                return minutes * 60 + rest
            }
            #expect(seconds.count == 2)
            #expect(seconds.reduce(0, +) < 8, "\(times)")
        }
    }

    private func expectNoFailure(_ results: [SpecResult]) {
        for result in results where result.failure != nil {
            Issue.record("\(result.file.name): \(SpecReport().lines(of: result).joined(separator: "\n"))")
        }
    }
}

/// The files of this repository, found from where this source stands.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ path: String) -> String { root.appending(path: path).path }
}

/// A fenced block of a document: ```` ```lua bot ```` is a script that loads, ```` ```lua spec ```` a spec file that passes.
struct DocumentBlock {
    let place: String
    /// As a spec file.
    let spec: String

    static func all() throws -> [DocumentBlock] {
        var documents = ["README.md", "CONTRIBUTING.md"]
        documents += try FileManager.default.contentsOfDirectory(atPath: Repository.path("docs"))
            .filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
        return try documents.flatMap { document in
            try blocks(of: String(contentsOfFile: Repository.path(document), encoding: .utf8), document)
        }
    }

    static func blocks(of text: String, _ document: String) -> [DocumentBlock] {
        var blocks: [DocumentBlock] = []
        var open: (kind: String, line: Int, lines: [Substring])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let block = open {
                if line.hasPrefix("```") {
                    let body = block.lines.joined(separator: "\n")
                    let spec =
                        block.kind == "spec"
                        ? body
                        : "local t = require 'fluxer.test'\nt.script [==[\n\(body)\n]==]\n"
                            + "t.it('loads', function(w) w:start() end)\n"
                    blocks.append(DocumentBlock(place: "\(document):\(block.line)", spec: spec))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line == "```lua bot" || line == "```lua spec" {
                open = (line.hasSuffix("bot") ? "bot" : "spec", index + 1, [])
            }
        }
        return blocks
    }
}
