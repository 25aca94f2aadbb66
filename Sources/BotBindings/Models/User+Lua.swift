import FluxerModel
import LuaRuntime

extension User: LuaBound {
    public static let luaType: LuaType<User> = LuaType(
        "User", "An account.",
        members: [
            .field("id", "Its id.") { $0.id },
            .field("username", "The name without spaces.") { $0.username },
            .field("discriminator", "The four digits behind the name.") { $0.discriminator },
            .field("global_name", "The name it chose to show, if any.") { $0.globalName },
            .field("display_name", "The name to show.") { $0.displayName },
            .field("tag", "`username#0042`.") { $0.tag },
            .field("bot", "Whether it is a bot.") { $0.isBot },
            .field("system", "Whether it belongs to the platform.") { $0.isSystem },
            .field("avatar", "The hash of its picture, if it has one.") { $0.avatar },
            .field("mention", "The text that mentions it.") { $0.mention },
            .field("created_at", "When the account was made.") { $0.id.createdAt.lua },
        ],
        operators: LuaOperators(tostring: { $0.displayName }, equals: { $0.id == $1.id }))
}

/// A member of a guild with its account: what scripts see as `Member`.
public struct GuildMember: LuaBound {
    public let guildID: GuildID
    public let member: Member
    public let user: User

    public init(guildID: GuildID, member: Member, user: User) {
        self.guildID = guildID
        self.member = member
        self.user = user
    }

    var displayName: String { member.nick ?? user.displayName }

    public static let luaType: LuaType<GuildMember> = LuaType(
        "Member", "Somebody in a guild. Has everything a User has.", bases: ["User"],
        members: [
            .field("id", "The account's id.") { $0.user.id },
            .field("user", "The account.") { $0.user },
            .field("username", "The account's name.") { $0.user.username },
            .field("discriminator", "The four digits behind the name.") { $0.user.discriminator },
            .field("global_name", "The name the account chose to show, if any.") { $0.user.globalName },
            .field("tag", "`username#0042`.") { $0.user.tag },
            .field("nick", "The name in this guild, if it differs.") { $0.member.nick },
            .field("display_name", "The name to show here.") { $0.displayName },
            .field("bot", "Whether it is a bot.") { $0.user.isBot },
            .field("system", "Whether it belongs to the platform.") { $0.user.isSystem },
            .field("avatar", "The hash of the picture shown here, if any.") { $0.member.avatar ?? $0.user.avatar },
            .field("mention", "The text that mentions it.") { $0.user.mention },
            .field("created_at", "When the account was made.") { $0.user.id.createdAt.lua },
            .field("joined_at", "When it joined.") { $0.member.joinedAt?.lua },
            .field("guild_id", "The guild's id.") { $0.guildID },
            .field("role_ids", "Ids of its roles, without @everyone.") { $0.member.roles },
            .lookup("guild", "The guild, as it is now.") { try BotContext.of($1).host.guild($0.guildID) },
            .lookup("roles", "Its roles, lowest first, @everyone included.") { value, state in
                let own = Set(value.member.roles)
                return try BotContext.of(state).host.roles(of: value.guildID)
                    .filter { own.contains($0.id) || $0.id.rawValue == value.guildID.rawValue }
                    .sorted { $1.outranks($0) }
                    .map { GuildRole(guildID: value.guildID, role: $0) }
            },
        ],
        operators: LuaOperators(tostring: { $0.displayName }, equals: { $0.user.id == $1.user.id }))
}

/// A role with its guild: what scripts see as `Role`.
struct GuildRole: LuaBound {
    let guildID: GuildID
    let role: Role

    static let luaType: LuaType<GuildRole> = LuaType(
        "Role", "A role of a guild.",
        members: [
            .field("id", "Its id; @everyone's is the guild's.") { $0.role.id },
            .field("name", "Its name.") { $0.role.name },
            .field("position", "Its place; higher is stronger.") { $0.role.position },
            .field("color", "24-bit RGB; 0 is none.") { $0.role.color },
            .field("colour", "24-bit RGB; 0 is none.") { $0.role.color },
            .field("hoist", "Whether its members stand apart in the list.") { $0.role.isHoisted },
            .field("mentionable", "Whether everybody may mention it.") { $0.role.isMentionable },
            .field("mention", "The text that mentions it.") { $0.role.mention },
            .field("guild_id", "The guild's id.") { $0.guildID },
            .lookup("guild", "The guild, as it is now.") { try BotContext.of($1).host.guild($0.guildID) },
            .field("created_at", "When it was made.") { $0.role.id.createdAt.lua },
        ],
        operators: LuaOperators(tostring: { $0.role.name }, equals: { $0.role.id == $1.role.id }))
}
