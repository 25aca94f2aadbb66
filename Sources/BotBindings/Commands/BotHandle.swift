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
                try BotContext.of(state).visibleCommands.map { CommandHandle(definition: $0) }
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
                try BotContext.of(state).visibleCommand(name).map { CommandHandle(definition: $0) }
            },
            .query(
                "command", "Adds a command.", Param<LuaAny>("signature", "Name and parameters, or a table."),
                Param<LuaRest>("rest", "Options, then the function.")
            ) { _, state, signature, _ in
                let definition = try CommandOptions.read(state, "Bot:command", first: signature.index)
                try BotContext.of(state).add(definition, in: state)
                return CommandHandle(definition: definition)
            },
            .query(
                "remove_command", "Takes a command away; with its aliases, if it is named by its name.",
                Param<String>("name", "Its name.")
            ) { _, state, name in
                let context = try BotContext.of(state)
                if context.removeCommand(name, in: state) { return true }
                guard let other = context.host.registry[name], other.pack != context.pack else { return false }
                try state.check(.allCommands, for: "Bot:remove_command")
                context.host.removeCommand(other.name, of: other.pack)
                return true
            },
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
            .lookup("owner_ids", "Ids of the bot's owners, as it was set up.") { _, state in
                try BotContext.of(state).options.ownerIDs
            },
            .query("is_owner", "Whether this user is one of the bot's owners.", Param<LuaUserLike>("user", "Who.")) {
                _, state, user in try BotContext.of(state).options.ownerIDs.contains(user.id)
            },
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

extension BotOptions {
    /// Reads what `commands.Bot{ … }` takes from a value: the `bot` of `moontide.lua`.
    ///
    /// - Parameter name: whose options they are, in errors.
    public static func read(_ value: LuaValue, named name: String) async throws(LuaError) -> BotOptions {
        let engine = try await LuaEngine(name)
        let result: Result<BotOptions, LuaError> = await engine.run { state in
            _ = value.push(to: state)
            do throws(LuaError) {
                return .success(try BotSetup.read(state, name, state.absolute(-1), over: BotOptions()))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// `commands.Bot{ … }`: how the one bot is set up.
enum BotSetup {
    static let known = [
        "command_prefix", "case_insensitive", "strip_after_prefix", "quotes", "help_command", "description", "owner_id",
        "owner_ids", "allowed_mentions",
    ]

    static func configure(_ state: LuaState, _ index: Int32) throws(LuaError) -> BotHandle {
        let context = try BotContext.of(state)
        guard context.role.isEntry else {
            throw LuaError(
                "TypeError", bases: [LuaError.rootName],
                "commands.Bot sets up the one bot and stands in its entry script: in \(context.pack) use `bot`, which is there"
            )
        }
        guard state.type(at: index) == .table else {
            throw LuaError.argument(
                1, of: "commands.Bot", parameter: "options", expected: "table", found: state.describe(at: index))
        }
        try context.configure(try read(state, "commands.Bot", index, over: context.host.registry.base))
        return BotHandle()
    }

    /// Reads the options at `index` over those that hold without them. `function` is whose they are, in errors.
    static func read(_ state: LuaState, _ function: String, _ index: Int32, over base: BotOptions)
        throws(LuaError) -> BotOptions
    {
        state.ensureStack(8)
        if state.getField("token", of: index) != .nil {
            state.pop()
            throw LuaError(
                "TypeError", bases: [LuaError.rootName],
                "\(function): a token does not belong here: set FLUXER_TOKEN in the environment")
        }
        state.pop()
        let reader = LuaOptions(state, function, index)
        try reader.refuseUnknown(known)
        var options = base
        if let prefixes = try reader.value("command_prefix", NamesArgument.self)?.names {
            guard !prefixes.isEmpty else {
                throw LuaError(
                    "ValueError", bases: [LuaError.rootName], "\(function): command_prefix is an empty list")
            }
            options.prefixes = prefixes.map { .text($0) }
        }
        options.ignoresCase = try reader.value("case_insensitive", Bool.self) ?? base.ignoresCase
        options.stripsAfterPrefix = try reader.value("strip_after_prefix", Bool.self) ?? base.stripsAfterPrefix
        options.quotes = try reader.value("quotes", QuotesArgument.self)?.mode ?? base.quotes
        options.hasHelp = try reader.value("help_command", Bool.self) ?? base.hasHelp
        options.description = try reader.value("description", String.self) ?? base.description
        options.allowedMentions =
            try reader.value("allowed_mentions", MentionsArgument.self)?.mentions.merged(over: base.allowedMentions)
            ?? base.allowedMentions
        let owner = try reader.value("owner_id", UserID.self)
        let owners = try reader.value("owner_ids", OwnersArgument.self)?.ids
        if owner != nil, owners != nil {
            throw LuaError(
                "TypeError", bases: [LuaError.rootName],
                "\(function): owner_id and owner_ids exclude each other: put all ids into owner_ids")
        }
        if let owners = owners ?? owner.map({ [$0] }) { options.ownerIDs = owners }
        return options
    }
}

/// A list of accounts' ids.
struct OwnersArgument: LuaReadable {
    let ids: [UserID]
    static let luaExpectation = "list of ids"
    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> OwnersArgument {
        guard state.type(at: index) == .table else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        var ids: [UserID] = []
        for number in 0..<min(state.rawLength(at: index), 1_000) {
            state.getIndex(Int64(number + 1), of: index)
            defer { state.pop() }
            ids.append(try UserID.read(state, at: state.absolute(-1)))
        }
        return OwnersArgument(ids: ids)
    }
}
