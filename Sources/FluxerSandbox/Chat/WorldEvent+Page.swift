import FluxerModel
import JSON

extension WorldEvent {
    /// The event as the chat page's stream has it: its name and one JSON object. Nil: the page does not show it.
    var pageEvent: (name: String, data: [UInt8])? {
        switch self {
        case .messageCreated(let message): ("message", message.inRESTForm.json())
        case .messageUpdated(let message): ("message_update", message.inRESTForm.json())
        case .messageDeleted(let deleted):
            (
                "message_delete",
                Self.object { writer in
                    writer.field("id", deleted.id.description)
                    writer.field("channel_id", deleted.channelID.description)
                }
            )
        case .reactionAdded(let reaction): ("reaction_add", Self.reaction(reaction))
        case .reactionRemoved(let reaction): ("reaction_remove", Self.reaction(reaction))
        case .reactionsCleared(let cleared):
            (
                "reactions_clear",
                Self.object { writer in
                    writer.field("message_id", cleared.messageID.description)
                    writer.field("channel_id", cleared.channelID.description)
                    guard let emoji = cleared.emoji else { return }
                    writer.key("emoji")
                    writer.value(emoji)
                }
            )
        case .typing(let typing):
            (
                "typing",
                Self.object { writer in
                    writer.field("channel_id", typing.channelID.description)
                    writer.field("user_id", typing.userID.description)
                }
            )
        case .channelCreated(let channel): ("channel", channel.json())
        case .guildCreated, .memberAdded, .memberUpdated, .memberRemoved, .roleCreated: nil
        case .botOnline(let isOnline): ("bot", Self.object { $0.field("online", isOnline) })
        }
    }

    private static func reaction(_ reaction: ReactionEvent) -> [UInt8] {
        object { writer in
            writer.field("message_id", reaction.messageID.description)
            writer.field("channel_id", reaction.channelID.description)
            writer.field("user_id", reaction.userID.description)
            writer.key("emoji")
            writer.value(reaction.emoji)
        }
    }

    private static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(body)
        return writer.bytes
    }
}
