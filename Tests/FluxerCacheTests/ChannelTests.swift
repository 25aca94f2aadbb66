import FluxerCache
import FluxerModel
import JSON
import Testing

@Suite("the cache: channels and roles")
struct ChannelCacheTests {
    @Test("channels come by position, roles by rank, each with its guild")
    func order() throws {
        let cache = try Cache.withGuild()
        #expect(cache.channels(of: 10).map(\.name) == ["a", "b"])
        #expect(cache.channels(of: 10).allSatisfy { $0.guildID == 10 })
        #expect(cache.roles(of: 10).map(\.name) == ["@everyone", "mods"])
        #expect(cache.channels(of: 99).isEmpty && cache.roles(of: 99).isEmpty)
    }

    @Test("a channel is created, updated with its before, deleted, and may come back")
    func life() throws {
        let cache = try Cache.withGuild()
        let text = #"{"id":"23","type":0,"guild_id":"10","name":"new"}"#
        guard case .channelCreated(let created) = try cache.apply("CHANNEL_CREATE", text) else {
            return #expect(Bool(false))
        }
        #expect(cache.channel(23) == created)
        guard
            case .channelUpdated(let before?, let after) = try cache.apply(
                "CHANNEL_UPDATE", #"{"id":"23","type":0,"guild_id":"10","name":"newer"}"#)
        else { return #expect(Bool(false)) }
        #expect(before.name == "new" && after.name == "newer")
        guard case .channelDeleted = try cache.apply("CHANNEL_DELETE", text) else { return #expect(Bool(false)) }
        #expect(cache.channel(23) == nil && cache.channels(of: 10).count == 2)
        #expect(try cache.apply("CHANNEL_DELETE", text) == .none)
        guard case .channelCreated = try cache.apply("CHANNEL_CREATE", text) else { return #expect(Bool(false)) }
    }

    @Test("an update without its guild's id stays in its guild")
    func withoutGuild() throws {
        let cache = try Cache.withGuild()
        try cache.apply("CHANNEL_UPDATE", #"{"id":"20","type":0,"name":"renamed"}"#)
        #expect(cache.channel(20)?.guildID == 10)
        #expect(cache.channels(of: 10).map(\.name).contains("renamed"))
    }

    @Test("a channel of a guild that is not known is not kept")
    func unknownGuild() throws {
        let cache = try Cache.withGuild()
        #expect(try cache.apply("CHANNEL_CREATE", #"{"id":"50","type":0,"guild_id":"99"}"#) == .none)
        #expect(cache.channel(50) == nil)
    }

    @Test("a bulk update tells every change")
    func bulk() throws {
        let cache = try Cache.withGuild()
        let change = try cache.apply(
            "CHANNEL_UPDATE_BULK",
            #"{"guild_id":"10","channels":[{"id":"20","type":0,"name":"x"},{"id":"21","type":0,"name":"y"}]}"#)
        guard case .several(let changes) = change else { return #expect(Bool(false)) }
        #expect(changes.count == 2)
        #expect(Set(cache.channels(of: 10).compactMap(\.name)) == ["x", "y"])
        let one = try cache.apply(
            "CHANNEL_UPDATE_BULK", #"{"guild_id":"10","channels":[{"id":"20","type":0,"name":"z"}]}"#)
        guard case .channelUpdated = one else { return #expect(Bool(false)) }
        #expect(try cache.apply("CHANNEL_UPDATE_BULK", #"{"guild_id":"10","channels":[]}"#) == .none)
    }

    @Test("a message moves the channel's last id forward, an update of the channel never back")
    func lastMessage() throws {
        let cache = try Cache.withGuild()
        #expect(cache.channel(20)?.lastMessageID == 5)
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        try cache.apply("MESSAGE_CREATE", Wire.message(29))
        #expect(cache.channel(20)?.lastMessageID == 30)
        try cache.apply("CHANNEL_UPDATE", #"{"id":"20","type":0,"guild_id":"10","last_message_id":"7"}"#)
        #expect(cache.channel(20)?.lastMessageID == 30)
        try cache.apply("MESSAGE_DELETE", #"{"id":"30","channel_id":"20"}"#)
        #expect(cache.channel(20)?.lastMessageID == 30)
    }

    @Test("a direct message from an unknown channel makes a stub with its author, which CHANNEL_CREATE fills")
    func directMessages() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30, channel: 50, guild: nil))
        #expect(cache.channel(50)?.type == .dm && cache.channel(50)?.lastMessageID == 30)
        #expect(cache.channel(50)?.recipients.map(\.id) == [2])
        guard
            case .channelUpdated(.some, _) = try cache.apply(
                "CHANNEL_CREATE", #"{"id":"50","type":1,"recipients":[{"id":"2","username":"mira"}]}"#)
        else { return #expect(Bool(false)) }
        try cache.apply("MESSAGE_CREATE", Wire.message(31, channel: 51, guild: nil, author: 1))
        #expect(cache.channel(51)?.recipients == [])
        #expect(cache.channels(of: 10).count == 2)
    }

    @Test("a message of a guild's unknown channel makes no direct channel")
    func hiddenChannel() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30, channel: 50))
        #expect(cache.channel(50) == nil)
    }

    @Test("direct channels are bounded")
    func boundedDirectChannels() throws {
        var limits = Cache.Limits()
        limits.directChannels = 3
        let cache = try Cache.started(limits: limits)
        for number in 1...10 {
            try cache.apply("MESSAGE_CREATE", Wire.message(number, channel: 50 + number, guild: nil))
        }
        #expect(cache.counts.channels == 3)
        #expect(cache.channel(57) == nil && cache.channel(58) != nil)
    }

    @Test("pins are noted on the channel")
    func pins() throws {
        let cache = try Cache.withGuild()
        try cache.apply(
            "CHANNEL_PINS_UPDATE",
            #"{"channel_id":"20","guild_id":"10","last_pin_timestamp":"2026-08-21T07:30:00.000Z"}"#)
        #expect(cache.channel(20)?.lastPinTimestamp != nil)
    }

    @Test("a role is created, updated with its before, and several at once")
    func roles() throws {
        let cache = try Cache.withGuild()
        guard
            case .roleCreated(10, let role) = try cache.apply(
                "GUILD_ROLE_CREATE", #"{"guild_id":"10","role":{"id":"12","name":"new","position":2}}"#)
        else { return #expect(Bool(false)) }
        #expect(cache.role(12, in: 10) == role)
        guard
            case .roleUpdated(10, let before?, let after) = try cache.apply(
                "GUILD_ROLE_UPDATE", #"{"guild_id":"10","role":{"id":"12","name":"newer","position":2}}"#)
        else { return #expect(Bool(false)) }
        #expect(before.name == "new" && after.name == "newer")
        guard
            case .several(let changes) = try cache.apply(
                "GUILD_ROLE_UPDATE_BULK",
                #"{"guild_id":"10","roles":[{"id":"11","name":"m","position":2},{"id":"12","name":"n","position":1}]}"#)
        else { return #expect(Bool(false)) }
        #expect(changes.count == 2 && cache.roles(of: 10).map(\.name) == ["@everyone", "n", "m"])
    }

    @Test("a deleted role leaves the members and the overwrites of its guild, and no others")
    func roleDeletion() throws {
        let cache = try Cache.withGuild()
        try cache.apply(
            "GUILD_CREATE", #"{"id":"12","properties":{"id":"12","name":"x"},"roles":[{"id":"11","name":"same"}]}"#)
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        try cache.apply("MESSAGE_CREATE", Wire.message(31, channel: 60, guild: 12))
        #expect(cache.member(2, in: 10)?.roles == [11])
        guard
            case .roleDeleted(10, 11, let role?) = try cache.apply(
                "GUILD_ROLE_DELETE", #"{"guild_id":"10","role_id":"11"}"#)
        else { return #expect(Bool(false)) }
        #expect(role.name == "mods" && cache.role(11, in: 10) == nil)
        #expect(cache.member(2, in: 10)?.roles == [] && cache.member(1, in: 10)?.roles == [])
        #expect(cache.channel(20)?.permissionOverwrites.map(\.id) == [2])
        #expect(cache.member(2, in: 12)?.roles == [11] && cache.role(11, in: 12) != nil)
        #expect(try cache.apply("GUILD_ROLE_DELETE", #"{"guild_id":"10","role_id":"11"}"#) == .none)
    }
}
