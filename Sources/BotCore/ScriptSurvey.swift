import BotBindings
import LuaRuntime
import PackHost
import Stdlib

/// What a bot's scripts find, for those who check them without running them.
public enum ScriptSurvey {
    /// Names of globals and modules, as `Survey.names` has them. No connection is made.
    public static func names() async throws(PackError) -> LuaValue {
        let configuration = BotConfiguration(api: "http://127.0.0.1:9/v1", token: "", source: .none)
        let bot = Bot(configuration, observer: Nobody())
        let modules = Modules.all.map(\.name) + aliases + Stdlib.files.map(\.module).filter { $0 != "fluxer.core" }
        let result: Result<LuaValue, PackError>
        do throws(PackError) {
            guard let program = bot.packs.all.first?.program else {
                throw PackError(.closed, pack: "none", "the bot has no pack")
            }
            result = .success(try await Survey.names(of: program, requiring: modules))
        } catch {
            result = .failure(error)
        }
        await bot.world.shutDown()
        return try result.get()
    }

    /// Further names under which modules may be had.
    private static let aliases = [
        "fluxer.ext.commands", "fluxer.ext.tasks", "tasks", "utils", "fluxer.utils", "fluxer.http",
        "fluxer.permissions",
        "fluxer.file", "fluxer.color", "fluxer.colour", "fluxer.mentions", "fluxer.abc", "fluxer.enums",
        "fluxer.errors",
        "fluxer.test",
    ]
}

/// Hears nothing: nothing happens.
private struct Nobody: BotObserver {
    func loaded(_ report: PackReport) {}
    func failed(_ error: PackError, source: [(line: Int, text: String)], isServing: Bool) {}
    func raised(_ card: ErrorCard) {}
    func log(_ level: LogLevel, pack: String, _ line: String) {}
    func connection(_ line: String, isProblem: Bool) {}
}
