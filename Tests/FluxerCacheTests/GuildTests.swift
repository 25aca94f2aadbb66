import FluxerCache
import FluxerModel
import JSON
import Testing

@Suite("the cache: guilds")
struct GuildCacheTests {
    @Test("READY gives the bot's account and makes everything of guilds begin anew")
    func ready() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        guard case .ready(let me) = try cache.apply("READY", Wire.ready()) else { return #expect(Bool(false)) }
        #expect(me.username == "bot" && cache.me == me)
        #expect(cache.guilds.isEmpty)
        #expect(cache.channel(20) == nil)
        #expect(cache.member(2, in: 10) == nil && cache.member(1, in: 10) == nil)
        #expect(cache.counts.members == 0)
        #expect(cache.user(2)?.username == "mira")
    }

    @Test("a listed guild arrives without being a join, and is missed until it has arrived or is unavailable")
    func listed() throws {
        let cache = try Cache.started(listed: [10, 12])
        #expect(cache.missingGuilds == [10, 12])
        #expect(isAvailable(try cache.apply("GUILD_CREATE", Wire.guild)))
        #expect(cache.missingGuilds == [12])
        #expect(try cache.apply("GUILD_DELETE", #"{"id":"12","unavailable":true}"#) == .none)
        #expect(cache.missingGuilds.isEmpty)
        #expect(cache.isUnavailable(12))
        #expect(isAvailable(try cache.apply("GUILD_CREATE", Wire.guild(12))))
    }

    @Test("a guild that arrives before the list is known is no join")
    func beforeTheList() throws {
        let cache = Cache()
        try cache.apply("READY", Wire.ready())
        #expect(isAvailable(try cache.apply("GUILD_CREATE", Wire.guild)))
        cache.expectGuilds([10])
        #expect(cache.missingGuilds.isEmpty)
        #expect(isJoined(try cache.apply("GUILD_CREATE", Wire.guild(12))))
    }

    @Test("where no list can be had, joins are told apart after the start")
    func withoutList() throws {
        let cache = Cache()
        try cache.apply("READY", Wire.ready())
        #expect(isAvailable(try cache.apply("GUILD_CREATE", Wire.guild)))
        cache.startUpCompleted()
        #expect(isJoined(try cache.apply("GUILD_CREATE", Wire.guild(12))))
    }

    @Test("a guild of the previous session is no join in the next, unless the list has it no longer")
    func nextSession() throws {
        let cache = try Cache.withGuild()
        try cache.apply("READY", Wire.ready())
        #expect(isAvailable(try cache.apply("GUILD_CREATE", Wire.guild)))
        try cache.apply("READY", Wire.ready())
        cache.expectGuilds([])
        #expect(isJoined(try cache.apply("GUILD_CREATE", Wire.guild)))
    }

    @Test("a guild left while the list was on its way is neither missed nor expected")
    func leftMeanwhile() throws {
        let cache = Cache()
        try cache.apply("READY", Wire.ready())
        try cache.apply("GUILD_CREATE", Wire.guild)
        try cache.apply("GUILD_DELETE", #"{"id":"10"}"#)
        cache.expectGuilds([10])
        #expect(cache.missingGuilds.isEmpty)
        #expect(isJoined(try cache.apply("GUILD_CREATE", Wire.guild)))
    }

    @Test("READY's stubs are expected, its whole guilds are taken")
    func readyGuilds() throws {
        let cache = Cache()
        try cache.apply("READY", Wire.ready(guilds: #"[{"id":"12","unavailable":true},\#(Wire.guild)]"#))
        #expect(cache.guild(10)?.name == "Tea")
        #expect(cache.missingGuilds == [12])
        #expect(isAvailable(try cache.apply("GUILD_CREATE", Wire.guild(12))))
    }

    @Test("a guild nobody expected is a join; leaving is told once and takes everything along; coming back is a join")
    func joinAndLeave() throws {
        let cache = try Cache.started()
        guard case .guildJoined(let guild) = try cache.apply("GUILD_CREATE", Wire.guild) else {
            return #expect(Bool(false))
        }
        #expect(guild.name == "Tea" && guild.memberCount == 3)
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        guard case .guildLeft(10, let left?) = try cache.apply("GUILD_DELETE", #"{"id":"10"}"#) else {
            return #expect(Bool(false))
        }
        #expect(left == guild)
        #expect(try cache.apply("GUILD_DELETE", #"{"id":"10"}"#) == .none)
        #expect(cache.guild(10) == nil && cache.channel(20) == nil && cache.role(11, in: 10) == nil)
        #expect(cache.member(2, in: 10) == nil && cache.member(1, in: 10) == nil)
        #expect(isJoined(try cache.apply("GUILD_CREATE", Wire.guild)))
    }

    @Test("an outage keeps the guild and is told once; its end is no join")
    func outage() throws {
        let cache = try Cache.withGuild()
        guard case .guildUnavailable(10, .some) = try cache.apply("GUILD_DELETE", #"{"id":"10","unavailable":true}"#)
        else {
            return #expect(Bool(false))
        }
        #expect(try cache.apply("GUILD_CREATE", #"{"id":"10","unavailable":true}"#) == .none)
        #expect(cache.guild(10)?.name == "Tea" && cache.isUnavailable(10))
        #expect(isAvailable(try cache.apply("GUILD_CREATE", Wire.guild)))
        #expect(!cache.isUnavailable(10))
    }

    @Test("a stub that is left was a guild that nobody has seen")
    func stubLeft() throws {
        let cache = try Cache.started()
        try cache.apply("GUILD_DELETE", #"{"id":"12","unavailable":true}"#)
        #expect(try cache.apply("GUILD_DELETE", #"{"id":"12"}"#) == .guildLeft(12, nil))
        #expect(!cache.isUnavailable(12))
    }

    @Test("GUILD_CREATE of a known guild is a resync: every collection is replaced, members are kept")
    func resync() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        guard
            case .guildResynced(let guild) = try cache.apply(
                "GUILD_CREATE",
                #"{"id":"10","properties":{"id":"10","name":"Tea"},"channels":[{"id":"22","type":0,"name":"c"}],"member_count":9}"#
            )
        else { return #expect(Bool(false)) }
        #expect(guild.memberCount == 9 && guild.emojis.isEmpty)
        #expect(cache.channels(of: 10).map(\.name) == ["c"])
        #expect(cache.channel(20) == nil && cache.channel(22)?.guildID == 10)
        #expect(cache.roles(of: 10).isEmpty)
        #expect(cache.member(2, in: 10)?.nick == "Mi")
        #expect(cache.member(1, in: 10) != nil)
    }

    @Test("GUILD_UPDATE changes settings and keeps counts and collections")
    func update() throws {
        let cache = try Cache.withGuild()
        guard
            case .guildUpdated(let before?, let after) = try cache.apply(
                "GUILD_UPDATE", #"{"id":"10","guild_id":"10","name":"Coffee"}"#)
        else { return #expect(Bool(false)) }
        #expect(before.name == "Tea" && after.name == "Coffee" && cache.guild(10) == after)
        #expect(after.memberCount == 3 && after.emojis.count == 1)
        #expect(cache.channels(of: 10).count == 2 && cache.roles(of: 10).count == 2)
        #expect(try cache.apply("GUILD_UPDATE", #"{"id":"99","name":"?"}"#) == .none)
    }

    @Test("emojis are replaced as a whole")
    func emojis() throws {
        let cache = try Cache.withGuild()
        guard
            case .emojisUpdated(10, let before, let after) = try cache.apply(
                "GUILD_EMOJIS_UPDATE",
                #"{"guild_id":"10","emojis":[{"id":"71","name":"cup"},{"id":"72","name":"pot"}]}"#)
        else { return #expect(Bool(false)) }
        #expect(before.map(\.name) == ["tea"] && after.map(\.name) == ["cup", "pot"])
        #expect(cache.guild(10)?.emojis == after)
    }

    private func isAvailable(_ change: Change) -> Bool { if case .guildAvailable = change { true } else { false } }
    private func isJoined(_ change: Change) -> Bool { if case .guildJoined = change { true } else { false } }
}
