import JSON

/// The first event of a session.
public struct Ready: Sendable, Hashable {
    /// Needed to resume.
    public var sessionID: String
    /// The bot's own account.
    public var user: User
    /// Empty for bots in every observed version; guilds follow as GUILD_CREATE. Stubs and whole objects are accepted.
    public var guilds: [GuildCreate]
    public var privateChannels: [Channel]
    /// Number and count of shards; only where the client sent them.
    public var shard: [Int]?

    public init(
        sessionID: String, user: User, guilds: [GuildCreate] = [], privateChannels: [Channel] = [], shard: [Int]? = nil
    ) {
        self.sessionID = sessionID
        self.user = user
        self.guilds = guilds
        self.privateChannels = privateChannels
        self.shard = shard
    }
}

extension Ready: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var session: String?
        var user: User?
        var guilds: [GuildCreate] = []
        var channels: [Channel] = []
        var shard: [Int]?
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "session_id": session = try reader.text()
            case "user": user = try reader.object()
            case "guilds": guilds = try reader.list()
            case "private_channels": channels = try reader.list()
            case "shard":
                var numbers: [Int] = []
                try reader.elements { (reader) throws(JSONError) in
                    if let number = try reader.integer() { numbers.append(number) }
                }
                shard = numbers.isEmpty ? nil : numbers
            default: try reader.skipValue()
            }
        }
        self.init(
            sessionID: try reader.require(session, "session_id"), user: try reader.require(user, "user"),
            guilds: guilds, privateChannels: channels, shard: shard)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("version", 1)
        writer.member("session_id", sessionID)
        writer.member("user", user)
        writer.member("guilds", guilds)
        writer.member("private_channels", privateChannels)
        writer.member("relationships", [String]())
        writer.member("presences", [String]())
        writer.member("users", [String]())
        if let shard {
            writer.key("shard")
            writer.beginArray()
            for number in shard { writer.int(number) }
            writer.endArray()
        }
        writer.endObject()
    }
}
