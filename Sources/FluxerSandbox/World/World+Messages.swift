import FluxerModel

extension World {
    /// How long a nonce is remembered, in milliseconds.
    private static let nonceLife: Int64 = 300_000

    /// Creates a message, or returns the one that the same nonce created.
    /// - Returns: the message in REST form.
    mutating func createMessage(
        _ draft: MessageDraft, by author: UserID, in channelID: ChannelID, at now: Int64
    ) throws(RESTFailure) -> Message {
        let channel = try channel(channelID, for: author)
        let user = try user(author)
        try require(.sendMessages, of: author, in: channel)
        try requireNotTimedOut(author, in: channel, at: now)
        try draft.checkLength(isBot: user.isBot)
        if let nonce = draft.nonce, let former = try messageSent(with: nonce, by: author, in: channelID, at: now) {
            return former
        }
        guard draft.isVisible else { throw .emptyMessage }
        if draft.embeds?.isEmpty == false { try require(.embedLinks, of: author, in: channel) }
        let target = try replyTarget(of: draft, in: channelID)

        let id = MessageID(ids.next(at: now))
        var fields = Message.Fields(
            id: id, channelID: channelID, author: user, content: draft.content ?? "",
            timestamp: Timestamp(milliseconds: now))
        fields.flags = draft.flags ?? []
        fields.embeds = draft.embeds ?? []
        if let target {
            fields.type = .reply
            fields.reference = MessageReference(
                messageID: target.id, channelID: channelID, guildID: channel.guildID)
        }
        let rules = draft.mentions ?? .missing
        let pings = target != nil && rules.repliedUser
        mention(rules, in: &fields, channel: channel, pinging: pings ? target?.author : nil)
        let entry = MessageLog.Entry(message: Message(fields), pingsRepliedUser: pings)
        append(entry, to: channelID)
        if let nonce = draft.nonce {
            nonces[NonceKey(author: author, nonce: nonce)] = UsedNonce(channel: channelID, message: id, at: now)
        }
        return announceCreation(of: entry, in: channel, by: draft)
    }

    /// Changes a message. The author may change all of it, a moderator only whether its embeds are hidden.
    mutating func editMessage(
        _ id: MessageID, in channelID: ChannelID, with draft: MessageDraft, by actor: UserID, at now: Int64
    ) throws(RESTFailure) -> Message {
        let channel = try channel(channelID, for: actor)
        guard let entry = logs[channelID]?[id] else { throw .unknownMessage }
        guard entry.message.type.isWritten else {
            throw RESTFailure(400, "CANNOT_MODIFY_SYSTEM_WEBHOOK", "System messages cannot be changed.")
        }
        guard entry.message.author.id == actor else {
            return try hideEmbeds(of: entry, with: draft, by: actor, in: channel)
        }
        try requireNotTimedOut(actor, in: channel, at: now)
        try draft.checkLength(isBot: entry.message.author.isBot)
        guard draft.isVisible || draft.flags != nil else { throw .emptyMessage }
        var fields = entry.message.fields
        if let content = draft.content, content != fields.content {
            fields.content = content
            fields.editedTimestamp = Timestamp(milliseconds: now)
        }
        if let embeds = draft.embeds { fields.embeds = embeds }
        if let flags = draft.flags { fields.flags = flags }
        let hasText = fields.content.contains { !$0.isWhitespace }
        guard hasText || !fields.embeds.isEmpty else { throw .emptyMessage }
        let pings = draft.mentions?.repliedUser ?? entry.pingsRepliedUser
        let target = fields.reference?.messageID.flatMap { logs[channelID]?[$0]?.message }
        mention(draft.mentions ?? .missing, in: &fields, channel: channel, pinging: pings ? target?.author : nil)
        let changed = MessageLog.Entry(message: Message(fields), reactors: entry.reactors, pingsRepliedUser: pings)
        return replace(changed, in: channel)
    }

    /// Deletes a message: one's own always, another's in the guild with the right to.
    mutating func deleteMessage(_ id: MessageID, in channelID: ChannelID, by actor: UserID) throws(RESTFailure) {
        let channel = try channel(channelID, for: actor)
        guard let message = logs[channelID]?[id]?.message else { throw .unknownMessage }
        if message.author.id != actor {
            guard !channel.type.isPrivate else { throw .missingPermissions }
            try require([.sendMessages, .manageMessages], of: actor, in: channel)
        }
        logs[channelID]?.remove(id)
        note(
            .messageDeleted(
                MessageDelete(
                    id: id, channelID: channelID, guildID: channel.guildID, content: message.content,
                    authorID: message.author.id,
                    member: memberForEvents(message.author.id, in: channel, withUser: false))))
    }

    /// - Throws: `UNKNOWN_MESSAGE`.
    func message(_ id: MessageID, in channelID: ChannelID, for actor: UserID) throws(RESTFailure) -> Message {
        _ = try channel(channelID, for: actor)
        guard let entry = logs[channelID]?[id] else { throw .unknownMessage }
        return restForm(entry)
    }

    /// What was said in a channel, oldest first.
    func history(of channelID: ChannelID, last count: Int? = nil) -> [Message] {
        guard let log = logs[channelID] else { return [] }
        return (count.map { log.all.suffix(max(0, $0)) } ?? log.all).map(restForm)
    }

    /// An entry as REST answers have it: with reactions as the bot sees them and the message it refers to.
    func restForm(_ entry: MessageLog.Entry) -> Message {
        guard entry.message.reference != nil || !entry.reactors.isEmpty || entry.message.flags.contains(.suppressEmbeds)
        else { return entry.message }
        return entry.message.with { fields in
            if fields.flags.contains(.suppressEmbeds) { fields.embeds = [] }
            fields.reactions = entry.reactors.map { group in
                Reaction(emoji: group.emoji, count: group.users.count, isMine: group.users.contains(botID))
            }
            guard let reference = fields.reference, let id = reference.messageID else { return }
            if let target = logs[fields.channelID]?[id] {
                fields.referencedMessage = restForm(target).with {
                    $0.referencedMessage = nil
                    $0.isReferenceDeleted = false
                }
            } else {
                fields.isReferenceDeleted = true
            }
        }
    }

    /// Puts a changed message in its former's place and announces it.
    private mutating func replace(_ entry: MessageLog.Entry, in channel: Channel) -> Message {
        logs[channel.id]?.update(entry.id) { $0 = entry }
        let message = restForm(entry)
        note(.messageUpdated(gatewayForm(message, in: channel)))
        return message
    }

    // MARK: - Parts

    private mutating func append(_ entry: MessageLog.Entry, to channelID: ChannelID) {
        logs[channelID, default: MessageLog(limit: messagesKept)].append(entry)
        channels[channelID]?.lastMessageID = entry.id
    }

    /// The nonce and the text-to-speech mark stand in the answer and the event of the creation alone.
    private mutating func announceCreation(
        of entry: MessageLog.Entry, in channel: Channel, by draft: MessageDraft
    ) -> Message {
        var message = restForm(entry)
        let isSpoken =
            draft.isTTS && permissions(of: message.author.id, in: channel).contains(.sendTTSMessages)
        if draft.nonce != nil || isSpoken {
            message = message.with {
                $0.nonce = draft.nonce
                $0.isTTS = isSpoken
            }
        }
        note(.messageCreated(gatewayForm(message, in: channel).with { $0.channelType = channel.type }))
        return message
    }

    private func gatewayForm(_ message: Message, in channel: Channel) -> Message {
        message.with {
            $0.guildID = channel.guildID
            $0.member = memberForEvents(message.author.id, in: channel, withUser: false)
        }
    }

    /// The message that a nonce created, while it is remembered.
    private mutating func messageSent(
        with nonce: String, by author: UserID, in channelID: ChannelID, at now: Int64
    ) throws(RESTFailure) -> Message? {
        if nonces.count > 10_000 { nonces = nonces.filter { now - $0.value.at < Self.nonceLife } }
        guard let used = nonces[NonceKey(author: author, nonce: nonce)], now - used.at < Self.nonceLife else {
            return nil
        }
        guard used.channel == channelID, let entry = logs[channelID]?[used.message] else { throw .unknownMessage }
        return restForm(entry).with { $0.nonce = nonce }
    }

    private func replyTarget(of draft: MessageDraft, in channelID: ChannelID) throws(RESTFailure) -> Message? {
        guard let reference = draft.reference else { return nil }
        guard reference.kind == .reply else {
            throw .invalidForm(
                "message_reference", "FORWARD_REFERENCE_REQUIRES_CHANNEL_AND_MESSAGE",
                "The sandbox does not forward messages.")
        }
        guard reference.channelID ?? channelID == channelID, let id = reference.messageID,
            let target = logs[channelID]?[id]?.message
        else { throw .unknownMessage }
        if let guildID = reference.guildID, guildID != channels[channelID]?.guildID {
            throw .invalidForm(
                "message_reference.guild_id", "GUILD_ID_MUST_MATCH_REFERENCED_MESSAGE",
                "The community must be that of the message.")
        }
        guard target.type.isWritten else {
            throw .invalidForm(
                "message_reference", "CANNOT_REPLY_TO_SYSTEM_MESSAGE", "System messages cannot be answered.")
        }
        return target
    }

    private mutating func hideEmbeds(
        of entry: MessageLog.Entry, with draft: MessageDraft, by actor: UserID, in channel: Channel
    ) throws(RESTFailure) -> Message {
        guard draft.content == nil, draft.embeds == nil, let flags = draft.flags else { throw .cannotEditOthers }
        guard !channel.type.isPrivate else { throw .cannotEditOthers }
        try require(.manageMessages, of: actor, in: channel)
        var changed = entry
        changed.message = entry.message.with {
            $0.flags.remove(.suppressEmbeds)
            $0.flags.formUnion(flags.intersection(.suppressEmbeds))
        }
        return replace(changed, in: channel)
    }

    /// Fills in whom the text mentions, by what is written, allowed and permitted.
    private func mention(
        _ rules: MentionRules, in fields: inout Message.Fields, channel: Channel, pinging replied: User?
    ) {
        let written = MentionScanner(fields.content)
        let permissions = permissions(of: fields.author.id, in: channel)
        let mayMentionAll = permissions.contains(.mentionEveryone) && !channel.type.isPrivate
        fields.mentionsEveryone = written.everyone && rules.everyone && mayMentionAll
        fields.mentions = []
        fields.users = []
        for id in written.users {
            guard let user = users[UserID(id)] else { continue }
            if rules.users.contains(id) { fields.mentions.append(user) } else { fields.users.append(user) }
        }
        if let replied, replied.id != fields.author.id, !channel.type.isPrivate {
            fields.users.removeAll { $0.id == replied.id }
            if !fields.mentions.contains(where: { $0.id == replied.id }) { fields.mentions.append(replied) }
        }
        let roles = guild(of: channel)?.roles ?? []
        fields.mentionRoles = written.roles.filter { id in
            guard rules.roles.contains(id), let role = roles.first(where: { $0.id.rawValue == id }) else {
                return false
            }
            return role.isMentionable || mayMentionAll
        }.map { RoleID($0) }
    }
}
