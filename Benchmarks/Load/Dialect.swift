/// Whose shapes the server speaks. Events have the same bytes in both; READY, guilds and answers differ.
enum Dialect: String {
    case fluxer, discord
}

/// How much there is in the bot's world.
struct Size {
    var guilds = 1
    var channels = 50
    var roles = 20
    /// Members listed in each guild beside the bot's own.
    var members = 0
}

/// Numbers of made-up things: nineteen digits each, so that texts have one length.
enum Snowflake {
    static let bot: UInt64 = 1_400_000_000_000_000_001
    static let firstMessage: UInt64 = 1_430_000_000_000_000_000
    static func guild(_ guild: Int) -> UInt64 { 1_410_000_000_000_000_000 + UInt64(guild) * 1000 }
    static func channel(_ channel: Int, in guild: Int = 0) -> UInt64 {
        1_411_000_000_000_000_000 + UInt64(guild) * 1000 + UInt64(channel)
    }
    /// Role 0 is @everyone, which has the guild's number.
    static func role(_ role: Int, in guild: Int) -> UInt64 {
        role == 0 ? Snowflake.guild(guild) : 1_412_000_000_000_000_000 + UInt64(guild) * 1000 + UInt64(role)
    }
    static func user(_ user: Int) -> UInt64 { 1_401_000_000_000_000_000 + UInt64(user) }
}
