import FluxerModel
import LuaRuntime
import PackHost
import Stdlib

/// The modules that scripts find: one list each.
public enum Modules {
    static let fluxer = LuaModule(
        "fluxer", "What is not a bot's or a command's.",
        [
            .function(
                "sleep", "Waits; others run meanwhile.", waits: true,
                Param<LuaDuration>("duration", "Seconds, or a text such as \"1h30m\".")
            ) { state, duration in
                let clock = try BotContext.of(state).host.clock
                let deadline = clock.now + duration.seconds
                return .wait(
                    LuaOperation(isTimer: true) {
                        try await clock.sleep(until: deadline)
                        return LuaNothing()
                    })
            },
            .function(
                "spawn", "Runs a function beside the caller, with arguments.",
                Param<LuaReference>("fn", "The function."),
                Param<LuaRest>("...", "Its arguments.")
            ) { state, function, rest in
                let context = try BotContext.of(state)
                try state.checkInvocations(for: "fluxer.spawn")
                guard state.ensureStack(rest.count + 24) else {
                    throw LuaError.script("fluxer.spawn: too many arguments")
                }
                try state.start(
                    "fluxer.spawn",
                    push: { state throws(LuaError) in
                        state.push(function)
                        for index in 0..<rest.count { state.pushCopy(of: rest.first + index) }
                        return rest.count
                    },
                    finished: { state, outcome in
                        if case .raised(let error) = outcome {
                            Events.failed(error, in: "fluxer.spawn", state, context)
                        }
                    })
                return .values(0)
            },
            .function(
                "is", "Whether a value is of a kind or of one below it.", Param<LuaAny>("value", "The value."),
                Param<String>("kind", "The kind's name.")
            ) { state, value, kind in
                if let error = state.object(LuaError.self, at: value.index) {
                    state.push(error.isKind(kind))
                } else if let type = state.descriptor(at: value.index) {
                    state.push(type.name == kind || type.bases.contains(kind))
                } else {
                    state.push(false)
                }
                return .values(1)
            },
            .function("type", "The name of a value's kind, or of its Lua type.", Param<LuaAny>("value", "The value.")) {
                state, value in
                if let error = state.object(LuaError.self, at: value.index) {
                    state.push(error.name)
                } else if let type = state.descriptor(at: value.index) {
                    state.push(type.name)
                } else if state.isNull(at: value.index) {
                    state.push("null")
                } else {
                    state.push("\(state.type(at: value.index))")
                }
                return .values(1)
            },
        ])

    static let json = LuaModule(
        "fluxer.json", "JSON text and Lua values.",
        [
            .function("decode", "The value of a JSON text; null is fluxer.null.", Param<String>("text", "The text.")) {
                state, text in
                try state.pushJSON(Array(text.utf8))
                return .values(1)
            },
            .function("encode", "The JSON text of a value.", Param<LuaAny>("value", "The value.")) { state, value in
                let bytes = try state.json(at: value.index)
                bytes.withUnsafeBytes { state.push(bytes: $0) }
                return .values(1)
            },
        ])

    static let commands = LuaModule(
        "commands", "The command framework.",
        [
            .function("Bot", "Sets the bot up; answers it.", Param<LuaAny>("options", "A table.")) { state, options in
                .values(try BotSetup.configure(state, options.index).push(to: state))
            }
        ])

    /// Functions that the Lua half of the library builds on.
    private static let host = LuaModule(
        "host", "For the library alone.",
        [
            .function("log", "Writes a line.", Param<String>("level", "Its level."), Param<String>("line", "The line."))
            {
                state, level, line in
                let context = try BotContext.of(state)
                context.host.log(LogLevel(rawValue: level) ?? .info, pack: context.pack, line)
                return .values(0)
            },
            .function("describe", "The error object of what was raised.", Param<LuaAny>("error", "What was raised.")) {
                state, _ in
                state.describeRaised()
                return .values(1)
            },
        ])

    /// All lists, for the reference and the tests that walk them.
    public static let all: [LuaModule] = [fluxer, json, commands, utils, pack, packData]
    /// All bound types.
    public static var types: [LuaTypeDescriptor] {
        [
            BotHandle.luaType.descriptor, CommandContext.luaType.descriptor, CommandHandle.luaType.descriptor,
            Message.luaType.descriptor, User.luaType.descriptor, GuildMember.luaType.descriptor,
            Guild.luaType.descriptor, Channel.luaType.descriptor, GuildRole.luaType.descriptor,
            ReactionHandle.luaType.descriptor, Attachment.luaType.descriptor, Emoji.luaType.descriptor,
            Reaction.luaType.descriptor,
            LuaTime.luaType.descriptor, TypingHandle.luaType.descriptor, ListenerHandle.luaType.descriptor,
            LuaError.luaType.descriptor,
        ]
    }

    /// Installs everything into a fresh state.
    public static func install(_ state: LuaState, _ context: BotContext) throws(LuaError) {
        state.owner = context
        state.ensureStack(16)
        state.push(module: fluxer)
        state.pushNull()
        state.setField("null")
        state.push(module: json)
        let jsonTable = state.reference(at: -1)
        state.setField("json")
        state.push(module: utils)
        let utilsTable = state.reference(at: -1)
        state.setField("utils")
        state.pushFunction("fluxer.array") { state in
            guard state.type(at: 1) == .table else {
                throw LuaError.argument(
                    1, of: "fluxer.array", parameter: "list", expected: "table", found: state.describe(at: 1))
            }
            state.pushCopy(of: 1)
            state.markArray()
            return .values(1)
        }
        state.setField("array")
        let fluxerTable = state.reference(at: -1)
        state.pop()
        state.push(module: commands)
        let commandsTable = state.reference(at: -1)
        state.pop()
        pushPack(state, context)
        let packTable = state.reference(at: -1)
        state.pop()
        guard let file = Stdlib.file(module: "fluxer.core") else {
            throw LuaError("HostError", "the library is missing from the program")
        }
        try state.load(file.text.description, name: "moontide/" + file.path)
        let chunk = state.reference(at: -1)
        state.pop()
        try state.call(
            "library",
            push: { state throws(LuaError) in
                state.push(chunk)
                state.push(module: host)
                state.push(fluxerTable)
                state.push(commandsTable)
                _ = BotHandle().push(to: state)
                state.push(utilsTable)
                state.push(packTable)
                return 6
            }, read: { _, _ throws(LuaError) in })
        try Calendar.install(state, context.host.clock)
        for (names, table) in [
            (["fluxer"], fluxerTable), (["fluxer.ext.commands", "commands"], commandsTable),
            (["fluxer.json"], jsonTable), (["fluxer.utils", "utils"], utilsTable),
        ] {
            for name in names {
                state.push(table)
                try state.preload(name)
            }
        }
    }

    /// Pushes the bot.
    public static func pushBot(_ state: LuaState) { _ = BotHandle().push(to: state) }
}
