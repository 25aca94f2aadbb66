import FluxerModel

/// Messages.
extension CacheState {
    mutating func applyMessage(_ message: Message) -> Change {
        // One field after the other: all at once would be a copy of some thirty.
        let message = placed(message)
        noteMessage(message)
        // A webhook's author is no account, and has the webhook's id.
        if message.webhookID == nil {
            let author = message.author
            meet(author)
            if let guild = message.guildID, let member = message.member { meet(member, author.id, in: guild) }
        }
        messages.set(message, for: message.id)
        return .message(message)
    }

    /// Always the complete message. Whether a reaction is the bot's own is known from reaction events alone: the payload is
    /// the same for everybody. What only MESSAGE_CREATE tells is kept.
    mutating func applyMessageUpdate(_ message: Message) -> Change {
        var after = placed(message)
        let before = messages[after.id]
        if let before {
            after = after.with { fields in
                for index in fields.reactions.indices {
                    let emoji = fields.reactions[index].emoji
                    fields.reactions[index].isMine = before.reactions.contains {
                        $0.isMine && $0.emoji.isSame(as: emoji)
                    }
                }
                if fields.member == nil { fields.member = before.member }
                if fields.channelType == nil { fields.channelType = before.channelType }
            }
            messages.update(after.id) { $0 = after }
        }
        return .messageEdited(before: before, after: after)
    }

    /// The message with its guild, which some payloads leave out.
    private func placed(_ message: Message) -> Message {
        guard message.guildID == nil, let guild = channelGuild[message.channelID] else { return message }
        return message.with { $0.guildID = guild }
    }
}
