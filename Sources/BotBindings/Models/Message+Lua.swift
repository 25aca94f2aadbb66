import FluxerModel
import LuaRuntime

extension Message: LuaBound {
    public static let luaType: LuaType<Message> = LuaType(
        "Message", "A message, as it was when the event came.",
        members: [
            .field("id", "Its id.") { $0.id },
            .field("content", "Its text.") { $0.content },
            .field("channel_id", "The channel's id.") { $0.channelID },
            .field("guild_id", "The guild's id; nil in direct messages.") { $0.guildID },
            .field("type", "Its kind, as the platform's number.") { $0.type.rawValue },
            .field("pinned", "Whether it is pinned.") { $0.isPinned },
            .field("mention_everyone", "Whether it mentions everybody.") { $0.mentionsEveryone },
            .field("mentions", "Users that it mentions.") { $0.mentions },
            .field("role_mentions", "Ids of roles that it mentions.") { $0.mentionRoles },
            .field("embeds", "Its embeds, as tables.") { $0.embeds.map { EmbedTable(embed: $0) } },
            .field("attachments", "Its files.") { $0.attachments },
            .field("reactions", "Its reactions.") { $0.reactions },
            .field("webhook_id", "The webhook's id, if one sent it.") { $0.webhookID },
            .field("created_at", "When it was sent.") { $0.timestamp.lua },
            .field("edited_at", "When its text was changed last, if it was.") { $0.editedTimestamp?.lua },
            .field("reference_id", "The id of the message it replies to, if it does.") { $0.reference?.messageID },
            .field("referenced_message", "The message it replies to, if it came along.") { $0.referencedMessage },
            .lookup("author", "Who wrote it: a Member in guilds, else a User.") { message, _ in message.luaAuthor },
            .lookup("channel", "The channel, as it is now.") { message, state in
                try BotContext.of(state).host.channel(message.channelID)
                    ?? Channel(id: message.channelID, type: message.channelType ?? .guildText, guildID: message.guildID)
            },
            .lookup("guild", "The guild, as it is now; nil in direct messages.") { message, state in
                try message.guildID.flatMap { try BotContext.of(state).host.guild($0) }
            },
            .action(
                "reply", "Answers it: text, options, or both.", needs: .send,
                Param<LuaAny>("content", "The text, or the options alone."), Param<LuaAny>("options", "Options.")
            ) { message, state, content, options in
                try Sending.send(
                    state, "Message:reply", content.index, options.index, to: message.channelID, replyTo: message)
            },
            .action(
                "edit", "Changes it: text, options, or both.", needs: .send,
                Param<LuaAny>("content", "The text, or the options alone."), Param<LuaAny>("options", "Options.")
            ) { message, state, content, options in
                try Sending.edit(state, "Message:edit", content.index, options.index, message)
            },
            .action(
                "delete", "Deletes it, at once or after a while.", needs: .send,
                Param<LuaDuration?>("delay", "How long to wait first.")
            ) { message, state, delay in
                let context = try BotContext.of(state)
                try context.refuseWhileStaging("Message:delete")
                if let delay, delay.seconds > 0 {
                    try Sending.delete(message, after: delay.seconds, state, context)
                    return .values(0)
                }
                return context.host.deleteMessage(message.id, in: message.channelID).wait()
            },
            .action(
                "add_reaction", "Puts a reaction on it.", needs: .reactions,
                Param<LuaEmojiLike>("emoji", "The emoji.")
            ) { message, state, emoji in
                let context = try BotContext.of(state)
                try context.refuseWhileStaging("Message:add_reaction")
                return context.host.addReaction(emoji.emoji, to: message.id, in: message.channelID).wait()
            },
            .action(
                "remove_reaction", "Takes a reaction off: the bot's own, or somebody's.", needs: .reactions,
                Param<LuaEmojiLike>("emoji", "The emoji."), Param<LuaUserLike?>("user", "Whose; without it the bot's.")
            ) { message, state, emoji, user in
                let context = try BotContext.of(state)
                try context.refuseWhileStaging("Message:remove_reaction")
                let own = user == nil || user?.id == context.host.me?.id
                return context.host.removeReaction(
                    emoji.emoji, of: own ? nil : user?.id, from: message.id, in: message.channelID
                ).wait()
            },
            .action("clear_reactions", "Takes all reactions off.", needs: .reactions) { message, state in
                let context = try BotContext.of(state)
                try context.refuseWhileStaging("Message:clear_reactions")
                return context.host.clearReactions(nil, from: message.id, in: message.channelID).wait()
            },
            .action(
                "clear_reaction", "Takes all reactions with one emoji off.", needs: .reactions,
                Param<LuaEmojiLike>("emoji", "The emoji.")
            ) { message, state, emoji in
                let context = try BotContext.of(state)
                try context.refuseWhileStaging("Message:clear_reaction")
                return context.host.clearReactions(emoji.emoji, from: message.id, in: message.channelID).wait()
            },
        ],
        operators: LuaOperators(tostring: { $0.content }, equals: { $0.id == $1.id }))

    /// The author as scripts see it.
    var luaAuthor: LuaAuthor {
        if let guild = fields.guildID, let member = fields.member {
            return .member(GuildMember(guildID: guild, member: member, user: fields.author))
        }
        return .user(fields.author)
    }
}

/// Who wrote a message: a Member in guilds, else a User.
enum LuaAuthor: LuaPushable, Sendable {
    case member(GuildMember)
    case user(User)

    func push(to state: LuaState) -> Int32 {
        switch self {
        case .member(let member): member.push(to: state)
        case .user(let user): user.push(to: state)
        }
    }
}

extension Attachment: LuaBound {
    public static let luaType: LuaType<Attachment> = LuaType(
        "Attachment", "A file of a message.",
        members: [
            .field("id", "Its id.") { $0.id },
            .field("filename", "Its name.") { $0.filename },
            .field("size", "Bytes.") { $0.size },
            .field("content_type", "Its media type.") { $0.contentType },
            .field("url", "Where it is; nil once it has expired.") { $0.url },
            .field("width", "Pixels, for pictures.") { $0.width },
            .field("height", "Pixels, for pictures.") { $0.height },
            .field("description", "Its alternative text.") { $0.description },
        ],
        operators: LuaOperators(tostring: { $0.filename }, equals: { $0.id == $1.id }))
}

extension Emoji: LuaBound {
    public static let luaType: LuaType<Emoji> = LuaType(
        "Emoji", "An emoji: a character, or a guild's own.",
        members: [
            .field("id", "Its id; nil for characters.") { $0.id },
            .field("name", "The character, or its name.") { $0.name },
            .field("animated", "Whether it moves, as far as known.") { $0.isAnimated },
        ],
        operators: LuaOperators(tostring: { $0.mention }, equals: { $0.isSame(as: $1) }))
}

extension Reaction: LuaBound {
    public static let luaType: LuaType<Reaction> = LuaType(
        "Reaction", "One emoji on a message, and how often.",
        members: [
            .field("emoji", "The emoji.") { $0.emoji },
            .field("count", "How many put it there.") { $0.count },
            .field("me", "Whether the bot did.") { $0.isMine },
        ],
        operators: LuaOperators(tostring: { "\($0.emoji.mention) \($0.count)" }))
}

/// An embed of a received message, as a plain table.
struct EmbedTable: LuaPushable {
    let embed: Embed
    func push(to state: LuaState) -> Int32 {
        do throws(LuaError) {
            try state.pushJSON(embed.json())
        } catch {
            state.pushNil()
        }
        return 1
    }
}
