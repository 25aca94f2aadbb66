import FluxerModel
import JSON

/// Something that happened in the sandbox's world, in the order in which it happened.
public enum WorldEvent: Sendable, Hashable {
    /// In the gateway's form: with guild, membership and channel type.
    case messageCreated(Message)
    case messageUpdated(Message)
    case messageDeleted(MessageDelete)
    case reactionAdded(ReactionEvent)
    case reactionRemoved(ReactionEvent)
    case reactionsCleared(ReactionsCleared)
    case typing(Typing)
    /// A channel of a guild is new, or a direct-message channel was opened by the bot.
    case channelCreated(Channel)
    /// The bot is in a further guild.
    case guildCreated(GuildCreate)
    /// With `user`.
    case memberAdded(GuildID, Member)
    case memberUpdated(GuildID, Member)
    case memberRemoved(GuildID, User)
    case roleCreated(GuildID, Role)
    /// The bot came online or went offline.
    case botOnline(Bool)
}

extension WorldEvent {
    /// Where it happened.
    public var channelID: ChannelID? {
        switch self {
        case .messageCreated(let message), .messageUpdated(let message): message.channelID
        case .messageDeleted(let deleted): deleted.channelID
        case .reactionAdded(let reaction), .reactionRemoved(let reaction): reaction.channelID
        case .reactionsCleared(let cleared): cleared.channelID
        case .typing(let typing): typing.channelID
        case .channelCreated(let channel): channel.id
        case .guildCreated, .memberAdded, .memberUpdated, .memberRemoved, .roleCreated, .botOnline: nil
        }
    }

    /// What the gateway tells the bot of it.
    func dispatch(botID: UserID) -> GatewayDispatch? {
        switch self {
        case .messageCreated(let message):
            let mentionsBot = message.mentionsEveryone || message.mentions.contains { $0.id == botID }
            return GatewayDispatch(
                name: "MESSAGE_CREATE", data: message.json(), guild: message.guildID?.rawValue,
                mentionsRecipient: mentionsBot)
        case .messageUpdated(let message):
            return GatewayDispatch(name: "MESSAGE_UPDATE", data: message.json(), guild: message.guildID?.rawValue)
        case .messageDeleted(let deleted):
            return GatewayDispatch(name: "MESSAGE_DELETE", data: deleted.json(), guild: deleted.guildID?.rawValue)
        case .reactionAdded(let reaction):
            return GatewayDispatch(
                name: "MESSAGE_REACTION_ADD", data: reaction.json(), guild: reaction.guildID?.rawValue)
        case .reactionRemoved(let reaction):
            return GatewayDispatch(
                name: "MESSAGE_REACTION_REMOVE", data: reaction.json(), guild: reaction.guildID?.rawValue)
        case .reactionsCleared(let cleared):
            return GatewayDispatch(
                name: cleared.emoji == nil ? "MESSAGE_REACTION_REMOVE_ALL" : "MESSAGE_REACTION_REMOVE_EMOJI",
                data: cleared.json(), guild: cleared.guildID?.rawValue)
        case .typing(let typing):
            return GatewayDispatch(name: "TYPING_START", data: typing.json(), guild: typing.guildID?.rawValue)
        case .channelCreated(let channel):
            return GatewayDispatch(name: "CHANNEL_CREATE", data: channel.json(), guild: channel.guildID?.rawValue)
        case .guildCreated(let guild):
            return GatewayDispatch(name: "GUILD_CREATE", data: guild.json(), guild: guild.id.rawValue)
        case .memberAdded(let guild, let member):
            return Self.about(member, in: guild, "GUILD_MEMBER_ADD")
        case .memberUpdated(let guild, let member):
            return Self.about(member, in: guild, "GUILD_MEMBER_UPDATE")
        case .memberRemoved(let guild, let user):
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("guild_id", guild.description)
                writer.key("user")
                writer.value(user)
            }
            return GatewayDispatch(name: "GUILD_MEMBER_REMOVE", data: writer.bytes, guild: guild.rawValue)
        case .roleCreated(let guild, let role):
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("guild_id", guild.description)
                writer.key("role")
                writer.value(role)
            }
            return GatewayDispatch(name: "GUILD_ROLE_CREATE", data: writer.bytes, guild: guild.rawValue)
        case .botOnline:
            return nil
        }
    }

    /// The member's own fields with the guild's id beside them.
    private static func about(_ member: Member, in guild: GuildID, _ name: String) -> GatewayDispatch {
        let fields = member.json().dropFirst()
        let data = Array("{\"guild_id\":\"\(guild)\"".utf8) + (fields.count > 1 ? [UInt8(ascii: ",")] : []) + fields
        return GatewayDispatch(name: name, data: data, guild: guild.rawValue)
    }
}

extension Message {
    /// As REST answers have it: without guild, membership and channel type.
    var inRESTForm: Message {
        with {
            $0.guildID = nil
            $0.member = nil
            $0.channelType = nil
        }
    }
}
