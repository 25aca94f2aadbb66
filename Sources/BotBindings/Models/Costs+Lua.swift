import FluxerModel

// About how many bytes the host keeps for what a script holds a handle on: charged to the pack's memory.

extension Message {
    public var luaCost: Int {
        let fields = fields
        var cost = MemoryLayout<Message.Fields>.size + fields.content.utf8.count + fields.author.luaCost
        for user in fields.mentions { cost += MemoryLayout<User>.size + user.luaCost }
        for user in fields.users { cost += MemoryLayout<User>.size + user.luaCost }
        for embed in fields.embeds { cost += embed.cost }
        for file in fields.attachments { cost += MemoryLayout<Attachment>.size + file.luaCost }
        cost += fields.mentionRoles.count * 8 + fields.reactions.count * 128 + fields.stickers.count * 128
        for snapshot in fields.snapshots { cost += 256 + snapshot.content.utf8.count + snapshot.embeds.count * 512 }
        // The server nests one level; its author and texts are its own.
        if let other = fields.referencedMessage?.fields {
            cost += MemoryLayout<Message.Fields>.size + other.content.utf8.count
            for embed in other.embeds { cost += embed.cost }
        }
        return cost
    }
}

extension Embed {
    var cost: Int {
        var cost = MemoryLayout<Embed>.size + (title?.utf8.count ?? 0) + (description?.utf8.count ?? 0)
        for field in fields { cost += 64 + field.name.utf8.count + field.value.utf8.count }
        cost += footer?.text.utf8.count ?? 0
        return cost + children.count * MemoryLayout<Embed>.size
    }
}

extension Attachment {
    public var luaCost: Int { filename.utf8.count + (url?.utf8.count ?? 0) + (description?.utf8.count ?? 0) }
}

extension User {
    public var luaCost: Int { username.utf8.count + (globalName?.utf8.count ?? 0) }
}

extension GuildMember {
    public var luaCost: Int { user.luaCost + (member.nick?.utf8.count ?? 0) + member.roles.count * 8 }
}

extension Guild {
    public var luaCost: Int { MemoryLayout<Guild.Fields>.size + fields.name.utf8.count }
}

extension Channel {
    public var luaCost: Int {
        (name?.utf8.count ?? 0) + (topic?.utf8.count ?? 0)
            + permissionOverwrites.count * MemoryLayout<PermissionOverwrite>.size
    }
}

extension CommandContext {
    public var luaCost: Int { message.luaCost + 256 + arguments.count * 64 }
}
