import FluxerModel
import JSON
import Testing

@Suite("entities")
struct EntityTests {
    static let message = #"""
        {"id":"1502000300000000009","channel_id":"1502000100000000001","guild_id":"1502000100000000000","channel_type":0,
        "type":19,"flags":4,"author":{"id":"1502000000000000777","username":"mira","discriminator":"0007",
        "global_name":"Mira","avatar":null,"flags":0},"member":{"nick":"Mi","roles":["5","6"],
        "joined_at":"2026-08-19T10:00:00.000Z","mute":false,"deaf":false},"content":"!brew \"green\"",
        "timestamp":"2026-08-21T07:30:00.000Z","edited_timestamp":null,"pinned":true,"tts":false,
        "mention_everyone":false,"mentions":[{"id":"8","username":"tom"}],"mention_roles":["5"],
        "embeds":[{"type":"rich","title":"T","fields":[{"name":"n","value":"v","inline":true}],"footer":{"text":"f"}}],
        "attachments":[{"id":"3","filename":"a.png","size":5000000000,"content_type":"image/png","url":null,
        "proxy_url":null,"flags":8}],"stickers":[{"id":"4","name":"s","animated":true}],
        "reactions":[{"emoji":{"name":"🍵"},"count":2,"me":true}],
        "message_reference":{"channel_id":"1502000100000000001","message_id":"77","type":0},"referenced_message":null}
        """#

    @Test("a message of the gateway is read whole")
    func messageCreate() throws {
        let message = try Message(json: Self.message)
        #expect(message.id == MessageID(1_502_000_300_000_000_009))
        #expect(message.guildID == GuildID(1_502_000_100_000_000_000))
        #expect(message.channelType == .guildText)
        #expect(message.type == .reply)
        #expect(message.flags == .suppressEmbeds)
        #expect(message.author.displayName == "Mira")
        #expect(message.author.tag == "mira#0007")
        #expect(message.author.mention == "<@1502000000000000777>")
        #expect(message.member?.displayName == "Mi")
        #expect(message.member?.roles == [RoleID(5), RoleID(6)])
        #expect(message.content == "!brew \"green\"")
        #expect(message.timestamp.description == "2026-08-21T07:30:00.000Z")
        #expect(message.editedTimestamp == nil)
        #expect(message.isPinned)
        #expect(message.mentions.map(\.username) == ["tom"])
        #expect(message.embeds.first?.fields == [Embed.Field(name: "n", value: "v", isInline: true)])
        #expect(message.attachments.first?.size == 5_000_000_000)
        #expect(message.attachments.first?.isSpoiler == true)
        #expect(message.stickers.first?.isAnimated == true)
        #expect(message.reactions == [Reaction(emoji: Emoji(name: "🍵"), count: 2, isMine: true)])
        #expect(message.reference?.messageID == MessageID(77))
        #expect(message.isReferenceDeleted && message.referencedMessage == nil)
    }

    @Test("what is written reads as the same value")
    func roundTrip() throws {
        let message = try Message(json: Self.message)
        #expect(try Message(json: message.json()) == message)
        let guild = Guild(id: GuildID(1), name: "Tea Room", ownerID: UserID(2)).with { fields in
            fields.features = ["BANNER"]
            fields.roles = [Role(id: RoleID(1), name: "@everyone", permissions: .everyoneDefault)]
            fields.permissions = .everything
            fields.mfaLevel = 1
        }
        #expect(try Guild(json: guild.json()) == guild)
        var voice = Channel(id: ChannelID(9), type: .guildVoice, guildID: GuildID(1), name: "talk", position: 3)
        voice.bitrate = 64_000
        voice.permissionOverwrites = [PermissionOverwrite(role: RoleID(1), deny: .viewChannel)]
        #expect(try Channel(json: voice.json()) == voice)
        let direct = Channel(id: ChannelID(9), type: .dm, recipients: [User(id: UserID(4), username: "tom")])
        #expect(try Channel(json: direct.json()) == direct)
    }

    @Test("absent, null and wrong values of optional members read as absent")
    func tolerance() throws {
        let message = try Message(
            json: #"""
                {"id":5,"channel_id":"6","author":{"id":"7"},"content":{"no":1},"mentions":null,"embeds":"x",
                "attachments":[1,{"filename":"without id"},{"id":"1","size":"12","flags":1e1}],"type":999,"pinned":"yes",
                "flags":1.5,"timestamp":"soon","mention_roles":["1",null,"x"],"future":[{"deep":[{}]}],"edited_timestamp":12}
                """#)
        #expect(message.id == MessageID(5))
        #expect(message.content == "")
        #expect(message.author.isStub)
        #expect(message.mentions.isEmpty && message.embeds.isEmpty)
        #expect(message.attachments.map(\.size) == [12])
        #expect(message.attachments.map(\.flags) == [10])
        #expect(message.type == MessageType(rawValue: 999))
        #expect(message.mentionRoles == [RoleID(1)])
        #expect(message.timestamp == MessageID(5).createdAt)
        #expect(message.referencedMessage == nil && !message.isReferenceDeleted)
    }

    @Test(
        "a message without what identifies it is an error that names the member",
        arguments: [
            (#"{"channel_id":"6","author":{"id":"7"}}"#, "message.id"),
            (#"{"id":"5","author":{"id":"7"}}"#, "message.channel_id"),
            (#"{"id":"5","channel_id":"6"}"#, "message.author"),
            (#"{"id":"05","channel_id":"6","author":{"id":"7"}}"#, "message.id"),
        ])
    func missing(text: String, name: String) {
        let error = #expect(throws: JSONError.self) { try Message(json: text) }
        #expect(error?.description.contains(name) == true)
    }

    @Test(
        "broken JSON inside a member that nobody needs is an error all the same",
        arguments: [
            #"{"id":"5","channel_id":"6","author":{"id":"7"},"future":[1,}"#,
            #"{"id":"5","channel_id":"6","author":{"id":"7","x":tru}}"#,
            #"{"id":"5","channel_id":"6","author":{"id":"7"}} x"#,
            #"[]"#, #"null"#, "",
        ])
    func broken(text: String) {
        #expect(throws: JSONError.self) { try Message(json: text) }
    }

    @Test("a changed copy leaves the first as it was")
    func copies() {
        let first = Message(id: MessageID(1), channelID: ChannelID(2), author: User(id: UserID(3)), content: "a")
        let second = first.with { $0.content = "b" }
        #expect(first.content == "a" && second.content == "b")
        #expect(first != second && second == first.with { $0.content = "b" })
    }

    @Test(
        "emojis are read from every text form",
        arguments: [
            ("🍵", Emoji(name: "🍵"), "🍵", "🍵"),
            ("tea:12", Emoji(id: EmojiID(12), name: "tea"), "tea:12", "<:tea:12>"),
            ("<:tea:12>", Emoji(id: EmojiID(12), name: "tea", isAnimated: false), "tea:12", "<:tea:12>"),
            ("<a:tea:12>", Emoji(id: EmojiID(12), name: "tea", isAnimated: true), "tea:12", "<a:tea:12>"),
            (":tea:", Emoji(name: ":tea:"), ":tea:", ":tea:"),
        ])
    func emoji(text: String, emoji: Emoji, path: String, mention: String) {
        #expect(Emoji(parsing: text) == emoji)
        #expect(emoji.reactionText == path && emoji.mention == mention)
    }

    @Test("of two roles at one position the older ranks higher")
    func hierarchy() {
        let old = Role(id: RoleID(1), name: "old", position: 2)
        let young = Role(id: RoleID(2), name: "young", position: 2)
        let high = Role(id: RoleID(3), name: "high", position: 3)
        #expect(old.outranks(young) && !young.outranks(old) && high.outranks(old) && !old.outranks(old))
    }
}
