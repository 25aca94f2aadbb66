import ArgumentParser
import LuaRuntime

/// Runs chat bots for Fluxer, written in Lua.
@main
struct Moontide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moontide",
        abstract: "Runs chat bots for Fluxer, written in Lua.",
        version: "moontide \(Program.version) (\(LuaState.release))",
        subcommands: [
            Dev.self, Run.self, Test.self, Check.self, Chat.self, SandboxCommand.self, LimitsCommand.self,
            VersionCommand.self,
        ])
}

/// What the program says of itself.
enum Program {
    static let version = "0.1.0"
}

/// `moontide version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Prints the versions of the program and of Lua.")

    func run() { print("moontide \(Program.version) (\(LuaState.release))") }
}

/// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the server refused the token or configuration, 75 temporary failure.
enum Exit {
    static let failed = ExitCode(1)
    static let usage = ExitCode(2)
    static let refused = ExitCode(3)
    static let temporary = ExitCode(75)
}
