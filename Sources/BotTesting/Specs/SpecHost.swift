import BotBindings
import BotCore
import FluxerModel
import FluxerSandbox
import LuaRuntime
import PackHost
import Synchronization

extension SpecWorld: LuaBound {
    public static let luaType = LuaType<SpecWorld>("SpecWorld", "The world of one spec, for fluxer.test.", members: [])
}

/// What `fluxer.test` is built on.
enum SpecHost {
    private static let world = Param<SpecWorld>("world", "The spec's world.")

    /// An operation on the world that gives nothing.
    private static func doing(_ body: @escaping @Sendable () async throws -> Void) -> LuaReturn {
        .wait(
            LuaOperation {
                try await body()
                return LuaNothing()
            })
    }

    /// An operation on the world that gives a plain value.
    private static func giving(_ body: @escaping @Sendable () async throws -> LuaValue) -> LuaReturn {
        .wait(LuaOperation { try await body() })
    }

    private static func give(_ value: LuaValue, _ state: LuaState) -> LuaReturn { .values(value.push(to: state)) }

    static let module = LuaModule("host", "For fluxer.test alone.", speaking + people + doings + time + failing)

    // MARK: Guilds and people

    private static let people: [LuaFunction] = [
        .function(
            "guild", "A guild, made where it is not there.", world, Param<String>("name", ""),
            Param<LuaValue>("channels", ""), Param<LuaValue>("roles", ""), Param<String>("owner", ""),
            Param<LuaValue>("permissions", "")
        ) { state, world, name, channels, roles, owner, permissions in
            let roles = try roles.items.map { role in
                (
                    name: role["name"].text ?? "",
                    permissions: Permissions.everyoneDefault.union(try role["permissions"].permissions())
                )
            }
            let guild = try world.guild(
                named: name, channels: try channels.names("channels"), roles: roles, owner: owner,
                bot: permissions == .nil ? nil : Permissions.everyoneDefault.union(try permissions.permissions()))
            var fields: [LuaKey: LuaValue] = [
                .string("id"): .string(guild.id.description), .string("name"): .string(guild.name),
            ]
            if let first = world.sandbox.channels(of: guild.id).first {
                fields[.string("channel_id")] = .string(first.id.description)
            }
            return give(.table(fields), state)
        },
        .function(
            "channel", "A channel of a guild.", world, Param<GuildID>("guild", ""), Param<String>("name", "")
        ) { state, world, guild, name in
            let channel = try world.channel(named: name, in: guild)
            return give(
                .table([
                    .string("id"): .string(channel.id.description), .string("name"): .string(name),
                    .string("mention"): .string("<#\(channel.id)>"),
                ]), state)
        },
        .function("find_channel", "The id of a channel of any guild.", world, Param<String>("name", "")) {
            state, world, name in
            let all = world.sandbox.guilds.flatMap { world.sandbox.channels(of: $0.id) }
            guard let found = all.first(where: { $0.name == name }) else {
                throw LuaError.unknownName(name, of: "the world", kind: "channel", among: all.compactMap(\.name))
            }
            return give(.string(found.id.description), state)
        },
        .function(
            "role", "A role, made where it is not there.", world, Param<GuildID>("guild", ""),
            Param<String>("name", ""), Param<LuaValue>("permissions", "")
        ) { state, world, guild, name, permissions in
            guard let place = world.sandbox.guilds.first(where: { $0.id == guild }) else {
                throw LuaError.spec("there is no such guild")
            }
            let wanted = Permissions.everyoneDefault.union(try permissions.permissions())
            _ = try world.guild(named: place.name, channels: [], roles: [(name, wanted)], owner: "owner", bot: nil)
            let role = world.sandbox.roles(of: guild).first { $0.name == name }
            let id = role?.id.description ?? ""
            return give(
                .table([
                    .string("id"): .string(id), .string("name"): .string(name),
                    .string("mention"): .string("<@&\(id)>"),
                ]), state)
        },
        .function(
            "member", "A member; who is none joins.", world, Param<GuildID>("guild", ""), Param<String>("name", ""),
            Param<LuaValue>("roles", "")
        ) { state, world, guild, name, roles in
            let user = try world.member(named: name, roles: roles == .nil ? nil : try roles.names("roles"), in: guild)
            return give(person(user), state)
        },
        .function("leave", "Leaves a guild.", world, Param<GuildID>("guild", ""), Param<UserID>("user", "")) {
            _, world, guild, user in
            try world.remove(user, from: guild)
            return .values(0)
        },
        .function("direct", "Somebody's direct channel.", world, Param<String>("name", "")) { state, world, name in
            let (user, channel) = try world.direct(name)
            guard case .table(var fields) = person(user) else { return .values(0) }
            fields[.string("channel_id")] = .string(channel.id.description)
            return give(.table(fields), state)
        },
    ]

    private static func person(_ user: User) -> LuaValue {
        .table([
            .string("id"): .string(user.id.description), .string("name"): .string(user.username),
            .string("mention"): .string("<@\(user.id)>"),
        ])
    }

    // MARK: What people do

    private static let speaking: [LuaFunction] = [
        .function(
            "say", "Says something.", waits: true, world, Param<UserID>("user", ""), Param<ChannelID>("channel", ""),
            Param<String>("text", ""), Param<MessageID?>("reply_to", "")
        ) { _, world, user, channel, text, reply in
            giving { world.value(of: try await world.say(text, as: user, in: channel, replyTo: reply)) }
        },
        .function(
            "edit", "Edits.", waits: true, world, Param<UserID>("user", ""), Param<ChannelID>("channel", ""),
            Param<MessageID>("message", ""), Param<String>("text", "")
        ) { _, world, user, channel, message, text in
            doing { try await world.edit(message, in: channel, as: user, to: text) }
        },
        .function(
            "delete", "Deletes.", waits: true, world, Param<UserID>("user", ""), Param<ChannelID>("channel", ""),
            Param<MessageID>("message", "")
        ) { _, world, user, channel, message in
            doing { try await world.delete(message, in: channel, as: user) }
        },
        .function(
            "react", "Puts a reaction on, or takes it off.", waits: true, world, Param<UserID>("user", ""),
            Param<ChannelID>("channel", ""), Param<MessageID>("message", ""), Param<String>("emoji", ""),
            Param<Bool>("removing", "")
        ) { _, world, user, channel, message, emoji, removing in
            doing { try await world.react(emoji, to: message, in: channel, as: user, removing: removing) }
        },
        .function(
            "type", "Types.", waits: true, world, Param<UserID>("user", ""), Param<ChannelID>("channel", "")
        ) { _, world, user, channel in
            doing { try await world.type(in: channel, as: user) }
        },
        .function(
            "message", "A message as it stands now.", waits: true, world, Param<ChannelID>("channel", ""),
            Param<MessageID>("message", "")
        ) { _, world, channel, message in
            giving { try await world.current(message, in: channel).map { world.value(of: $0) } ?? .nil }
        },
    ]

    // MARK: What came of it

    private static let doings: [LuaFunction] = [
        .function("next_reply", "The next message of the bot.", waits: true, world, Param<LuaValue>("filter", "")) {
            _, world, filter in
            let wanted = SpecWorld.ReplyFilter(
                to: filter["to"].text.flatMap { MessageID($0) },
                channel: filter["channel"].text.flatMap { ChannelID($0) },
                within: try filter["within"].seconds("within") ?? 0)
            return giving { try await world.nextReply(wanted).map { world.value(of: $0) } ?? .nil }
        },
        .function("unseen", "What was not asked for.", waits: true, world, Param<ChannelID?>("channel", "")) {
            _, world, channel in
            giving { .array(try await world.unseenReplies(in: channel).map { world.value(of: $0) }) }
        },
        .function("replies", "All messages of the bot.", waits: true, world) { _, world in
            giving {
                try await world.settle()
                return .array(world.sandbox.botMessages.map { world.value(of: $0) })
            }
        },
        .function("next_error", "The next error card.", waits: true, world) { _, world in
            giving { try await world.nextError().map { world.value(of: $0) } ?? .nil }
        },
        .function("log_lines", "What the bot wrote to its log.", waits: true, world) { _, world in
            giving {
                try await world.settle()
                return .array(world.record.now.lines.map { .string($0) })
            }
        },
    ]

    // MARK: Time and the bot's life

    private static let time: [LuaFunction] = [
        .function("settle", "Waits for quiet.", waits: true, world) { _, world in doing { try await world.settle() } },
        .function("advance", "Moves the clock.", waits: true, world, Param<LuaDuration>("duration", "How far.")) {
            _, world, duration in
            guard duration.seconds <= 1e9 else {
                throw LuaError.spec("w:advance moves the clock by at most 1,000,000,000 s at once")
            }
            return doing { try await world.advance(duration.seconds) }
        },
        .function("now", "The clock's calendar.", world) { state, world in
            try world.requireAlive()
            state.push(world.clock.beginning + world.clock.now)
            return .values(1)
        },
        .function("start", "Starts the bot.", waits: true, world) { _, world in doing { try await world.settle() } },
        .function("restart", "Starts the bot anew.", waits: true, world) { _, world in
            doing { try await world.restart() }
        },
        .function("drop", "Cuts the connection.", waits: true, world) { _, world in
            doing { try await world.dropConnection() }
        },
        .function(
            "save", "Writes a file of the bot.", world, Param<String>("file", ""), Param<String>("text", "")
        ) { _, world, file, text in
            try world.save(text, as: file)
            return .values(0)
        },
        .function("reload", "Takes over what was saved.", waits: true, world) { _, world in
            giving { try await world.reload() }
        },
    ]

    // MARK: Failing

    private static let failing: [LuaFunction] = [
        .function("fail", "An expectation that was not met.", Param<String>("text", "")) { _, text in
            throw LuaError.expectation(text)
        },
        .function("fail_usage", "A mistake in the spec.", Param<String>("text", "")) { _, text in
            throw LuaError.spec(text)
        },
        .function(
            "fail_reply", "An expectation of the bot that was not met.", world, Param<String>("wanted", ""),
            Param<String>("got", "")
        ) { _, world, wanted, got in
            throw LuaError.expectation("expected \(wanted)\n     got \(got)\(world.whatCame())")
        },
        .function(
            "unknown", "A name that is not there.", Param<String>("owner", ""), Param<String>("name", ""),
            Param<LuaValue>("known", "")
        ) { _, owner, name, known in
            throw LuaError.unknownName(
                name, of: owner, kind: owner.hasPrefix("the ") ? "member" : "option",
                among: known.items.compactMap(\.text).filter { !$0.hasPrefix("_") })
        },
        .function("skip", "Ends the spec.", Param<String>("reason", "")) { _, reason in
            throw LuaError(LuaError.skippedName, bases: [LuaError.rootName], reason)
        },
        .function("describe", "The error object of what was raised.", Param<LuaAny>("error", "")) { state, _ in
            state.describeRaised()
            return .values(1)
        },
        .function("line", "Where a function begins.", Param<LuaReference>("fn", "")) { state, _ in
            state.push(Int64(state.extent(at: 1)?.lines.lowerBound ?? 0))
            return .values(1)
        },
    ]
}

extension LuaValue {
    /// The items of a list.
    var items: [LuaValue] {
        if case .array(let items) = self { return items }
        return []
    }

    var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// A field of a table; nil for everything else.
    subscript(name: String) -> LuaValue {
        guard case .table(let fields) = self else { return .nil }
        return fields[.string(name)] ?? .nil
    }

    /// A list of names.
    func names(_ what: String) throws(LuaError) -> [String] {
        let found = items.compactMap(\.text)
        guard found.count == items.count, self == .table([:]) || !items.isEmpty || self == .array([]) else {
            throw .spec("\(what) is a list of names: \(what) = { \"one\", \"two\" }")
        }
        return found
    }

    /// A list of names of permissions.
    func permissions() throws(LuaError) -> Permissions {
        var all: Permissions = []
        for name in try names("permissions") {
            guard let one = Permissions(name: name) else {
                throw LuaError.unknownName(
                    name, of: "the platform", kind: "permission", among: Permissions.named.map(\.name))
            }
            all.formUnion(one)
        }
        return all
    }

    /// A span of time; nil for nil.
    func seconds(_ what: String) throws(LuaError) -> Double? {
        let seconds: Double?
        switch self {
        case .nil: return nil
        case .int(let number): seconds = Double(number)
        case .double(let number): seconds = number
        case .string(let text): seconds = LuaDuration.parse(text)
        default: seconds = nil
        }
        guard let seconds, seconds >= 0, seconds <= 1e9 else {
            throw .spec("\(what) takes seconds or a text such as \"1h30m\"")
        }
        return seconds
    }
}
