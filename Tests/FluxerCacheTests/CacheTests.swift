import FluxerModel
import JSON
import Testing

@testable import FluxerCache

@Suite("the cache")
struct CacheTests {
    private func event(_ name: String, _ json: String) throws -> GatewayEvent {
        try GatewayEvent.decode(name: name, data: Array(json.utf8))
    }

    private static let guild = """
        {"id":"10","properties":{"id":"10","name":"Tea","owner_id":"1","features":[]},
         "roles":[{"id":"10","name":"@everyone","permissions":"0","position":0},{"id":"11","name":"mods","permissions":"8","position":1}],
         "channels":[{"id":"20","type":0,"guild_id":"10","name":"b","position":1,"permission_overwrites":[{"id":"11","type":0,"allow":"1","deny":"0"}]},
                     {"id":"21","type":0,"guild_id":"10","name":"a","position":0}],
         "members":[{"user":{"id":"1"},"roles":["11"],"joined_at":"2026-08-20T18:00:00.000Z"}],
         "emojis":[],"stickers":[],"member_count":3,"online_count":1}
        """

    private func ready() throws -> Cache {
        let cache = Cache()
        let change = cache.apply(
            try event(
                "READY", #"{"session_id":"s","version":1,"user":{"id":"1","username":"bot","bot":true},"guilds":[]}"#))
        guard case .ready(let user) = change else { throw TestFailure() }
        #expect(user.username == "bot")
        return cache
    }

    private struct TestFailure: Error {}

    private func message(_ id: Int, channel: Int = 20, guild: Int? = 10, author: Int = 2, content: String = "hi")
        -> String
    {
        let place = guild.map { #""guild_id":"\#($0)","member":{"nick":"Mi","roles":["11"]},"# } ?? ""
        return
            #"{"id":"\#(id)","channel_id":"\#(channel)",\#(place)"channel_type":\#(guild == nil ? 1 : 0),"author":{"id":"\#(author)","username":"mira"},"content":"\#(content)","timestamp":"2026-08-21T07:30:00.000Z"}"#
    }

    @Test("a guild of the list, and one after READY's session before, arrives without being a join")
    func arrival() throws {
        let cache = try ready()
        cache.expectGuilds([GuildID(10), GuildID(12)])
        #expect(cache.missingGuilds == [GuildID(10), GuildID(12)])
        guard case .guildAvailable = cache.apply(try event("GUILD_CREATE", CacheTests.guild)) else {
            throw TestFailure()
        }
        #expect(cache.missingGuilds == [GuildID(12)])
        _ = cache.apply(try event("GUILD_DELETE", #"{"id":"12","unavailable":true}"#))
        #expect(cache.missingGuilds.isEmpty)
        guard case .guildResynced = cache.apply(try event("GUILD_CREATE", CacheTests.guild)) else {
            throw TestFailure()
        }
        _ = cache.apply(try event("READY", #"{"session_id":"t","user":{"id":"1","username":"bot"},"guilds":[]}"#))
        #expect(cache.guilds.isEmpty)
        guard case .guildAvailable = cache.apply(try event("GUILD_CREATE", CacheTests.guild)) else {
            throw TestFailure()
        }
    }

    @Test("a guild nobody expected is a join; leaving is told once")
    func join() throws {
        let cache = try ready()
        guard case .guildJoined(let guild) = cache.apply(try event("GUILD_CREATE", CacheTests.guild)) else {
            throw TestFailure()
        }
        #expect(guild.name == "Tea")
        #expect(guild.memberCount == 3)
        guard case .guildLeft(_, let left?) = cache.apply(try event("GUILD_DELETE", #"{"id":"10"}"#)) else {
            throw TestFailure()
        }
        #expect(left.name == "Tea")
        #expect(cache.apply(try event("GUILD_DELETE", #"{"id":"10"}"#)) == .none)
        #expect(cache.channel(ChannelID(20)) == nil)
    }

    @Test("an outage keeps the guild, and its end is no join")
    func outage() throws {
        let cache = try ready()
        _ = cache.apply(try event("GUILD_CREATE", CacheTests.guild))
        guard
            case .guildUnavailable(_, .some) = cache.apply(
                try event("GUILD_DELETE", #"{"id":"10","unavailable":true}"#))
        else { throw TestFailure() }
        #expect(cache.guild(GuildID(10))?.name == "Tea")
        #expect(cache.isUnavailable(GuildID(10)))
        guard case .guildAvailable = cache.apply(try event("GUILD_CREATE", CacheTests.guild)) else {
            throw TestFailure()
        }
    }

    @Test("GUILD_CREATE replaces channels and roles; channels come by position")
    func replace() throws {
        let cache = try ready()
        _ = cache.apply(try event("GUILD_CREATE", CacheTests.guild))
        #expect(cache.channels(of: GuildID(10)).map(\.name) == ["a", "b"])
        _ = cache.apply(
            try event(
                "GUILD_CREATE",
                #"{"id":"10","properties":{"id":"10","name":"Tea"},"channels":[{"id":"22","type":0,"name":"c"}],"roles":[]}"#
            ))
        #expect(cache.channels(of: GuildID(10)).map(\.name) == ["c"])
        #expect(cache.channel(ChannelID(20)) == nil)
        #expect(cache.roles(of: GuildID(10)).isEmpty)
    }

    @Test("GUILD_UPDATE changes settings and keeps counts")
    func update() throws {
        let cache = try ready()
        _ = cache.apply(try event("GUILD_CREATE", CacheTests.guild))
        _ = cache.apply(try event("GUILD_UPDATE", #"{"id":"10","guild_id":"10","name":"Coffee"}"#))
        #expect(cache.guild(GuildID(10))?.name == "Coffee")
        #expect(cache.guild(GuildID(10))?.memberCount == 3)
        #expect(cache.channels(of: GuildID(10)).count == 2)
    }

    @Test("a deleted role leaves members and overwrites")
    func roleDeletion() throws {
        let cache = try ready()
        _ = cache.apply(try event("GUILD_CREATE", CacheTests.guild))
        _ = cache.apply(try event("MESSAGE_CREATE", message(30)))
        #expect(cache.member(UserID(2), in: GuildID(10))?.roles == [RoleID(11)])
        guard
            case .roleDeleted(_, _, let role?) = cache.apply(
                try event("GUILD_ROLE_DELETE", #"{"guild_id":"10","role_id":"11"}"#))
        else { throw TestFailure() }
        #expect(role.name == "mods")
        #expect(cache.member(UserID(2), in: GuildID(10))?.roles == [])
        #expect(cache.member(UserID(1), in: GuildID(10))?.roles == [])
        #expect(cache.channel(ChannelID(20))?.permissionOverwrites == [])
    }

    @Test("a message brings its author, its member and the channel's last id")
    func messages() throws {
        let cache = try ready()
        _ = cache.apply(try event("GUILD_CREATE", CacheTests.guild))
        _ = cache.apply(try event("MESSAGE_CREATE", message(30)))
        #expect(cache.user(UserID(2))?.username == "mira")
        #expect(cache.member(UserID(2), in: GuildID(10))?.nick == "Mi")
        #expect(cache.member(UserID(2), in: GuildID(10))?.user?.username == "mira")
        #expect(cache.channel(ChannelID(20))?.lastMessageID == MessageID(30))
        #expect(cache.message(MessageID(30), in: ChannelID(20))?.content == "hi")
        #expect(cache.message(MessageID(30), in: ChannelID(21)) == nil)
    }

    @Test("an edit has its before, a deletion the message, if they were seen")
    func edits() throws {
        let cache = try ready()
        _ = cache.apply(try event("MESSAGE_CREATE", message(30)))
        guard
            case .messageEdited(let before?, let after) = cache.apply(
                try event("MESSAGE_UPDATE", message(30, content: "new")))
        else { throw TestFailure() }
        #expect(before.content == "hi")
        #expect(after.content == "new")
        guard
            case .messageDeleted(_, let gone?) = cache.apply(
                try event("MESSAGE_DELETE", #"{"id":"30","channel_id":"20"}"#))
        else { throw TestFailure() }
        #expect(gone.content == "new")
        guard
            case .messageDeleted(_, nil) = cache.apply(
                try event("MESSAGE_DELETE", #"{"id":"30","channel_id":"20"}"#))
        else { throw TestFailure() }
        guard case .messageEdited(nil, _) = cache.apply(try event("MESSAGE_UPDATE", message(31))) else {
            throw TestFailure()
        }
    }

    @Test("reactions are counted on the message, the bot's own is marked, an emoji at 0 is gone")
    func reactions() throws {
        let cache = try ready()
        _ = cache.apply(try event("MESSAGE_CREATE", message(30)))
        func reaction(_ user: Int) -> String {
            #"{"user_id":"\#(user)","channel_id":"20","message_id":"30","guild_id":"10","emoji":{"name":"🍵"}}"#
        }
        _ = cache.apply(try event("MESSAGE_REACTION_ADD", reaction(1)))
        _ = cache.apply(try event("MESSAGE_REACTION_ADD", reaction(2)))
        #expect(cache.message(MessageID(30), in: ChannelID(20))?.reactions.map(\.count) == [2])
        #expect(cache.message(MessageID(30), in: ChannelID(20))?.reactions.first?.isMine == true)
        _ = cache.apply(try event("MESSAGE_REACTION_REMOVE", reaction(1)))
        _ = cache.apply(try event("MESSAGE_REACTION_REMOVE", reaction(2)))
        #expect(cache.message(MessageID(30), in: ChannelID(20))?.reactions == [])
    }

    @Test("a direct message from an unknown channel makes a stub of it")
    func directMessages() throws {
        let cache = try ready()
        _ = cache.apply(try event("MESSAGE_CREATE", message(30, channel: 50, guild: nil)))
        #expect(cache.channel(ChannelID(50))?.recipients.map(\.id) == [UserID(2)])
        guard
            case .channelUpdated = cache.apply(
                try event("CHANNEL_CREATE", #"{"id":"50","type":1,"recipients":[]}"#))
        else { throw TestFailure() }
    }

    @Test("joins and leaves move the member count")
    func memberCount() throws {
        let cache = try ready()
        _ = cache.apply(try event("GUILD_CREATE", CacheTests.guild))
        _ = cache.apply(
            try event("GUILD_MEMBER_ADD", #"{"guild_id":"10","user":{"id":"5","username":"new"},"roles":[]}"#))
        #expect(cache.guild(GuildID(10))?.memberCount == 4)
        #expect(cache.member(UserID(5), in: GuildID(10))?.user?.username == "new")
        _ = cache.apply(try event("GUILD_MEMBER_REMOVE", #"{"guild_id":"10","user":{"id":"5"}}"#))
        #expect(cache.guild(GuildID(10))?.memberCount == 3)
        #expect(cache.member(UserID(5), in: GuildID(10)) == nil)
    }

    @Test("what is kept is bounded, and the oldest goes first")
    func bounds() throws {
        var limits = Cache.Limits()
        limits.messages = 10
        limits.members = 5
        let cache = Cache(limits: limits)
        for number in 1...100 { _ = cache.apply(try event("MESSAGE_CREATE", message(number, author: number + 100))) }
        #expect(cache.counts.messages == 10)
        #expect(cache.counts.members == 5)
        #expect(cache.message(MessageID(90), in: ChannelID(20)) == nil)
        #expect(cache.message(MessageID(91), in: ChannelID(20)) != nil)
    }

    @Test("random events keep the invariants", arguments: [1, 2, 3])
    func fuzz(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var limits = Cache.Limits()
        limits.messages = 20
        limits.members = 20
        limits.users = 20
        let cache = Cache(limits: limits)
        for _ in 0..<2_000 {
            let guild = Int(random.next() % 4) + 10, channel = Int(random.next() % 6) + 20
            let id = Int(random.next() % 60) + 1, user = Int(random.next() % 40) + 1
            let text: (String, String) =
                switch random.next() % 9 {
                case 0: ("GUILD_CREATE", CacheTests.guild.replacing("\"10\"", with: "\"\(guild)\""))
                case 1:
                    ("GUILD_DELETE", #"{"id":"\#(guild)"\#(random.next() % 2 == 0 ? #","unavailable":true"# : "")}"#)
                case 2:
                    (
                        "MESSAGE_CREATE",
                        message(id, channel: channel, guild: random.next() % 3 == 0 ? nil : guild, author: user)
                    )
                case 3: ("MESSAGE_DELETE", #"{"id":"\#(id)","channel_id":"\#(channel)"}"#)
                case 4: ("CHANNEL_DELETE", #"{"id":"\#(channel)","type":0,"guild_id":"\#(guild)"}"#)
                case 5: ("CHANNEL_CREATE", #"{"id":"\#(channel)","type":0,"guild_id":"\#(guild)","name":"x"}"#)
                case 6:
                    (
                        "GUILD_MEMBER_ADD",
                        #"{"guild_id":"\#(guild)","user":{"id":"\#(user)","username":"u"},"roles":[]}"#
                    )
                case 7: ("GUILD_ROLE_DELETE", #"{"guild_id":"\#(guild)","role_id":"11"}"#)
                default: ("READY", #"{"session_id":"s","user":{"id":"1","username":"bot"},"guilds":[]}"#)
                }
            _ = cache.apply(try event(text.0, text.1))
            let counts = cache.counts
            #expect(counts.messages <= 20 && counts.members <= 20 && counts.users <= 20)
        }
    }
}

private struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
