import FluxerCache
import FluxerModel
import JSON
import Testing

@Suite("the cache: messages and reactions")
struct MessageCacheTests {
    private func reactions(_ cache: Cache) -> [Reaction]? { cache.message(30, in: 20)?.reactions }

    @Test("a message is found in its channel only")
    func lookUp() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        #expect(cache.message(30, in: 20)?.content == "hi")
        #expect(cache.message(30, in: 21) == nil)
    }

    @Test("an edit has its before, a deletion the message, if they were seen")
    func edits() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        guard
            case .messageEdited(let before?, let after) = try cache.apply(
                "MESSAGE_UPDATE", Wire.message(30, content: "new"))
        else { return #expect(Bool(false)) }
        #expect(before.content == "hi" && after.content == "new")
        guard case .messageDeleted(_, let gone?) = try cache.apply("MESSAGE_DELETE", #"{"id":"30","channel_id":"20"}"#)
        else {
            return #expect(Bool(false))
        }
        #expect(gone.content == "new")
        guard case .messageDeleted(_, nil) = try cache.apply("MESSAGE_DELETE", #"{"id":"30","channel_id":"20"}"#) else {
            return #expect(Bool(false))
        }
        guard case .messageEdited(nil, _) = try cache.apply("MESSAGE_UPDATE", Wire.message(31)) else {
            return #expect(Bool(false))
        }
        #expect(cache.message(31, in: 20) == nil)
    }

    @Test("an edit keeps what only the creation told, and payloads without a guild get their channel's")
    func kept() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        guard
            case .messageEdited(_, let after) = try cache.apply(
                "MESSAGE_UPDATE",
                #"{"id":"30","channel_id":"20","author":{"id":"2","username":"mira"},"content":"x","timestamp":"2026-08-21T07:30:00.000Z"}"#
            )
        else { return #expect(Bool(false)) }
        #expect(after.guildID == 10 && after.member?.nick == "Mi" && after.channelType == .guildText)
        guard case .message(let message) = try cache.apply("MESSAGE_CREATE", Wire.message(31, guild: nil)) else {
            return #expect(Bool(false))
        }
        #expect(message.guildID == 10)
    }

    @Test("a bulk deletion gives the messages that were seen")
    func bulk() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        try cache.apply("MESSAGE_CREATE", Wire.message(31))
        guard
            case .messagesDeleted(let event, let gone) = try cache.apply(
                "MESSAGE_DELETE_BULK", #"{"ids":["29","30","31"],"channel_id":"20","guild_id":"10"}"#)
        else { return #expect(Bool(false)) }
        #expect(event.ids.count == 3 && gone.map(\.id) == [30, 31] && cache.counts.messages == 0)
    }

    @Test("only the last messages are kept, over all channels; an edit does not make one newer")
    func bounds() throws {
        var limits = Cache.Limits()
        limits.messages = 10
        let cache = try Cache.withGuild(limits: limits)
        for number in 1...10 { try cache.apply("MESSAGE_CREATE", Wire.message(number, channel: 20 + number % 2)) }
        try cache.apply("MESSAGE_UPDATE", Wire.message(1, channel: 21, content: "edited"))
        try cache.apply("MESSAGE_CREATE", Wire.message(11))
        #expect(cache.counts.messages == 10)
        #expect(cache.message(1, in: 21) == nil && cache.message(2, in: 20) != nil)
        #expect(Cache.Limits().messages == 1_000)
    }

    @Test("reactions are counted, the bot's own is marked and counts once, an emoji at 0 is gone")
    func counting() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        guard case .reactionAdded(_, let seen?) = try cache.apply("MESSAGE_REACTION_ADD", Wire.reaction(1)) else {
            return #expect(Bool(false))
        }
        #expect(seen.reactions.map(\.count) == [1])
        try cache.apply("MESSAGE_REACTION_ADD", Wire.reaction(1))
        try cache.apply("MESSAGE_REACTION_ADD", Wire.reaction(2))
        try cache.apply("MESSAGE_REACTION_ADD", Wire.reaction(2, "🫖"))
        #expect(reactions(cache)?.map(\.count) == [2, 1] && reactions(cache)?.map(\.isMine) == [true, false])
        try cache.apply("MESSAGE_REACTION_REMOVE", Wire.reaction(1))
        #expect(reactions(cache)?.map(\.isMine) == [false, false])
        try cache.apply("MESSAGE_REACTION_REMOVE", Wire.reaction(2))
        #expect(reactions(cache)?.map(\.emoji.name) == ["🫖"])
        try cache.apply("MESSAGE_REACTION_REMOVE", Wire.reaction(2, "☕"))
        #expect(reactions(cache)?.count == 1)
        guard case .reactionAdded(_, nil) = try cache.apply("MESSAGE_REACTION_ADD", Wire.reaction(2, message: 99))
        else {
            return #expect(Bool(false))
        }
    }

    @Test("an edit's own idea of whose reactions are the bot's is not believed")
    func ownFlag() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        try cache.apply("MESSAGE_REACTION_ADD", Wire.reaction(1))
        try cache.apply(
            "MESSAGE_UPDATE",
            Wire.message(
                30, more: #""reactions":[{"emoji":{"name":"🍵"},"count":1},{"emoji":{"name":"🫖"},"count":1,"me":true}],"#
            ))
        #expect(reactions(cache)?.map(\.isMine) == [true, false])
    }

    @Test("all reactions, or those of one emoji, are cleared")
    func clearing() throws {
        let cache = try Cache.withGuild()
        try cache.apply("MESSAGE_CREATE", Wire.message(30))
        try cache.apply("MESSAGE_REACTION_ADD", Wire.reaction(2))
        try cache.apply("MESSAGE_REACTION_ADD", Wire.reaction(2, "🫖"))
        try cache.apply(
            "MESSAGE_REACTION_REMOVE_EMOJI", #"{"channel_id":"20","message_id":"30","emoji":{"name":"🍵"}}"#)
        #expect(reactions(cache)?.map(\.emoji.name) == ["🫖"])
        try cache.apply("MESSAGE_REACTION_REMOVE_ALL", #"{"channel_id":"20","message_id":"30"}"#)
        #expect(reactions(cache) == [])
    }
}
