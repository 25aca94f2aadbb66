import FluxerCache
import FluxerModel
import JSON
import Testing

@Suite("the cache: members and accounts")
struct MemberCacheTests {
    @Test("a message brings its author and the author's membership")
    func fromMessages() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        #expect(cache.user(2)?.username == "mira")
        #expect(cache.member(2, in: 10)?.nick == "Mi")
        #expect(cache.member(2, in: 10)?.user?.username == "mira")
        #expect(cache.member(2, in: 11) == nil)
    }

    @Test("a webhook's author is neither an account nor a member")
    func webhooks() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30, author: 7, more: #""webhook_id":"7","#))
        #expect(cache.user(7) == nil && cache.member(7, in: 10) == nil)
    }

    @Test("reactions and typing bring members too")
    func fromOthers() throws {
        let cache = try Cache.withGuild()
        let member = #""member":{"user":{"id":"3","username":"kai"},"nick":"K","roles":[]}"#
        try cache.apply("TYPING_START", #"{"channel_id":"20","guild_id":"10","user_id":"3",\#(member)}"#)
        #expect(cache.member(3, in: 10)?.nick == "K")
        try cache.apply(
            "MESSAGE_REACTION_ADD",
            #"{"user_id":"4","channel_id":"20","message_id":"30","guild_id":"10","emoji":{"name":"x"},"member":{"user":{"id":"4","username":"lou"},"roles":[]}}"#
        )
        #expect(cache.member(4, in: 10)?.user?.username == "lou")
    }

    @Test("an account cut down to its id never replaces a fuller one, and stands in where there is none")
    func stubs() throws {
        let cache = try Cache.withGuild()
        #expect(cache.member(1, in: 10)?.user?.username == "bot")
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        try cache.apply("GUILD_MEMBER_UPDATE", #"{"guild_id":"10","user":{"id":"2"},"nick":"New","roles":[]}"#)
        #expect(cache.member(2, in: 10)?.nick == "New" && cache.user(2)?.username == "mira")
        try cache.apply("GUILD_MEMBER_UPDATE", #"{"guild_id":"10","user":{"id":"6"},"roles":[]}"#)
        #expect(cache.member(6, in: 10)?.user?.isStub == true)
    }

    @Test("a member joins, changes with its before, and leaves; the count follows")
    func life() throws {
        let cache = try Cache.withGuild()
        guard
            case .memberJoined(10, let joined) = try cache.apply(
                "GUILD_MEMBER_ADD", #"{"guild_id":"10","user":{"id":"5","username":"new"},"roles":[]}"#)
        else { return #expect(Bool(false)) }
        #expect(joined.user?.username == "new" && cache.guild(10)?.memberCount == 4)
        guard
            case .memberUpdated(10, let before?, let after) = try cache.apply(
                "GUILD_MEMBER_UPDATE",
                #"{"guild_id":"10","user":{"id":"5","username":"newer"},"nick":"N","roles":["11"]}"#)
        else { return #expect(Bool(false)) }
        #expect(before.nick == nil && after.nick == "N" && after.roles == [11])
        #expect(before.user?.username == "new" && cache.user(5)?.username == "newer")
        guard
            case .memberRemoved(10, 5, let gone?) = try cache.apply(
                "GUILD_MEMBER_REMOVE", #"{"guild_id":"10","user":{"id":"5"}}"#)
        else { return #expect(Bool(false)) }
        #expect(gone.nick == "N" && cache.member(5, in: 10) == nil && cache.guild(10)?.memberCount == 3)
        #expect(cache.user(5)?.username == "newer")
    }

    @Test("the count never goes below zero")
    func countFloor() throws {
        let cache = try Cache.withGuild()
        for _ in 0..<5 { try cache.apply("GUILD_MEMBER_REMOVE", #"{"guild_id":"10","user":{"id":"5"}}"#) }
        #expect(cache.guild(10)?.memberCount == 0)
    }

    @Test("USER_UPDATE changes the bot's own account")
    func me() throws {
        let cache = try Cache.withGuild()
        guard
            case .userUpdated(let before?, let after) = try cache.apply(
                "USER_UPDATE", #"{"id":"1","username":"renamed","bot":true}"#)
        else { return #expect(Bool(false)) }
        #expect(before.username == "bot" && after.username == "renamed")
        #expect(cache.me?.username == "renamed" && cache.member(1, in: 10)?.user?.username == "renamed")
    }

    @Test("members are bounded; who is seen again stays, the bot's own always")
    func bounds() throws {
        var limits = Cache.Limits()
        limits.members = 5
        limits.users = 5
        let cache = try Cache.withGuild(limits: limits)
        for number in 1...100 {
            try cache.apply("MESSAGE_CREATE", Wire.message(number, author: number + 100))
            try cache.apply("MESSAGE_CREATE", Wire.message(number + 1_000, author: 2))
        }
        #expect(cache.counts.members == 5 && cache.counts.users == 5)
        #expect(cache.member(2, in: 10)?.nick == "Mi")
        #expect(cache.member(200, in: 10) != nil && cache.member(196, in: 10) == nil)
        #expect(cache.member(1, in: 10) != nil)
    }

    @Test("limits of nothing keep nothing and harm nothing")
    func nothing() throws {
        var limits = Cache.Limits()
        (limits.members, limits.users, limits.messages, limits.directChannels) = (0, 0, 0, -1)
        let cache = try Cache.withGuild(limits: limits)
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        try cache.apply("MESSAGE_CREATE", Wire.message(31, channel: 50, guild: nil))
        let counts = cache.counts
        #expect(counts.guilds == 1 && counts.channels == 2)
        #expect(counts.members == 0 && counts.users == 0 && counts.messages == 0)
        #expect(cache.member(1, in: 10) != nil)
    }
}
