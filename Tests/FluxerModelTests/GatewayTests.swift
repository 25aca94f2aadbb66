import FluxerModel
import JSON
import Testing

@Suite("gateway events")
struct GatewayTests {
    func decode(_ name: String, _ text: String) throws -> GatewayEvent {
        try GatewayEvent.decode(name: name, data: Array(text.utf8))
    }

    @Test("a frame's members come in any order, and d is only delimited")
    func frame() throws {
        let text = #"{"d":{"a":[1,2]},"x":{"op":9},"t":"MESSAGE_CREATE","s":7,"op":0}"#
        let bytes = Array(text.utf8)
        let frame = try GatewayFrame.read(bytes)
        #expect(frame.op == 0 && frame.sequence == 7 && frame.event == "MESSAGE_CREATE")
        let range = try #require(frame.dataRange)
        #expect(String(decoding: bytes[range], as: UTF8.self) == #"{"a":[1,2]}"#)
    }

    @Test(
        "frames without d, with null, false or an array are frames",
        arguments: [
            (#"{"op":11}"#, nil), (#"{"op":9,"d":false}"#, "false"), (#"{"op":1,"d":null,"s":null,"t":null}"#, "null"),
            (#"{"op":0,"s":2,"t":"SESSIONS_REPLACE","d":[{"session_id":"all"}]}"#, #"[{"session_id":"all"}]"#),
        ])
    func shapes(text: String, data: String?) throws {
        let bytes = Array(text.utf8)
        let frame = try GatewayFrame.read(bytes)
        #expect(frame.dataRange.map { String(decoding: bytes[$0], as: UTF8.self) } == data)
    }

    @Test(
        "garbage is an error",
        arguments: [
            "", "{", "[]", #"{"d":1}"#, #"{"op":0,"d":{"a":}}"#, #"{"op":0} {"op":1}"#, "\u{FEFF}{}", #"{"op":"x"}"#,
        ])
    func garbage(text: String) {
        #expect(throws: JSONError.self) { try GatewayFrame.read(Array(text.utf8)) }
    }

    @Test("READY is read with guilds as stubs, whole or none")
    func ready() throws {
        let event = try decode(
            "READY",
            #"{"version":1,"session_id":"b7","shard":[0,2],"user":{"id":"1","username":"helper","bot":true},"guilds":[{"id":"5","unavailable":true}],"rtc_regions":["automatic"]}"#
        )
        guard case .ready(let ready) = event else { throw Unexpected(event: event) }
        #expect(ready.sessionID == "b7" && ready.user.isBot && ready.shard == [0, 2])
        #expect(ready.guilds == [GuildCreate(id: GuildID(5), guild: nil, isUnavailable: true)])
    }

    @Test("GUILD_CREATE is read nested and flat, and both are the same guild")
    func guildCreate() throws {
        let collections = #"""
            "roles":[{"id":"5","name":"@everyone","permissions":"104188929"}],"channels":[{"id":"6","type":0,"name":"lobby"}],
            "members":[{"user":{"id":"1"},"roles":[]}],"emojis":[],"presences":[],"voice_states":[],"member_count":12,
            "online_count":3,"joined_at":"2026-08-20T18:00:00.000Z"
            """#
        let settings = #""name":"Tea Room","owner_id":"7","features":["BANNER"]"#
        let nested = try decode("GUILD_CREATE", #"{"id":"5","properties":{"id":"5",\#(settings)},\#(collections)}"#)
        let flat = try decode("GUILD_CREATE", #"{"id":"5",\#(settings),\#(collections)}"#)
        #expect(nested == flat)
        guard case .guildCreate(let create) = nested else { throw Unexpected(event: nested) }
        #expect(create.guild?.name == "Tea Room" && create.guild?.ownerID == UserID(7))
        #expect(create.memberCount == 12 && create.channels.map(\.name) == ["lobby"])
        #expect(create.members.first?.user?.isStub == true)
        #expect(try GuildCreate(json: create.json()) == create)
    }

    @Test("an unavailable guild is no join and no settings")
    func unavailable() throws {
        let event = try decode("GUILD_CREATE", #"{"id":"5","unavailable":true}"#)
        #expect(event == .guildCreate(GuildCreate(id: GuildID(5), guild: nil, isUnavailable: true)))
        #expect(try decode("GUILD_DELETE", #"{"id":"5"}"#) == .guildDelete(GuildDelete(id: GuildID(5))))
        #expect(
            try decode("GUILD_DELETE", #"{"id":"5","guild_id":"5","unavailable":true}"#)
                == .guildDelete(GuildDelete(id: GuildID(5), isUnavailable: true)))
    }

    @Test(
        "small events",
        arguments: [
            ("RESUMED", "null", GatewayEvent.resumed), ("RESUMED", "{}", .resumed),
            ("GUILD_ROLE_DELETE", #"{"guild_id":"1","role_id":"2"}"#, .roleDelete(GuildID(1), RoleID(2))),
            (
                "GUILD_ROLE_CREATE", #"{"guild_id":"1","role":{"id":"2","name":"a"}}"#,
                .roleCreate(GuildID(1), Role(id: RoleID(2), name: "a"))
            ),
            (
                "GUILD_ROLE_UPDATE_BULK", #"{"roles":[{"id":"2","name":"a"}],"guild_id":"1"}"#,
                .roleUpdateBulk(GuildID(1), [Role(id: RoleID(2), name: "a")])
            ),
            (
                "MESSAGE_DELETE", #"{"id":"3","channel_id":"4","content":null}"#,
                .messageDelete(MessageDelete(id: MessageID(3), channelID: ChannelID(4)))
            ),
            (
                "MESSAGE_DELETE_BULK", #"{"ids":["3","4"],"channel_id":"4"}"#,
                .messageDeleteBulk(MessageDeleteBulk(ids: [MessageID(3), MessageID(4)], channelID: ChannelID(4)))
            ),
            (
                "MESSAGE_REACTION_ADD", #"{"user_id":"1","channel_id":"2","message_id":"3","emoji":{"name":"🍵"}}"#,
                .reactionAdd(
                    ReactionEvent(
                        userID: UserID(1), channelID: ChannelID(2), messageID: MessageID(3), emoji: Emoji(name: "🍵")))
            ),
            (
                "MESSAGE_REACTION_REMOVE_ALL", #"{"channel_id":"2","message_id":"3"}"#,
                .reactionRemoveAll(ReactionsCleared(channelID: ChannelID(2), messageID: MessageID(3)))
            ),
            (
                "TYPING_START", #"{"channel_id":"2","user_id":"1","timestamp":1788167642}"#,
                .typingStart(
                    Typing(
                        channelID: ChannelID(2), userID: UserID(1),
                        timestamp: Timestamp(milliseconds: 1_788_167_642_000)))
            ),
            (
                "TYPING_START", #"{"channel_id":"2","user_id":"1","timestamp":1788167642000}"#,
                .typingStart(
                    Typing(
                        channelID: ChannelID(2), userID: UserID(1),
                        timestamp: Timestamp(milliseconds: 1_788_167_642_000)))
            ),
            ("GUILD_MEMBER_REMOVE", #"{"guild_id":"1","user":{"id":"2"}}"#, .memberRemove(GuildID(1), UserID(2))),
            (
                "GUILD_MEMBER_ADD", #"{"guild_id":"1","user":{"id":"2"},"roles":["3"]}"#,
                .memberAdd(GuildID(1), Member(user: User(id: UserID(2)), roles: [RoleID(3)]))
            ),
            (
                "CHANNEL_PINS_UPDATE", #"{"channel_id":"2","last_pin_timestamp":null}"#,
                .channelPinsUpdate(ChannelID(2), nil)
            ),
            ("SOMETHING_NEW", #"[1]"#, .unknown("SOMETHING_NEW")),
            ("SESSIONS_REPLACE", "[]", .unknown("SESSIONS_REPLACE")),
        ])
    func small(name: String, text: String, event: GatewayEvent) throws {
        #expect(try decode(name, text) == event)
    }

    @Test("d of another shape than the event's is an error, never a trap")
    func wrongShapes() {
        for name in GatewayEvent.knownNames where name != "RESUMED" && name != "CHANNEL_UPDATE_BULK" {
            for text in ["null", "[]", "1", "\"x\"", "{}", "", #"{"id":{}}"#] {
                #expect(throws: JSONError.self, "\(name) \(text)") { try decode(name, text) }
            }
        }
    }

    @Test("an event is read where it stands in the frame")
    func inPlace() throws {
        let bytes = Array(#"{"op":0,"s":5,"t":"GUILD_DELETE","d":{"id":"9"}}"#.utf8)
        let frame = try GatewayFrame.read(bytes)
        let event = try GatewayEvent.decode(name: frame.event ?? "", data: bytes, range: frame.dataRange)
        #expect(event == .guildDelete(GuildDelete(id: GuildID(9))))
        #expect(throws: JSONError.self) { try GatewayEvent.decode(name: "GUILD_DELETE", data: bytes, range: 900..<999) }
    }

    struct Unexpected: Error { let event: GatewayEvent }
}
