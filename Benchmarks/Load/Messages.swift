/// Messages of the made-up world: events of 1.4 KB, and the answers to posts.
enum Messages {
    /// MESSAGE_CREATE, some 1.4 KB, with this text (no quotes in it) and fill-in numbers.
    static func event(_ content: String) -> FrameTemplate {
        let filling = String(repeating: "lorem ipsum dolor sit amet ", count: 20)
        let base = message(content, author: author, member: member, attachment: "")
        let room = max(0, 1400 - base.utf8.count - 90)
        let alt = String(filling.prefix(room))
        let whole = message(
            content, author: author, member: member,
            attachment:
                #"{"id":"1420000000000000007","filename":"notes.txt","title":null,"description":"\#(alt)","content_type":"text/plain","size":512,"url":"https://cdn.example/a/notes.txt","proxy_url":"https://cdn.example/p/notes.txt","flags":0}"#
        )
        return FrameTemplate(dispatch(whole), head: WebSocketWire.header)
    }

    /// The bot's own message coming back to it.
    static let echo = FrameTemplate(
        dispatch(message("pong", author: bot, member: member, attachment: "")), head: WebSocketWire.header)

    /// The answer to a post, complete with its head.
    static func answer(_ dialect: Dialect) -> FrameTemplate {
        let body = message("pong", author: bot, member: nil, attachment: "")
        return FrameTemplate(body) { Array(HTTPAnswer.head($0, dialect).utf8) }
    }

    private static func dispatch(_ data: String) -> String {
        #"{"op":0,"s":\#(FrameTemplate.Slot.sequence.marker),"t":"MESSAGE_CREATE","d":\#(data)}"#
    }

    private static let author = user(Snowflake.user(1), "ada", bot: false)
    static let bot = user(Snowflake.bot, "moontide", bot: true)

    static func user(_ id: UInt64, _ name: String, bot: Bool) -> String {
        #"{"id":"\#(id)","username":"\#(name)","discriminator":"0001","global_name":"\#(name) of the tide","avatar":"a_8342729096ea3675442027381ff50dfe","avatar_color":null,"flags":0,"public_flags":0\#(bot ? #","bot":true"# : "")}"#
    }

    private static let member =
        #"{"nick":"the lady","avatar":null,"banner":null,"accent_color":null,"roles":["\#(Snowflake.role(3, in: 0))","\#(Snowflake.role(5, in: 0))","\#(Snowflake.role(8, in: 0))"],"joined_at":"2025-11-03T17:24:05.318Z","mute":false,"deaf":false,"communication_disabled_until":null,"flags":0}"#

    private static func message(_ content: String, author: String, member: String?, attachment: String) -> String {
        let message = FrameTemplate.Slot.message.marker, channel = FrameTemplate.Slot.channel.marker
        let place = member.map { #""guild_id":"\#(Snowflake.guild(0))","member":\#($0),"# } ?? ""
        return #"{"id":"\#(message)","channel_id":"\#(channel)",\#(place)"author":\#(author),"type":0,"flags":0,"#
            + #""content":"\#(content)","timestamp":"2026-11-25T09:41:00.250Z","edited_timestamp":null,"pinned":false,"#
            + #""mention_everyone":false,"tts":false,"mentions":[],"mention_roles":[],"embeds":[],"#
            + #""attachments":[\#(attachment)],"stickers":[],"components":[],"nonce":"1430000000000000999","channel_type":0}"#
    }
}

/// Answers of the REST side.
enum HTTPAnswer {
    static func head(_ length: Int, _ dialect: Dialect, status: String = "200 OK") -> String {
        let limits =
            dialect == .discord
            ? "X-RateLimit-Limit: 100000\r\nX-RateLimit-Remaining: 99999\r\nX-RateLimit-Reset-After: 1.0\r\n"
                + "X-RateLimit-Reset: 2000000000.0\r\nX-RateLimit-Bucket: posts\r\n" : ""
        return "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(limits)Content-Length: \(length)\r\n\r\n"
    }

    static func whole(_ body: String, _ dialect: Dialect, status: String = "200 OK") -> [UInt8] {
        Array((head(body.utf8.count, dialect, status: status) + body).utf8)
    }
}
