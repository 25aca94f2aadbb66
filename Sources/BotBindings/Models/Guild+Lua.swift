import FluxerModel
import LuaRuntime

extension Guild: LuaBound {
    public static let luaType: LuaType<Guild> = LuaType(
        "Guild", "A community.",
        members: [
            .field("id", "Its id.") { $0.id },
            .field("name", "Its name.") { $0.name },
            .field("owner_id", "The owner's id.") { $0.ownerID },
            .field("icon", "The hash of its icon, if it has one.") { $0.icon },
            .field("features", "Names of what it has.") { $0.features },
            .field("member_count", "How many members it has, as far as known.") { $0.memberCount },
            .field("created_at", "When it was made.") { $0.id.createdAt.lua },
            .lookup("channels", "Its channels that the bot can see, in their order.") { guild, state in
                try BotContext.of(state).host.channels(of: guild.id)
            },
            .lookup("roles", "Its roles, lowest first.") { guild, state in
                try BotContext.of(state).host.roles(of: guild.id).sorted { $1.outranks($0) }
                    .map { GuildRole(guildID: guild.id, role: $0) }
            },
            .lookup("me", "The bot's own member.") { guild, state in
                let host = try BotContext.of(state).host
                return host.me.flatMap { me in
                    host.member(me.id, in: guild.id).map { GuildMember(guildID: guild.id, member: $0, user: me) }
                }
            },
            .query(
                "get_channel", "The channel with this id, if the bot can see it.", Param<ChannelID>("id", "Its id.")
            ) { guild, state, id -> Channel? in
                try BotContext.of(state).host.channel(id).flatMap { $0.guildID == guild.id ? $0 : nil }
            },
            .query("get_role", "The role with this id.", Param<RoleID>("id", "Its id.")) {
                guild, state, id -> GuildRole? in
                try BotContext.of(state).host.roles(of: guild.id).first { $0.id == id }
                    .map { GuildRole(guildID: guild.id, role: $0) }
            },
            .query(
                "get_member", "The member with this id, if it has been met.", Param<UserID>("id", "The account's id.")
            ) { guild, state, id -> GuildMember? in
                let host = try BotContext.of(state).host
                guard let member = host.member(id, in: guild.id) else { return nil }
                return GuildMember(
                    guildID: guild.id, member: member, user: host.user(id) ?? member.user ?? User(id: id))
            },
        ],
        operators: LuaOperators(tostring: { $0.name }, equals: { $0.id == $1.id }))
}

extension Channel: LuaBound {
    public static let luaType: LuaType<Channel> = LuaType(
        "Channel", "A place for messages, or a category of such places.",
        members: [
            .field("id", "Its id.") { $0.id },
            .field("name", "Its name; a direct channel has none.") { $0.name },
            .field("type", "Its kind, as the platform's number.") { $0.type.rawValue },
            .field("topic", "Its topic, if it has one.") { $0.topic },
            .field("guild_id", "The guild's id; nil in direct channels.") { $0.guildID },
            .field("position", "Its place in the list.") { $0.position },
            .field("parent_id", "The category's id, if it is in one.") { $0.parentID },
            .field("nsfw", "Whether it is marked as age restricted.") { $0.isNSFW },
            .field("mention", "The text that mentions it.") { $0.mention },
            .field("created_at", "When it was made.") { $0.id.createdAt.lua },
            .lookup("guild", "The guild, as it is now.") { channel, state in
                try channel.guildID.flatMap { try BotContext.of(state).host.guild($0) }
            },
            .action(
                "send", "Sends a message: text, options, or both.", needs: .send,
                Param<LuaAny>("content", "The text, or the options alone."), Param<LuaAny>("options", "Options.")
            ) { channel, state, content, options in
                try Sending.send(state, "Channel:send", content.index, options.index, to: channel.id)
            },
            .action(
                "typing", "Shows the bot as typing, until the handle's :stop() or the end of what runs.", needs: .send
            ) { channel, state in try TypingHandle.start(state, "Channel:typing", in: channel.id) },
        ],
        operators: LuaOperators(tostring: { $0.name ?? "direct messages" }, equals: { $0.id == $1.id }))
}
