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
    /// A direct-message channel was opened by the bot.
    case channelCreated(Channel)
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
        case .botOnline: nil
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
        case .botOnline:
            return nil
        }
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
