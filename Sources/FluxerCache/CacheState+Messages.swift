import FluxerModel

/// Messages and reactions.
extension CacheState {
    mutating func applyMessage(_ message: Message) -> Change {
        noteMessage(message)
        let fields = message.fields
        if message.fields.webhookID == nil { meet(fields.author) }
        if let guild = fields.guildID, let member = fields.member { meet(member, fields.author.id, in: guild) }
        messages.set(message, for: fields.id)
        return .message(message)
    }

    /// Always the complete message; whether a reaction is the bot's own is known from reaction events alone.
    mutating func applyMessageUpdate(_ message: Message) -> Change {
        let before = messages[message.fields.id]
        var after = message
        if let before {
            let own = before.fields.reactions.filter(\.isMine).map(\.emoji)
            after = message.with { fields in
                for index in fields.reactions.indices {
                    fields.reactions[index].isMine = own.contains { $0.isSame(as: fields.reactions[index].emoji) }
                }
                if fields.guildID == nil { fields.guildID = before.fields.guildID }
                if fields.member == nil { fields.member = before.fields.member }
            }
            messages.set(after, for: after.fields.id)
        }
        return .messageEdited(before: before, after: after)
    }

    mutating func applyReaction(_ reaction: ReactionEvent, adds: Bool) -> Change {
        if let guild = reaction.guildID, let member = reaction.member { meet(member, reaction.userID, in: guild) }
        let isMine = reaction.userID == me?.id
        let message = messages.update(reaction.messageID) { message in
            message = message.with { fields in
                if let index = fields.reactions.firstIndex(where: { $0.emoji.isSame(as: reaction.emoji) }) {
                    fields.reactions[index].count = max(0, fields.reactions[index].count &+ (adds ? 1 : -1))
                    if isMine { fields.reactions[index].isMine = adds }
                    if fields.reactions[index].count == 0 { fields.reactions.remove(at: index) }
                } else if adds {
                    fields.reactions.append(Reaction(emoji: reaction.emoji, count: 1, isMine: isMine))
                }
            }
        }
        return adds ? .reactionAdded(reaction, message) : .reactionRemoved(reaction, message)
    }

    mutating func applyReactionsCleared(_ cleared: ReactionsCleared) -> Change {
        let message = messages.update(cleared.messageID) { message in
            message = message.with { fields in
                if let emoji = cleared.emoji {
                    fields.reactions.removeAll { $0.emoji.isSame(as: emoji) }
                } else {
                    fields.reactions = []
                }
            }
        }
        return .reactionsCleared(cleared, message)
    }
}
