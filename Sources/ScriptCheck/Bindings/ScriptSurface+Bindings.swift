import BotBindings
import BotCore
import LuaRuntime
import PackHost
import Stdlib

extension ScriptSurface {
    /// What scripts find in this program: read off a fresh state, and off the lists of the bindings.
    public static func current() async throws(PackError) -> ScriptSurface {
        var surface = ScriptSurface()
        let names = try await ScriptSurvey.names()
        if case .table(let parts) = names {
            if case .table(let globals)? = Value(parts[.string("globals")]) { surface.globals = globals }
            if case .table(let modules)? = Value(parts[.string("modules")]) { surface.modules = modules }
        }
        // What loads only where it is used, as the library of specs does.
        for file in Stdlib.files where surface.modules[file.module] == nil && file.module != "fluxer.core" {
            surface.modules[file.module] = .other
        }
        surface.events = Events.known
        surface.gatewayEvents = Events.gatewayNames
        surface.options = [
            .command: OptionNames.command, .bot: OptionNames.bot, .message: OptionNames.message,
            .embed: OptionNames.embed, .allowedMentions: OptionNames.allowedMentions, .waitFor: OptionNames.waitFor,
        ]
        for type in Modules.types { surface.members[type.name] = type.members.map(\.name) }
        return surface
    }
}

extension ScriptSurface.Value {
    fileprivate init?(_ value: LuaValue?) {
        guard let value else { return nil }
        guard case .table(let fields) = value else {
            self = .other
            return
        }
        var members: [String: ScriptSurface.Value] = [:]
        for (key, value) in fields {
            if case .string(let name) = key { members[name] = ScriptSurface.Value(value) }
        }
        self = .table(members)
    }
}
