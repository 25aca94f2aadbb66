import FluxerModel

extension World {
    private static let mostReactions = 30

    /// Puts a reaction on a message. Joining an emoji that is there needs no permission; a second time changes nothing.
    mutating func addReaction(
        _ emoji: Emoji, to id: MessageID, in channelID: ChannelID, by actor: UserID, at now: Int64
    ) throws(RESTFailure) {
        let channel = try channel(channelID, for: actor)
        guard let entry = logs[channelID]?[id] else { throw .unknownMessage }
        try requireNotTimedOut(actor, in: channel, at: now)
        let place = entry.reactors.firstIndex { $0.emoji.isSame(as: emoji) }
        if let place {
            guard !entry.reactors[place].users.contains(actor) else { return }
        } else {
            try require(.addReactions, of: actor, in: channel)
            try checkNew(emoji)
            guard entry.reactors.count < Self.mostReactions else { throw .maximumReactions }
        }
        logs[channelID]?.update(id) { entry in
            if let place {
                entry.reactors[place].users.append(actor)
            } else {
                entry.reactors.append(MessageLog.Reactors(emoji: emoji, users: [actor]))
            }
        }
        note(.reactionAdded(event(emoji, on: id, in: channel, by: actor)))
    }

    /// Takes a reaction off. One that is not there is taken off too, with its event, as the platform does.
    mutating func removeReaction(
        _ emoji: Emoji, of user: UserID, from id: MessageID, in channelID: ChannelID, by actor: UserID
    ) throws(RESTFailure) {
        let channel = try channel(channelID, for: actor)
        guard let entry = logs[channelID]?[id] else { throw .unknownMessage }
        if user != actor { try requireControl(of: entry.message, by: actor, in: channel) }
        logs[channelID]?.update(id) { entry in
            for index in entry.reactors.indices where entry.reactors[index].emoji.isSame(as: emoji) {
                entry.reactors[index].users.removeAll { $0 == user }
            }
            entry.reactors.removeAll { $0.users.isEmpty }
        }
        note(.reactionRemoved(event(emoji, on: id, in: channel, by: user)))
    }

    /// Takes off all reactions, or all of one emoji.
    mutating func clearReactions(
        of emoji: Emoji?, from id: MessageID, in channelID: ChannelID, by actor: UserID
    ) throws(RESTFailure) {
        let channel = try channel(channelID, for: actor)
        guard let entry = logs[channelID]?[id] else { throw .unknownMessage }
        try requireControl(of: entry.message, by: actor, in: channel)
        logs[channelID]?.update(id) { entry in
            entry.reactors.removeAll { group in emoji.map { group.emoji.isSame(as: $0) } ?? true }
        }
        note(
            .reactionsCleared(
                ReactionsCleared(channelID: channelID, messageID: id, guildID: channel.guildID, emoji: emoji)))
    }

    /// Somebody types.
    mutating func type(in channelID: ChannelID, by actor: UserID, at now: Int64) throws(RESTFailure) {
        let channel = try channel(channelID, for: actor)
        try require(.sendMessages, of: actor, in: channel)
        try requireNotTimedOut(actor, in: channel, at: now)
        note(
            .typing(
                Typing(
                    channelID: channelID, userID: actor, guildID: channel.guildID,
                    timestamp: Timestamp(milliseconds: now),
                    member: memberForEvents(actor, in: channel, withUser: true))))
    }

    /// Opens the bot's direct channel with somebody; the same one each time, announced each time.
    mutating func openDirectChannel(with user: UserID, at now: Int64) throws(RESTFailure) -> Channel {
        let user = try self.user(user)
        guard user.id != botID else {
            throw .invalidForm("recipient_id", "CANNOT_DM_YOURSELF", "You cannot message yourself.")
        }
        let channel: Channel
        if let id = directChannels[user.id], let known = channels[id] {
            channel = known
        } else {
            channel = Channel(id: ChannelID(ids.next(at: now)), type: .dm, recipients: [user])
            directChannels[user.id] = channel.id
            channels[channel.id] = channel
            logs[channel.id] = MessageLog(limit: messagesKept)
        }
        note(.channelCreated(channel))
        return channel
    }

    private func checkNew(_ emoji: Emoji) throws(RESTFailure) {
        if emoji.id != nil {
            throw .invalidForm("emoji", "CUSTOM_EMOJI_NOT_FOUND", "The custom emoji was not found.")
        }
        guard UnicodeEmoji.isOne(emoji.name) else {
            throw .invalidForm("emoji", "NOT_A_VALID_UNICODE_EMOJI", "Not a valid Unicode emoji.")
        }
    }

    /// Others' reactions: the right to manage messages, or being the message's author.
    private func requireControl(of message: Message, by actor: UserID, in channel: Channel) throws(RESTFailure) {
        guard message.author.id != actor else { return }
        try require(.manageMessages, of: actor, in: channel)
    }

    private func event(_ emoji: Emoji, on id: MessageID, in channel: Channel, by user: UserID) -> ReactionEvent {
        ReactionEvent(
            userID: user, channelID: channel.id, messageID: id, guildID: channel.guildID, emoji: emoji,
            member: memberForEvents(user, in: channel, withUser: true))
    }
}
