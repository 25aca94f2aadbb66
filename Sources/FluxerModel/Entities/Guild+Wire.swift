import JSON

extension Guild: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var id: GuildID?
        var fields = Fields(id: GuildID(0))
        try reader.readObject { (key, reader) throws(JSONError) in
            if key == "id" { id = try reader.id() } else { try fields.read(key, from: &reader) }
        }
        fields.id = try reader.require(id, "guild.id")
        self.init(fields)
    }

    /// Writes the REST form; collections and counts only where they are filled.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    /// Writes the members into an object that is open, for events that put more beside them.
    public func writeMembers(to writer: inout JSONWriter) {
        let fields = box.fields
        fields.writeSettings(to: &writer)
        if let permissions = fields.permissions { writer.member("permissions", permissions) }
        writer.optional("member_count", fields.memberCount)
        writer.optional("online_count", fields.onlineCount)
        if !fields.roles.isEmpty { writer.member("roles", fields.roles) }
        if !fields.channels.isEmpty { writer.member("channels", fields.channels) }
        if !fields.emojis.isEmpty { writer.member("emojis", fields.emojis) }
        if !fields.stickers.isEmpty { writer.member("stickers", fields.stickers) }
    }

    /// The settings alone, as GUILD_CREATE has them in `properties`.
    func writeProperties(to writer: inout JSONWriter) {
        writer.beginObject()
        box.fields.writeSettings(to: &writer)
        writer.endObject()
    }
}

extension Guild.Fields {
    /// Reads one member of the object, the id apart.
    mutating func read(_ key: JSONKey, from reader: inout JSONReader) throws(JSONError) {
        switch key {
        case "name": name = try reader.text() ?? ""
        case "icon": icon = try reader.text()
        case "banner": banner = try reader.text()
        case "splash": splash = try reader.text()
        case "vanity_url_code": vanityURLCode = try reader.text()
        case "owner_id": ownerID = try reader.id()
        case "system_channel_id": systemChannelID = try reader.id()
        case "rules_channel_id": rulesChannelID = try reader.id()
        case "afk_channel_id": afkChannelID = try reader.id()
        case "afk_timeout": afkTimeout = try reader.integer() ?? 0
        case "features": features = try reader.texts()
        case "verification_level": verificationLevel = try reader.integer() ?? 0
        case "mfa_level": mfaLevel = try reader.integer() ?? 0
        case "nsfw_level": nsfwLevel = try reader.integer() ?? 0
        case "explicit_content_filter": explicitContentFilter = try reader.integer() ?? 0
        case "default_message_notifications": defaultMessageNotifications = try reader.integer() ?? 0
        case "disabled_operations": disabledOperations = try reader.integer() ?? 0
        case "message_history_cutoff": messageHistoryCutoff = try reader.timestamp()
        case "permissions": permissions = try reader.unsigned().map { Permissions(rawValue: $0) }
        case "member_count", "approximate_member_count": memberCount = try reader.integer()
        case "online_count", "approximate_presence_count": onlineCount = try reader.integer()
        case "roles": roles = try reader.list()
        case "channels": channels = try reader.list()
        case "emojis": emojis = try reader.list()
        case "stickers": stickers = try reader.list()
        default: try reader.skipValue()
        }
    }

    func writeSettings(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("name", name)
        writer.nullable("icon", icon)
        writer.nullable("banner", banner)
        writer.nullable("splash", splash)
        writer.nullable("vanity_url_code", vanityURLCode)
        writer.nullable("owner_id", ownerID)
        writer.nullable("system_channel_id", systemChannelID)
        writer.nullable("rules_channel_id", rulesChannelID)
        writer.nullable("afk_channel_id", afkChannelID)
        writer.member("afk_timeout", afkTimeout)
        writer.member("features", features)
        writer.member("verification_level", verificationLevel)
        writer.member("mfa_level", mfaLevel)
        writer.member("nsfw_level", nsfwLevel)
        writer.member("explicit_content_filter", explicitContentFilter)
        writer.member("default_message_notifications", defaultMessageNotifications)
        writer.member("disabled_operations", disabledOperations)
        writer.nullable("message_history_cutoff", messageHistoryCutoff)
    }
}
