import FluxerModel
import LuaRuntime

/// A reaction that came or went: what listeners of reaction_add and reaction_remove get.
public struct ReactionHandle: LuaBound {
    public let event: ReactionEvent
    public let message: Message?

    public init(event: ReactionEvent, message: Message?) {
        self.event = event
        self.message = message
    }

    public static let luaType: LuaType<ReactionHandle> = LuaType(
        "ReactionEvent", "Somebody put a reaction on a message, or took it off.", bases: ["Reaction"],
        members: [
            .field("emoji", "The emoji.") { $0.event.emoji },
            .field("message", "The message, if it is known.") { $0.message },
            .field("message_id", "The message's id.") { $0.event.messageID },
            .field("channel_id", "The channel's id.") { $0.event.channelID },
            .field("guild_id", "The guild's id; nil in direct messages.") { $0.event.guildID },
            .field("user_id", "Whose reaction it is.") { $0.event.userID },
            .lookup("channel", "The channel, as it is now.") { reaction, state in
                try BotContext.of(state).host.channel(reaction.event.channelID)
            },
        ],
        operators: LuaOperators(tostring: { $0.event.emoji.mention }))
}
