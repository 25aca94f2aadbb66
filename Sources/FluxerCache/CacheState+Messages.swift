import FluxerModel

/// Messages.
extension CacheState {
    mutating func applyMessage(_ message: Message) -> Change {
        let message = placed(message)
        let fields = message.fields
        noteMessage(message)
        // A webhook's author is no account, and has the webhook's id.
        if fields.webhookID == nil {
            meet(fields.author)
            if let guild = fields.guildID, let member = fields.member { meet(member, fields.author.id, in: guild) }
        }
        messages.set(message, for: fields.id)
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
        guard message.fields.guildID == nil, let guild = channelGuild[message.fields.channelID] else { return message }
        return message.with { $0.guildID = guild }
    }
}
