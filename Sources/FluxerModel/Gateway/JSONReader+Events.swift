import JSON

/// Shapes that several events share.
extension JSONReader {
    mutating func guildList<T: WireReadable>(
        _ name: StaticString, _: T.Type
    ) throws(JSONError) -> (GuildID?, [T]) {
        var guild: GuildID?
        var items: [T] = []
        try readObject { (key, reader) throws(JSONError) in
            if key == "guild_id" {
                guild = try reader.id()
            } else if key == name {
                items = try reader.list()
            } else {
                try reader.skipValue()
            }
        }
        return (guild, items)
    }

    mutating func guildRole() throws(JSONError) -> (GuildID, Role) {
        var guild: GuildID?
        var role: Role?
        try readObject { (key, reader) throws(JSONError) in
            switch key {
            case "guild_id": guild = try reader.id()
            case "role": role = try reader.object()
            default: try reader.skipValue()
            }
        }
        return (try require(guild, "guild_id"), try require(role, "role"))
    }

    mutating func roleDelete() throws(JSONError) -> GatewayEvent {
        var guild: GuildID?
        var role: RoleID?
        try readObject { (key, reader) throws(JSONError) in
            switch key {
            case "guild_id": guild = try reader.id()
            case "role_id": role = try reader.id()
            default: try reader.skipValue()
            }
        }
        return .roleDelete(try require(guild, "guild_id"), try require(role, "role_id"))
    }

    mutating func guildMember() throws(JSONError) -> (GuildID, Member) {
        var guild: GuildID?
        var member = Member()
        try readObject { (key, reader) throws(JSONError) in
            if key == "guild_id" { guild = try reader.id() } else { try member.read(key, from: &reader) }
        }
        return (try require(guild, "guild_id"), member)
    }

    mutating func pinsUpdate() throws(JSONError) -> GatewayEvent {
        var channel: ChannelID?
        var time: Timestamp?
        try readObject { (key, reader) throws(JSONError) in
            switch key {
            case "channel_id": channel = try reader.id()
            case "last_pin_timestamp": time = try reader.timestamp()
            default: try reader.skipValue()
            }
        }
        return .channelPinsUpdate(try require(channel, "channel_id"), time)
    }
}
