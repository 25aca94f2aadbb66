import CommandKit
import FluxerModel
import LuaRuntime

/// The one bot of the program, as scripts see it.
struct BotHandle: LuaBound {
    static let luaType: LuaType<BotHandle> = LuaType(
        "Bot", "The bot: commands, listeners, what it knows.",
        members: [
            .lookup("user", "The bot's own user; nil before it is connected.") { _, state in
                try BotContext.of(state).host.me
            },
            .lookup("latency", "Seconds that the server takes to answer a heartbeat; 0 before the first.") { _, state in
                try BotContext.of(state).host.latency ?? 0
            },
            .lookup("guilds", "Its guilds.") { _, state in try BotContext.of(state).host.guilds },
            .lookup("commands", "Its commands, by name.") { _, state in
                try BotContext.of(state).commands.sorted.map { CommandHandle(definition: $0.handler) }
            },
            .query("is_ready", "Whether it is connected and knows its guilds.") { _, state in
                try BotContext.of(state).host.isReady
            },
            .query("get_guild", "The guild with this id.", Param<GuildID>("id", "Its id.")) { _, state, id in
                try BotContext.of(state).host.guild(id)
            },
            .query("get_channel", "The channel with this id.", Param<ChannelID>("id", "Its id.")) { _, state, id in
                try BotContext.of(state).host.channel(id)
            },
            .query("get_user", "The user with this id, if met.", Param<UserID>("id", "Its id.")) { _, state, id in
                try BotContext.of(state).host.user(id)
            },
            .query(
                "get_command", "The command with this name or alias.", Param<String>("name", "Its name.")
            ) { _, state, name in
                try BotContext.of(state).commands[name].map { CommandHandle(definition: $0.handler) }
            },
            .query(
                "command", "Adds a command.", Param<LuaAny>("signature", "Name and parameters, or a table."),
                Param<LuaRest>("rest", "Options, then the function.")
            ) { _, state, signature, _ in
                let definition = try CommandOptions.read(state, "Bot:command", first: signature.index)
                try BotContext.of(state).add(definition)
                return CommandHandle(definition: definition)
            },
            .query(
                "remove_command", "Takes a command away; with its aliases, if it is named by its name.",
                Param<String>("name", "Its name.")
            ) { _, state, name in try BotContext.of(state).removeCommand(name) },
            .query(
                "listen", "Calls a function at each event of a name.", Param<String>("event", "With or without on_."),
                Param<LuaReference>("fn", "The function.")
            ) { _, state, event, function in try Events.listen(state, event, function, at: 3) },
            .query(
                "event", "As listen.", Param<String>("event", "With or without on_."),
                Param<LuaReference>("fn", "The function.")
            ) { _, state, event, function in try Events.listen(state, event, function, at: 3) },
            .waiting(
                "wait_for", "Waits for the next event of a name; gives its arguments, or nil and \"timeout\".",
                Param<String>("event", "With or without on_."), Param<LuaAny>("options", "check, timeout.")
            ) { _, state, event, options in try Events.waitFor(state, event, options.index) },
            .query("run", "Does nothing here: the program runs the bot.") { _, _ in LuaNothing() },
        ],
        operators: LuaOperators(
            tostring: { _ in "bot" }, equals: { _, _ in true },
            member: { _, name in
                LuaPushed { state in
                    guard let fields = BotContext.find(state)?.botFields else {
                        state.pushNil()
                        return 1
                    }
                    state.push(fields)
                    state.getField(name, of: -1)
                    return 1
                }
            },
            assign: { _, state, name in
                let context = try BotContext.of(state)
                if name.hasPrefix("on_"), state.type(at: 3) == .function {
                    _ = try Events.listen(state, name, state.reference(at: 3), at: 3)
                    return
                }
                if luaType.descriptor.members.contains(where: { $0.name == name }) {
                    throw LuaError("TypeError", bases: [LuaError.rootName], "bot.\(name) cannot be replaced")
                }
                if context.botFields == nil {
                    state.pushTable()
                    context.botFields = state.reference(at: -1)
                    state.pop()
                }
                if let fields = context.botFields {
                    state.push(fields)
                    state.pushCopy(of: 3)
                    state.setField(name)
                    state.pop()
                }
            }))
}

/// `commands.Bot{ … }`: how the one bot is set up.
enum BotSetup {
    private static let known = [
        "command_prefix", "case_insensitive", "strip_after_prefix", "quotes", "help_command", "description", "owner_id",
        "owner_ids", "allowed_mentions",
    ]

    static func configure(_ state: LuaState, _ index: Int32) throws(LuaError) -> BotHandle {
        let context = try BotContext.of(state)
        guard state.type(at: index) == .table else {
            throw LuaError.argument(
                1, of: "commands.Bot", parameter: "options", expected: "table", found: state.describe(at: index))
        }
        if state.stringMember("token", at: index) != nil {
            throw LuaError(
                "TypeError", bases: [LuaError.rootName],
                "commands.Bot: a token does not belong in a script: set FLUXER_TOKEN in the environment")
        }
        let reader = LuaOptions(state, "commands.Bot", index)
        try reader.refuseUnknown(known)
        var options = BotOptions()
        if let prefixes = try reader.value("command_prefix", NamesArgument.self)?.names {
            guard !prefixes.isEmpty else {
                throw LuaError(
                    "ValueError", bases: [LuaError.rootName], "commands.Bot: command_prefix is an empty list")
            }
            options.prefixes = prefixes.map { .text($0) }
        }
        options.ignoresCase = try reader.value("case_insensitive", Bool.self) ?? true
        options.stripsAfterPrefix = try reader.value("strip_after_prefix", Bool.self) ?? true
        options.quotes = try reader.value("quotes", QuotesArgument.self)?.mode ?? .lenient
        options.hasHelp = try reader.value("help_command", Bool.self) ?? true
        options.description = try reader.value("description", String.self) ?? ""
        options.allowedMentions =
            try reader.value("allowed_mentions", MentionsArgument.self)?.mentions.merged(over: .safe) ?? .safe
        if let owner = try reader.value("owner_id", UserID.self) { options.ownerIDs = [owner] }
        context.options = options
        context.isConfigured = true
        return BotHandle()
    }
}
