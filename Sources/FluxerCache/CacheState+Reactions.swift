import FluxerModel

/// Reactions.
extension CacheState {
    mutating func applyReaction(_ reaction: ReactionEvent, adds: Bool) -> Change {
        if let guild = reaction.guildID, let member = reaction.member { meet(member, reaction.userID, in: guild) }
        let isMine = reaction.userID == me?.id
        let message = messages.update(reaction.messageID) { message in
            message = message.with { fields in
                if adds {
                    fields.reactions.add(reaction.emoji, isMine: isMine)
                } else {
                    fields.reactions.take(reaction.emoji, isMine: isMine)
                }
            }
        }
        return adds ? .reactionAdded(reaction, message) : .reactionRemoved(reaction, message)
    }

    mutating func applyReactionsCleared(_ cleared: ReactionsCleared) -> Change {
        let message = messages.update(cleared.messageID) { message in
            message = message.with { fields in
                fields.reactions.removeAll { reaction in cleared.emoji.map { $0.isSame(as: reaction.emoji) } ?? true }
            }
        }
        return .reactionsCleared(cleared, message)
    }
}

extension [Reaction] {
    /// One more; the bot's own counts once, however often it is told.
    fileprivate mutating func add(_ emoji: Emoji, isMine: Bool) {
        guard let index = firstIndex(where: { $0.emoji.isSame(as: emoji) }) else {
            return append(Reaction(emoji: emoji, count: 1, isMine: isMine))
        }
        if isMine, self[index].isMine { return }
        self[index].count &+= 1
        if isMine { self[index].isMine = true }
    }

    /// One less; a group at 0 goes.
    fileprivate mutating func take(_ emoji: Emoji, isMine: Bool) {
        guard let index = firstIndex(where: { $0.emoji.isSame(as: emoji) }) else { return }
        self[index].count &-= 1
        if isMine { self[index].isMine = false }
        if self[index].count <= 0 { remove(at: index) }
    }
}
