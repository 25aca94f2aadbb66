import FluxerModel
import JSON
import Testing

@testable import FluxerSandbox

@Suite("REST over real sockets", .timeLimit(.minutes(1)))
struct RESTTests {
    @Test("the bot sees itself, its guild and its channels")
    func itself() async throws {
        try await SandboxSession.run { session async throws in
            let me = try await session.api("GET", "/users/@me")
            #expect(me.status == 200)
            #expect(me.id == session.sandbox.bot.id.description)
            #expect(me.json?["bot"]?.boolValue == true)
            let guilds = try await session.api("GET", "/users/@me/guilds?limit=100")
            #expect(guilds.json?[0]?["name"]?.stringValue == "Moonlit Harbour")
            #expect(guilds.json?[0]?["permissions"]?.stringValue != nil)
            let past = try await session.api("GET", "/users/@me/guilds?after=\(session.sandbox.guild.id)")
            #expect(past.text == "[]")
            let channel = try await session.api("GET", "/channels/\(session.general)")
            #expect(channel.json?["name"]?.stringValue == "general")
            #expect(channel.headers["content-type"] == "application/json")
            #expect(channel.headers["x-request-id"]?.isEmpty == false)
        }
    }

    @Test("discovery and health need no token; HEAD works; routes answer without /v1 too")
    func open() async throws {
        try await SandboxSession.run { session async throws in
            let base = session.address.baseURL
            let found = try await session.send("GET", "\(base)/.well-known/fluxer", [], nil)
            #expect(found.json?["endpoints"]?["gateway"]?.stringValue == session.address.gatewayURL)
            #expect(found.json?["endpoints"]?["api"]?.stringValue == base)
            #expect(try await session.send("GET", "\(base)/_health", [], nil).status == 200)
            let bot = [("Authorization", "Bot \(session.sandbox.botToken)")]
            #expect(try await session.send("GET", "\(base)/users/@me", bot, nil).status == 200)
            let head = try await session.send("HEAD", "\(base)/v1/users/@me", bot, nil)
            #expect(head.status == 200)
            #expect(head.text.isEmpty)
        }
    }

    @Test("tokens: 401 with the codes of each route")
    func tokens() async throws {
        try await SandboxSession.run { session async throws in
            #expect(try await session.api("GET", "/users/@me", token: "1.wrong").code == "UNAUTHORIZED")
            #expect(try await session.api("GET", "/users/@me", token: "1.wrong").status == 401)
            let url = "\(session.address.apiURL)/gateway/bot"
            #expect(try await session.send("GET", url, [], nil).code == "MISSING_AUTHORIZATION")
            #expect(try await session.send("GET", url, [("Authorization", "flx_x")], nil).code == "INVALID_AUTH_TOKEN")
            #expect(
                try await session.api("GET", "/gateway/bot", token: "7.anything").status == 200, "only the shape counts"
            )
        }
    }

    @Test(
        "what is not there",
        arguments: [
            ("GET", "/nonsense", 404, "NOT_FOUND"), ("GET", "/users/@me/", 404, "NOT_FOUND"),
            ("PUT", "/users/@me", 404, "NOT_FOUND"), ("OPTIONS", "/users/@me", 404, "NOT_FOUND"),
            ("GET", "/channels/17", 404, "UNKNOWN_CHANNEL"), ("GET", "/channels/x", 400, "INVALID_FORM_BODY"),
            ("GET", "/channels/17/messages", 404, "UNKNOWN_CHANNEL"),
            ("GET", "/channels/GENERAL/messages/17", 404, "UNKNOWN_MESSAGE"),
            ("DELETE", "/channels/GENERAL/messages/17", 404, "UNKNOWN_MESSAGE"),
            ("GET", "/channels/GENERAL/messages?limit=101", 400, "INVALID_FORM_BODY"),
            ("GET", "/channels/99999999999999999999/messages", 400, "INVALID_FORM_BODY"),
            ("PUT", "/channels/GENERAL/messages/17/reactions/%F0%9F%91%8D/@me", 404, "UNKNOWN_MESSAGE"),
        ])
    func missing(method: String, path: String, status: Int, code: String) async throws {
        try await SandboxSession.run { session async throws in
            let path = path.replacing("GENERAL", with: session.general.description)
            let reply = try await session.api(method, path)
            #expect(reply.status == status)
            #expect(reply.code == code)
            #expect(reply.json?["message"]?.stringValue?.isEmpty == false)
        }
    }

    @Test("a message is created, read, edited and deleted")
    func life() async throws {
        try await SandboxSession.run { session async throws in
            let path = "/channels/\(session.general)/messages"
            let sent = try await session.api("POST", path, #"{"content":"one"}"#)
            #expect(sent.status == 200)
            #expect(sent.json?["guild_id"] == nil, "REST messages have no guild")
            #expect(sent.json?["member"] == nil)
            #expect(sent.json?["edited_timestamp"]?.isNull == true)
            let read = try await session.api("GET", "\(path)/\(sent.id)")
            #expect(read.json?["content"]?.stringValue == "one")
            let edited = try await session.api("PATCH", "\(path)/\(sent.id)", #"{"content":"two"}"#)
            #expect(edited.json?["content"]?.stringValue == "two")
            #expect(edited.json?["edited_timestamp"]?.isNull == false)
            #expect(try await session.api("PATCH", "\(path)/\(sent.id)", "{}").code == "CANNOT_SEND_EMPTY_MESSAGE")
            let gone = try await session.api("DELETE", "\(path)/\(sent.id)")
            #expect(gone.status == 204)
            #expect(gone.text.isEmpty)
            #expect(try await session.api("GET", "\(path)/\(sent.id)").code == "UNKNOWN_MESSAGE")
        }
    }

    @Test("lists are newest first and paged by exclusive cursors")
    func pages() async throws {
        try await SandboxSession.run { session async throws in
            let ids = try (1...5).map { try session.sandbox.say(as: session.mira, in: session.general, "\($0)").id }
            #expect(ids == ids.sorted())
            #expect(Set(ids).count == 5)
            func list(_ query: String) async throws -> [String] {
                let reply = try await session.api("GET", "/channels/\(session.general)/messages?\(query)")
                return (reply.json?.arrayValue ?? []).compactMap { $0["content"]?.stringValue }
            }
            #expect(try await list("limit=2") == ["5", "4"])
            #expect(try await list("limit=2&before=\(ids[3])") == ["3", "2"])
            #expect(try await list("limit=2&after=\(ids[0])") == ["3", "2"], "the nearest page above")
            #expect(try await list("before=\(ids[4])&after=\(ids[1])") == ["4", "3"])
            #expect(try await list("limit=3&around=\(ids[2])") == ["4", "3", "2"])
            #expect(try await list("after=0").count == 5)
        }
    }

    @Test(
        "bodies that are refused",
        arguments: [
            ("{", "INVALID_MESSAGE_DATA"), ("[]", "INVALID_MESSAGE_DATA"), (#"{"content":5}"#, "INVALID_MESSAGE_DATA"),
            (#"{"content":"a","nonce":""}"#, "INVALID_MESSAGE_DATA"),
            (#"{"content":"a","nonce":"123456789012345678901234567890123"}"#, "INVALID_MESSAGE_DATA"),
            (#"{"content":"a","flags":"x"}"#, "INVALID_MESSAGE_DATA"),
            (#"{"embeds":[{"title":5}]}"#, "INVALID_MESSAGE_DATA"),
            (#"{"embeds":[{"title":"t","color":16777216}]}"#, "INVALID_MESSAGE_DATA"),
            (#"{"embeds":[{"title":"t","url":"ftp://x"}]}"#, "INVALID_MESSAGE_DATA"),
            (#"{"embeds":[{"fields":[{"name":"n"}]}]}"#, "INVALID_MESSAGE_DATA"),
            (#"{"embeds":[{},{},{},{},{},{},{},{},{},{},{}]}"#, "TOO_MANY_EMBEDS"),
            (#"{"content":"a","allowed_mentions":{"parse":["nobody"]}}"#, "INVALID_MESSAGE_DATA"),
            (
                #"{"content":"a","allowed_mentions":{"parse":["users"],"roles":["1"]}}"#,
                "PARSE_AND_USERS_OR_ROLES_CANNOT_BE_USED_TOGETHER"
            ),
            (#"{"content":"a","message_reference":{"message_id":"x"}}"#, "INVALID_MESSAGE_DATA"),
        ])
    func refusedBodies(body: String, code: String) async throws {
        try await SandboxSession.run { session async throws in
            let reply = try await session.api("POST", "/channels/\(session.general)/messages", body)
            #expect(reply.status == 400)
            #expect(reply.code == "INVALID_FORM_BODY")
            #expect(reply.json?["errors"]?[0]?["code"]?.stringValue == code)
            #expect(session.sandbox.messages(in: session.general).isEmpty)
        }
    }

    @Test("nothing to see is refused; too long a text names its field")
    func emptyAndLong() async throws {
        try await SandboxSession.run { session async throws in
            let path = "/channels/\(session.general)/messages"
            for body in ["{}", #"{"content":" \n "}"#, #"{"embeds":[]}"#] {
                #expect(try await session.api("POST", path, body).code == "CANNOT_SEND_EMPTY_MESSAGE")
            }
            let long = String(repeating: "x", count: 4_001)
            let reply = try await session.api("POST", path, #"{"content":"\#(long)"}"#)
            #expect(reply.json?["errors"]?[0]?["path"]?.stringValue == "content")
            #expect(reply.json?["errors"]?[0]?["code"]?.stringValue == "CONTENT_EXCEEDS_MAX_LENGTH")
            #expect(try await session.api("POST", path, #"{"content":"\#(long.dropLast())"}"#).status == 200)
        }
    }

    @Test("the same nonce brings the first message again, in another channel it is unknown")
    func nonces() async throws {
        let calendar = Lock<Int64>(1_800_000_000_000)
        try await SandboxSession.run({ $0.clocks.calendar = { calendar.current } }) { session async throws in
            let path = "/channels/\(session.general)/messages"
            let first = try await session.api("POST", path, #"{"content":"a","nonce":"n"}"#)
            #expect(first.json?["nonce"]?.stringValue == "n")
            let second = try await session.api("POST", path, #"{"content":"b","nonce":"n"}"#)
            #expect(second.id == first.id)
            #expect(second.json?["content"]?.stringValue == "a")
            #expect(session.sandbox.messages(in: session.general).count == 1)
            let other = "/channels/\(session.sandbox.channels[1].id)/messages"
            #expect(try await session.api("POST", other, #"{"content":"a","nonce":"n"}"#).code == "UNKNOWN_MESSAGE")
            calendar.change { $0 += 300_000 }
            #expect(try await session.api("POST", path, #"{"content":"c","nonce":"n"}"#).id != first.id)
        }
    }

    @Test("a reply carries its target, pings its author, and says when the target is gone")
    func replies() async throws {
        try await SandboxSession.run { session async throws in
            let path = "/channels/\(session.general)/messages"
            let asked = try session.sandbox.say(as: session.mira, in: session.general, "?")
            let reference = #""message_reference":{"message_id":"\#(asked.id)"}"#
            let reply = try await session.api("POST", path, #"{"content":"!",\#(reference)}"#)
            #expect(reply.json?["type"]?.intValue == 19)
            #expect(reply.json?["referenced_message"]?["content"]?.stringValue == "?")
            #expect(reply.json?["mentions"]?[0]?["username"]?.stringValue == "mira")
            let quiet = #""allowed_mentions":{"parse":[],"replied_user":false}"#
            let silent = try await session.api("POST", path, #"{"content":"!",\#(quiet),\#(reference)}"#)
            #expect(silent.json?["mentions"]?.arrayValue == [])
            #expect(session.sandbox.replies(to: asked.id).count == 2)
            #expect(session.sandbox.replyCounts(in: session.general)[asked.id] == 2)
            try session.sandbox.delete(asked.id, in: session.general, as: session.mira)
            let late = try await session.api("GET", "\(path)/\(reply.id)")
            #expect(late.json?["referenced_message"]?.isNull == true)
            let unknown = try await session.api(
                "POST", path, #"{"content":"!","message_reference":{"message_id":"17"}}"#)
            #expect(unknown.code == "UNKNOWN_MESSAGE")
        }
    }

    @Test("mentions follow allowed_mentions, permissions and code spans")
    func mentions() async throws {
        try await SandboxSession.run { session async throws in
            let path = "/channels/\(session.general)/messages"
            let role = session.sandbox.roles.first { $0.name == "Regulars" }?.id.description ?? ""
            let text = "<@\(session.mira)> <@!\(session.jonas)> `<@\(session.aiko)>` <@&\(role)> @everyone"
            func send(_ rules: String?) async throws -> JSONValue? {
                let more = rules.map { #","allowed_mentions":\#($0)"# } ?? ""
                return try await session.api("POST", path, #"{"content":"\#(text)"\#(more)}"#).json
            }
            let all = try await send(nil)
            #expect(all?["mentions"]?.arrayValue?.count == 2)
            #expect(all?["mention_roles"]?.arrayValue?.count == 1)
            #expect(all?["mention_everyone"]?.boolValue == false, "the bot may not")
            let none = try await send(#"{"parse":[]}"#)
            #expect(none?["mentions"]?.arrayValue?.isEmpty == true)
            #expect(none?["users"]?.arrayValue?.count == 2)
            #expect(none?["mention_roles"]?.arrayValue?.isEmpty == true)
            let empty = try await send("{}")
            #expect(empty?["mentions"]?.arrayValue?.isEmpty == true)
            let one = try await send(#"{"users":["\#(session.jonas)"]}"#)
            #expect(one?["mentions"]?[0]?["username"]?.stringValue == "jonas")
            #expect(one?["mentions"]?.arrayValue?.count == 1)
            let loud = try session.sandbox.say(as: session.jonas, in: session.general, "@everyone up")
            #expect(loud.mentionsEveryone, "a moderator may")
        }
    }

    @Test("embeds come back as rich, without the parts that lack what they need")
    func embeds() async throws {
        try await SandboxSession.run { session async throws in
            let body = """
                {"embeds":[{"title":"T","type":"video","color":255,"timestamp":"2026-08-31T09:14:02Z",
                "author":{"url":"https://a.example"},"footer":{"text":"F"},"image":{"url":"https://a.example/i.png"},
                "video":{"url":"https://a.example/v"},"fields":[{"name":"n","value":"v","inline":true}]}]}
                """
            let reply = try await session.api("POST", "/channels/\(session.general)/messages", body)
            let embed = reply.json?["embeds"]?[0]
            #expect(embed?["type"]?.stringValue == "rich")
            #expect(embed?["title"]?.stringValue == "T")
            #expect(embed?["author"] == nil)
            #expect(embed?["video"] == nil)
            #expect(embed?["footer"]?["text"]?.stringValue == "F")
            #expect(embed?["fields"]?[0]?["inline"]?.boolValue == true)
            #expect(embed?["timestamp"]?.stringValue == "2026-08-31T09:14:02.000Z")
            let big = String(repeating: "x", count: 3_001)
            let two = try await session.api(
                "POST", "/channels/\(session.general)/messages",
                #"{"embeds":[{"description":"\#(big)"},{"description":"\#(big)"}]}"#)
            #expect(two.json?["errors"]?[0]?["code"]?.stringValue == "EMBEDS_EXCEED_MAX_CHARACTERS")
        }
    }

    @Test("others' messages: editing is refused, deleting and hiding embeds needs the right")
    func foreign() async throws {
        try await SandboxSession.run { session async throws in
            let asked = try session.sandbox.say(as: session.mira, in: session.general, "mine")
            let path = "/channels/\(session.general)/messages/\(asked.id)"
            let edit = try await session.api("PATCH", path, #"{"content":"stolen"}"#)
            #expect(edit.status == 403)
            #expect(edit.code == "CANNOT_EDIT_OTHER_USER_MESSAGE")
            #expect(try await session.api("PATCH", path, #"{"flags":4}"#).json?["flags"]?.intValue == 4)
            #expect(try await session.api("DELETE", path).status == 204, "the bot's role may")
            let own = try session.sandbox.say(as: session.mira, in: session.general, "again")
            #expect(throws: SandboxError.self) {
                try session.sandbox.delete(own.id, in: session.general, as: session.aiko)
            }
            let channel = try await session.api(
                "POST", "/users/@me/channels", #"{"recipient_id":"\#(session.mira)"}"#)
            let direct = try #require(ChannelID(channel.id))
            let said = try session.sandbox.say(as: session.mira, in: direct, "private")
            let refused = try await session.api("DELETE", "/channels/\(direct)/messages/\(said.id)")
            #expect(refused.code == "MISSING_PERMISSIONS")
        }
    }

    @Test("direct channels open once, and only for those who are there")
    func direct() async throws {
        try await SandboxSession.run { session async throws in
            let body = #"{"recipient_id":"\#(session.mira)"}"#
            let first = try await session.api("POST", "/users/@me/channels", body)
            #expect(first.json?["type"]?.intValue == 1)
            #expect(first.json?["recipients"]?[0]?["username"]?.stringValue == "mira")
            #expect(try await session.api("POST", "/users/@me/channels", body).id == first.id)
            for (body, code) in [
                (#"{"recipient_id":"17"}"#, "UNKNOWN_USER"), ("{", "INVALID_FORM_BODY"),
                (#"{"recipient_id":"\#(session.sandbox.bot.id)"}"#, "INVALID_FORM_BODY"),
            ] {
                #expect(try await session.api("POST", "/users/@me/channels", body).code == code)
            }
            let direct = try #require(ChannelID(first.id))
            #expect(throws: SandboxError.self) { try session.sandbox.say(as: session.aiko, in: direct, "let me in") }
        }
    }

    @Test("reactions are added, counted, removed and cleared")
    func reactions() async throws {
        try await SandboxSession.run { session async throws in
            let said = try session.sandbox.say(as: session.mira, in: session.general, "vote")
            let path = "/channels/\(session.general)/messages/\(said.id)"
            let thumb = "%F0%9F%91%8D"
            #expect(try await session.api("PUT", "\(path)/reactions/\(thumb)/@me").status == 204)
            #expect(try await session.api("PUT", "\(path)/reactions/\(thumb)/@me").status == 204)
            try session.sandbox.react("👍", to: said.id, in: session.general, as: session.aiko)
            var seen = try await session.api("GET", path).json?["reactions"]
            #expect(seen?[0]?["count"]?.intValue == 2)
            #expect(seen?[0]?["me"]?.boolValue == true)
            for (emoji, code) in [
                ("abc", "NOT_A_VALID_UNICODE_EMOJI"), ("1", "NOT_A_VALID_UNICODE_EMOJI"),
                ("wave%3A17", "CUSTOM_EMOJI_NOT_FOUND"),
            ] {
                let reply = try await session.api("PUT", "\(path)/reactions/\(emoji)/@me")
                #expect(reply.json?["errors"]?[0]?["code"]?.stringValue == code)
            }
            #expect(try await session.api("DELETE", "\(path)/reactions/nonsense/@me").status == 204)
            #expect(try await session.api("DELETE", "\(path)/reactions/\(thumb)/\(session.aiko)").status == 204)
            seen = try await session.api("GET", path).json?["reactions"]
            #expect(seen?[0]?["count"]?.intValue == 1)
            #expect(try await session.api("PUT", "\(path)/reactions/%F0%9F%87%A9%F0%9F%87%AA/@me").status == 204)
            #expect(try await session.api("DELETE", "\(path)/reactions/\(thumb)").status == 204)
            #expect(try await session.api("GET", path).json?["reactions"]?.arrayValue?.count == 1)
            #expect(try await session.api("DELETE", "\(path)/reactions").status == 204)
            #expect(try await session.api("GET", path).json?["reactions"] == nil)
        }
    }

    @Test("a timed-out bot may not send, type or react")
    func timeout() async throws {
        try await SandboxSession.run { session async throws in
            let said = try session.sandbox.say(as: session.mira, in: session.general, "x")
            session.sandbox.setTimeout(of: session.sandbox.bot.id, until: Timestamp(milliseconds: .max / 2))
            let path = "/channels/\(session.general)"
            #expect(
                try await session.api("POST", "\(path)/messages", #"{"content":"a"}"#).code == "COMMUNICATION_DISABLED")
            #expect(try await session.api("POST", "\(path)/typing").code == "COMMUNICATION_DISABLED")
            let reaction = try await session.api("PUT", "\(path)/messages/\(said.id)/reactions/%F0%9F%91%8D/@me")
            #expect(reaction.code == "COMMUNICATION_DISABLED")
        }
    }

    @Test("a channel keeps its last messages")
    func bounded() async throws {
        try await SandboxSession.run({ $0.messagesKept = 3 }) { session async throws in
            for number in 1...10 { try session.sandbox.say(as: session.mira, in: session.general, "\(number)") }
            #expect(session.sandbox.messages(in: session.general).map(\.content) == ["8", "9", "10"])
        }
    }
}
