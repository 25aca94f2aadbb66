import FluxerModel
import JSON
import Testing

@Suite("requests")
struct RequestTests {
    func text(_ value: some WireWritable) -> String { String(decoding: value.json(), as: UTF8.self) }

    @Test("a plain message mentions users alone, and says so")
    func plain() {
        #expect(
            text(CreateMessage(content: "hi", nonce: "n"))
                == #"{"content":"hi","allowed_mentions":{"parse":["users"],"replied_user":true},"nonce":"n"}"#)
    }

    @Test("a reply carries its reference")
    func reply() {
        var message = CreateMessage(content: "hi", replyTo: MessageReference(messageID: MessageID(5)))
        message.allowedMentions = AllowedMentions.none
        #expect(
            text(message) == #"{"content":"hi","message_reference":{"message_id":"5","type":0},"#
                + #""allowed_mentions":{"parse":[],"replied_user":false}}"#)
    }

    @Test("mentions merge field by field over the bot's own")
    func merging() {
        let own = AllowedMentions(users: AllowedMentions.Choice.none)
        #expect(
            AllowedMentions(roles: .all).merged(over: own).merged(over: .safe)
                == AllowedMentions(everyone: false, users: AllowedMentions.Choice.none, roles: .all, repliedUser: true))
    }

    @Test("beside a list a category goes out as the ids that the text names, and parse is empty")
    func lists() {
        let mentions = AllowedMentions(roles: .only([RoleID(3)])).merged(over: .safe)
        let message = CreateMessage(content: "<@1> <@!2> <@1> <@&3> <@&4> <@x> <@", allowedMentions: mentions)
        #expect(
            text(message).contains(
                #""allowed_mentions":{"parse":[],"users":["1","2"],"roles":["3"],"replied_user":true}"#))
    }

    @Test("an empty list is nobody, and leaves the other category whole")
    func emptyList() {
        let mentions = AllowedMentions(everyone: true, users: .only([])).merged(over: .safe)
        #expect(throws: Never.self) { try CreateMessage(content: "a", allowedMentions: mentions).validate() }
        #expect(text(CreateMessage(content: "a", allowedMentions: mentions)).contains(#""parse":["everyone"]"#))
    }

    @Test(
        "what cannot be sent is an error that names the field",
        arguments: [
            (CreateMessage(), "content: is empty, and there is no embed or sticker"),
            (CreateMessage(content: " \n\u{3000}"), "content: is empty, and there is no embed or sticker"),
            (CreateMessage(content: String(repeating: "a", count: 4001)), "content: 4,001 of at most 4,000 characters"),
            (CreateMessage(content: String(repeating: "🍵", count: 2001)), "content: 4,002 of at most 4,000 characters"),
            (
                CreateMessage(embeds: [
                    Embed(fields: [
                        .init(name: "a", value: "b"), .init(name: "a", value: "b"),
                        .init(name: "a", value: String(repeating: "x", count: 1040)),
                    ])
                ]), "embeds[0].fields[2].value: 1,040 of at most 1,024 characters"
            ),
            (
                CreateMessage(embeds: [Embed(title: String(repeating: "x", count: 257))]),
                "embeds[0].title: 257 of at most 256 characters"
            ),
            (
                CreateMessage(embeds: [Embed(), Embed(author: .init(name: ""))]), "embeds[1].author.name: is missing"
            ),
            (
                CreateMessage(embeds: [Embed(image: .init(url: "file:///etc"))]),
                "embeds[0].image.url: must begin with http://, https:// or attachment://"
            ),
            (
                CreateMessage(embeds: [Embed(url: "attachment://a.png")]),
                "embeds[0].url: must begin with http:// or https://"
            ),
            (CreateMessage(embeds: [Embed(color: 1 << 24)]), "embeds[0].color: must be 0 to 16,777,215"),
            (
                CreateMessage(
                    embeds: [Embed](repeating: Embed(description: String(repeating: "x", count: 3001)), count: 2)),
                "embeds: 6,002 of at most 6,000 characters in all embeds together"
            ),
            (
                CreateMessage(embeds: [Embed(fields: Array(repeating: .init(name: "a", value: "b"), count: 26))]),
                "embeds[0].fields: 26 of at most 25 fields"
            ),
            (
                CreateMessage(
                    content: "a", allowedMentions: AllowedMentions(users: .only((0...100).map { UserID($0) }))),
                "allowed_mentions.users: 101 of at most 100 ids"
            ),
            (
                CreateMessage(
                    content: "a", allowedMentions: AllowedMentions(everyone: true, users: .only([UserID(1)]))),
                "allowed_mentions.everyone: cannot be true beside a list of users or roles"
            ),
            (
                CreateMessage(content: "a", nonce: String(repeating: "n", count: 33)),
                "nonce: 33 of at most 32 characters"
            ),
            (
                CreateMessage(
                    content: "a",
                    replyTo: MessageReference(messageID: MessageID(1), channelID: ChannelID(1), kind: .forward)),
                "message_reference: a forward cannot have content, embeds or stickers"
            ),
        ])
    func refused(message: CreateMessage, text: String) {
        let error = #expect(throws: ValidationError.self) { try message.validate() }
        #expect(error?.description == text)
    }

    @Test("limits count UTF-16 units, and are exact")
    func limits() throws {
        try CreateMessage(content: String(repeating: "🍵", count: 2000)).validate()
        try CreateMessage(content: String(repeating: "é", count: 4000)).validate()
        try CreateMessage(embeds: [Embed(url: "HTTPS://a", image: .init(url: "attachment://a.png"))]).validate()
    }

    @Test("the server's side reads what the client writes")
    func reading() throws {
        let message = CreateMessage(
            content: "hi", embeds: [Embed(title: "t")], replyTo: MessageReference(messageID: MessageID(5)),
            allowedMentions: AllowedMentions(users: .only([UserID(1)])).merged(over: .none), nonce: "n",
            flags: .suppressEmbeds)
        #expect(try CreateMessage(json: message.json()) == message)
    }

    @Test("the server's side tells a mixed request, and one without mentions from an empty one")
    func readingMentions() throws {
        let mixed = try CreateMessage(json: #"{"allowed_mentions":{"parse":["users"],"users":["1"]}}"#)
        #expect(mixed.allowedMentions?.isMixed == true)
        let cross = try CreateMessage(json: #"{"allowed_mentions":{"parse":["roles"],"users":["1"]}}"#)
        #expect(cross.allowedMentions?.isMixed == true)
        #expect(try CreateMessage(json: "{}").allowedMentions == nil)
        let empty = try #require(try CreateMessage(json: #"{"allowed_mentions":{}}"#).allowedMentions)
        #expect(!empty.allows(user: UserID(1)) && empty.everyone == false && empty.repliedUser == true)
        let listed = try #require(
            try CreateMessage(json: #"{"allowed_mentions":{"users":["1"]}}"#).allowedMentions)
        #expect(listed.allows(user: UserID(1)) && !listed.allows(user: UserID(2)) && !listed.isMixed)
    }

    @Test("an edit that only clears carries flags, as the server wants")
    func edits() throws {
        #expect(text(EditMessage(content: "")) == #"{"content":"","flags":0}"#)
        #expect(text(EditMessage(content: "a", embeds: [])) == #"{"content":"a","embeds":[]}"#)
        #expect(text(EditMessage(embeds: [], flags: .suppressEmbeds)) == #"{"embeds":[],"flags":4}"#)
        let error = #expect(throws: ValidationError.self) { try EditMessage().validate() }
        #expect(error?.field == "content")
        #expect(try EditMessage(json: #"{"content":null,"embeds":[]}"#) == EditMessage(content: "", embeds: []))
    }

    @Test("long texts are cut at lines, then at blanks, then between characters; nothing else is lost")
    func splitting() {
        #expect(MessageSplitter.split("short") == ["short"])
        #expect(MessageSplitter.split("") == [])
        #expect(MessageSplitter.split("aaaa bb\ncc dd", atMost: 10) == ["aaaa bb", "cc dd"])
        #expect(MessageSplitter.split("aaaa bbbb cccc", atMost: 10) == ["aaaa bbbb", "cccc"])
        #expect(MessageSplitter.split("aaaaaaaaaaaa", atMost: 5) == ["aaaaa", "aaaaa", "aa"])
        #expect(MessageSplitter.split("🍵🍵🍵", atMost: 3) == ["🍵", "🍵", "🍵"])
        let family = "👨‍👩‍👧‍👦"
        #expect(MessageSplitter.split(family + family, atMost: 11) == [family, family])
        let pieces = MessageSplitter.split(family, atMost: 4)
        #expect(pieces.joined() == family && pieces.allSatisfy { $0.utf16.count <= 4 })
        let long = (0..<3000).map { "word\($0)" }.joined(separator: " ")
        let parts = MessageSplitter.split(long)
        #expect(parts.allSatisfy { $0.utf16.count <= 2000 })
        #expect(parts.joined(separator: " ") == long)
    }
}
