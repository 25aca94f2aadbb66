import FluxerCache
import FluxerModel
import JSON
import Testing

/// Events as the gateway writes them, for a bot with id 1 in guild 10 with channels 20 and 21 and roles 10 and 11.
enum Wire {
    static let guild = guild(10)

    static func guild(_ id: Int, name: String = "Tea") -> String {
        """
        {"id":"\(id)","properties":{"id":"\(id)","name":"\(name)","owner_id":"1","features":[]},
         "roles":[{"id":"11","name":"mods","permissions":"8","position":1},{"id":"\(id)","name":"@everyone","permissions":"0","position":0}],
         "channels":[{"id":"20","type":0,"name":"b","position":1,"last_message_id":"5",
                      "permission_overwrites":[{"id":"11","type":0,"allow":"1","deny":"0"},{"id":"2","type":1,"allow":"1","deny":"0"}]},
                     {"id":"21","type":0,"guild_id":"\(id)","name":"a","position":0}],
         "members":[{"user":{"id":"1"},"roles":["11"],"joined_at":"2026-08-20T18:00:00.000Z"}],
         "emojis":[{"id":"70","name":"tea"}],"stickers":[],"member_count":3,"online_count":1}
        """
    }

    static func message(
        _ id: Int, channel: Int = 20, guild: Int? = 10, author: Int = 2, content: String = "hi", more: String = ""
    ) -> String {
        let place = guild.map { #""guild_id":"\#($0)","member":{"nick":"Mi","roles":["11"]},"# } ?? ""
        return """
            {"id":"\(id)","channel_id":"\(channel)",\(place)"channel_type":\(guild == nil ? 1 : 0),\(more)
             "author":{"id":"\(author)","username":"mira"},"content":"\(content)","timestamp":"2026-08-21T07:30:00.000Z"}
            """
    }

    static func reaction(_ user: Int, _ emoji: String = "🍵", message: Int = 30) -> String {
        #"{"user_id":"\#(user)","channel_id":"20","message_id":"\#(message)","guild_id":"10","emoji":{"name":"\#(emoji)"}}"#
    }

    static func ready(guilds: String = "[]") -> String {
        #"{"session_id":"s","version":1,"user":{"id":"1","username":"bot","bot":true},"guilds":\#(guilds)}"#
    }
}

extension Cache {
    /// After READY, with an empty list of guilds.
    static func started(limits: Limits = Limits(), listed: [GuildID] = []) throws -> Cache {
        let cache = Cache(limits: limits)
        try cache.apply("READY", Wire.ready())
        cache.expectGuilds(listed)
        return cache
    }

    /// After READY and GUILD_CREATE of guild 10.
    static func withGuild(limits: Limits = Limits()) throws -> Cache {
        let cache = try started(limits: limits, listed: [10])
        try cache.apply("GUILD_CREATE", Wire.guild)
        return cache
    }

    @discardableResult
    func apply(_ name: String, _ json: String) throws -> Change {
        apply(try GatewayEvent.decode(name: name, data: Array(json.utf8)))
    }
}

extension ID: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: UInt64) { self.init(value) }
}
