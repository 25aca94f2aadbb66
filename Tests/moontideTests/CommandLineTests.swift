import Foundation
import Testing

@Suite("the command line", .timeLimit(.minutes(1)))
struct CommandLineTests {
    @Test("version names the program and Lua")
    func version() async throws {
        try await ChildProcess.with(Program.path, ["version"]) { program in
            let line = try await program.line { $0.hasPrefix("moontide ") }
            #expect(line.contains("Lua 5.4"))
            #expect(await program.exitCode() == 0)
        }
    }

    @Test("a path that is no pack is wrong usage, and says what to name", arguments: ["dev", "run"])
    func path(_ command: String) async throws {
        try await ChildProcess.with(Program.path, [command, "/no/such/bot.lua"]) { program in
            let line = try await program.line { $0.hasPrefix("moontide:") }
            #expect(line == "moontide: there is no /no/such/bot.lua: name a .lua file, or a folder with init.lua in it")
            #expect(await program.exitCode() == 2)
        }
    }

    @Test("a missing token ends run with 3 and one line that says what to set")
    func token() async throws {
        try await withFolder { folder in
            try await ChildProcess.with(
                Program.path, ["run", folder + "/bot.lua", "--data", folder + "/data"],
                environment: ["FLUXER_TOKEN": ""]
            ) { program in
                let line = try await program.line { $0.hasPrefix("moontide:") }
                #expect(line.contains("set FLUXER_TOKEN"))
                #expect(await program.exitCode() == 3)
            }
        }
    }

    @Test(
        "run answers on a server of its own, a second run names the first, a refused token is 3, SIGTERM is 0 within 5 s"
    )
    func run() async throws {
        try await withFolder { folder in
            try await ChildProcess.with(Program.path, ["sandbox", "--port", "0"]) { server in
                let api = try await server.line { $0.hasPrefix("FLUXER_API=") }.dropFirst("FLUXER_API=".count)
                let token = try await server.line { $0.hasPrefix("FLUXER_TOKEN=") }.dropFirst("FLUXER_TOKEN=".count)
                let environment = ["FLUXER_API": String(api), "FLUXER_TOKEN": String(token)]
                let arguments = ["run", folder + "/bot.lua", "--data", folder + "/data"]
                try await ChildProcess.with(Program.path, arguments, environment: environment) { bot in
                    _ = try await bot.line { $0.hasPrefix("connected") }
                    try await ChildProcess.with(Program.path, arguments, environment: environment) { second in
                        let line = try await second.line { $0.hasPrefix("moontide:") }
                        #expect(line.contains("\(bot.pid)"))
                        #expect(await second.exitCode() == 1)
                    }
                    let began = ContinuousClock.now
                    #expect(await bot.terminate() == 0)
                    #expect(ContinuousClock.now - began < .seconds(5))
                }
                let wrong = ["FLUXER_API": String(api), "FLUXER_TOKEN": "1.wrong-secret"]
                try await ChildProcess.with(Program.path, arguments, environment: wrong) { refused in
                    let line = try await refused.line { $0.hasPrefix("moontide:") }
                    #expect(line.contains("token"))
                    #expect(!line.contains("wrong-secret"))
                    #expect(await refused.exitCode() == 3)
                }
            }
        }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "moontide-cli-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "bot:command('ping', function(ctx) ctx:reply('pong') end)".write(
            to: folder.appending(path: "bot.lua"), atomically: true, encoding: .utf8)
        try await body(folder.path)
    }
}
