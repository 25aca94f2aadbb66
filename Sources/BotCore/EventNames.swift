import BotBindings
import FluxerCache
import FluxerGateway
import FluxerModel
import LuaRuntime

/// Which events of scripts a change of the cache raises, with their arguments.
enum EventNames {
    private static func handle(_ member: Member, _ guild: GuildID) -> GuildMember {
        GuildMember(guildID: guild, member: member, user: member.user ?? User(id: UserID(0)))
    }

    /// The events, and whether a full mailbox may drop them first.
    static func events(of change: Change) -> [BotEvent] {
        switch change {
        case .several(let changes): changes.flatMap(events(of:))
        case .messageEdited(let before, let after):
            [BotEvent("message_edit") { before.push(to: $0) + after.push(to: $0) }]
        case .messageDeleted(_, let message?): [BotEvent("message_delete") { message.push(to: $0) }]
        case .memberJoined(let guild, let member):
            [BotEvent("member_join") { handle(member, guild).push(to: $0) }]
        case .memberUpdated(let guild, let before, let after):
            [
                BotEvent("member_update") { state in
                    before.map { handle($0, guild) }.push(to: state) + handle(after, guild).push(to: state)
                }
            ]
        case .memberRemoved(let guild, let user, let member):
            [BotEvent("member_remove") { handle(member ?? Member(user: User(id: user)), guild).push(to: $0) }]
        case .guildJoined(let guild): [BotEvent("guild_join") { guild.push(to: $0) }]
        case .guildAvailable(let guild): [BotEvent("guild_available") { guild.push(to: $0) }]
        case .guildUnavailable(_, let guild?): [BotEvent("guild_unavailable") { guild.push(to: $0) }]
        case .guildLeft(_, let guild?): [BotEvent("guild_remove") { guild.push(to: $0) }]
        case .guildUpdated(let before, let after):
            [BotEvent("guild_update") { before.push(to: $0) + after.push(to: $0) }]
        case .channelCreated(let channel): [BotEvent("channel_create") { channel.push(to: $0) }]
        case .channelUpdated(let before, let after):
            [BotEvent("channel_update") { before.push(to: $0) + after.push(to: $0) }]
        case .channelDeleted(let channel): [BotEvent("channel_delete") { channel.push(to: $0) }]
        default: []
        }
    }
}

extension EventNames {
    /// Events about reactions and typing, whose arguments are looked up.
    static func reactions(of change: Change, _ world: BotWorld) -> [BotEvent] {
        switch change {
        case .reactionAdded(let reaction, let message): [BotEvent("reaction_add", pusher(reaction, message, world))]
        case .reactionRemoved(let reaction, let message):
            [BotEvent("reaction_remove", pusher(reaction, message, world))]
        case .typing(let typing):
            [
                BotEvent("typing") { state in
                    let channel = world.channel(typing.channelID)
                    let user = typing.member?.user ?? world.user(typing.userID) ?? User(id: typing.userID)
                    return channel.push(to: state) + user.push(to: state)
                }
            ]
        default: []
        }
    }

    private static func pusher(_ reaction: ReactionEvent, _ message: Message?, _ world: BotWorld)
        -> @Sendable (LuaState) -> Int32
    {
        { state in
            let user = reaction.member?.user ?? world.user(reaction.userID) ?? User(id: reaction.userID)
            let event = ReactionHandle(event: reaction, message: message)
            return event.push(to: state) + user.push(to: state)
        }
    }
}
