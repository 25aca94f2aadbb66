import AsyncHTTPClient
import FluxerModel
import JSON
import NIOCore
import NIOHTTP1
import Testing

@testable import FluxerSandbox

@Suite("the chat page's endpoints", .timeLimit(.minutes(1)))
struct PageTests {
    @Test("the three files come with a policy that lets nothing else in")
    func files() async throws {
        try await SandboxSession.run { session async throws in
            for (path, type) in [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")] {
                let reply = try await session.page("GET", path)
                #expect(reply.status == 200)
                #expect(reply.headers["content-type"]?.hasPrefix(type) == true)
                #expect(reply.headers["content-security-policy"]?.contains("default-src 'self'") == true)
                #expect(!reply.text.isEmpty)
            }
            #expect(try await session.page("GET", "/page.png").status == 404)
        }
    }

    @Test("the state names everybody, the last 100 messages, the notices and a cursor")
    func state() async throws {
        try await SandboxSession.run { session async throws in
            for number in 1...101 { try session.sandbox.say(as: session.mira, in: session.general, "\(number)") }
            session.sandbox.post(notice: Notice(kind: .loaded, pack: "hello", version: 1, title: "v1"))
            let state = try await session.page("GET", "/_sandbox/state").json
            #expect(state?["guild"]?["name"]?.stringValue == "Moonlit Harbour")
            #expect(
                state?["channels"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["general", "random", "bots"])
            #expect(state?["users"]?.arrayValue?.count == 4)
            #expect(state?["users"]?[1]?["roles"]?.arrayValue?.compactMap(\.stringValue) == ["Regulars", "Moderators"])
            #expect(state?["bot"]?["online"]?.boolValue == false)
            let messages = state?["messages"]?[session.general.description]?.arrayValue
            #expect(messages?.count == 100)
            #expect(messages?.first?["content"]?.stringValue == "2")
            #expect(messages?.first?["guild_id"] == nil)
            #expect(state?["notices"]?[0]?["title"]?.stringValue == "v1")
            #expect(state?["cursor"]?.intValue != nil)
        }
    }

    @Test("people write, answer, edit, delete, react and type")
    func posts() async throws {
        try await SandboxSession.run { session async throws in
            let place = #""channel_id":"\#(session.general)","user_id":"\#(session.mira)""#
            let sent = try await session.page("POST", "/_sandbox/messages", #"{\#(place),"content":"hi"}"#)
            #expect(sent.status == 200)
            #expect(sent.json?["author"]?["username"]?.stringValue == "mira")
            let reply = try await session.page(
                "POST", "/_sandbox/messages", #"{\#(place),"content":"re","reply_to":"\#(sent.id)"}"#)
            #expect(reply.json?["referenced_message"]?["content"]?.stringValue == "hi")
            let message = #"\#(place),"message_id":"\#(sent.id)""#
            let edited = try await session.page("POST", "/_sandbox/messages/edit", #"{\#(message),"content":"ho"}"#)
            #expect(edited.json?["content"]?.stringValue == "ho")
            #expect(try await session.page("POST", "/_sandbox/reactions", #"{\#(message),"emoji":"👍"}"#).status == 200)
            let id = try #require(MessageID(sent.id))
            #expect(session.sandbox.message(id, in: session.general)?.reactions.first?.count == 1)
            let off = #"{\#(message),"emoji":"👍","remove":true}"#
            #expect(try await session.page("POST", "/_sandbox/reactions", off).status == 200)
            #expect(session.sandbox.message(id, in: session.general)?.reactions.isEmpty == true)
            #expect(try await session.page("POST", "/_sandbox/typing", "{\(place)}").status == 200)
            #expect(try await session.page("POST", "/_sandbox/messages/delete", "{\(message)}").status == 200)
            #expect(session.sandbox.message(id, in: session.general) == nil)
        }
    }

    @Test(
        "requests of foreign pages are refused",
        arguments: [
            [("Origin", "https://evil.example")], [("Origin", "null")], [("Host", "evil.example")],
            [("Host", "127.0.0.1:1")], [("Host", "127.0.0.1")], [("Origin", "http://localhost:1")],
        ])
    func foreign(headers: [(String, String)]) async throws {
        try await SandboxSession.run { session async throws in
            let body = #"{"channel_id":"\#(session.general)","user_id":"\#(session.mira)","content":"hi"}"#
            for (method, path, body) in [
                ("POST", "/_sandbox/messages", body as String?), ("GET", "/_sandbox/state", nil), ("GET", "/", nil),
            ] {
                let reply = try await session.page(method, path, body, headers)
                #expect(reply.status == 403)
                #expect(reply.code?.isEmpty == false)
            }
            #expect(session.sandbox.messages(in: session.general).isEmpty)
        }
    }

    @Test("the page's own origin and the other loopback names pass")
    func own() async throws {
        try await SandboxSession.run { session async throws in
            let port = session.address.port
            for name in ["127.0.0.1", "localhost", "[::1]"] {
                let headers = [("Host", "\(name):\(port)"), ("Origin", "http://\(name):\(port)")]
                #expect(try await session.page("GET", "/_sandbox/state", nil, headers).status == 200)
            }
            let mixed = [("Host", "localhost:\(port)"), ("Origin", "http://127.0.0.1:\(port)")]
            #expect(try await session.page("GET", "/_sandbox/state", nil, mixed).status == 403)
        }
    }

    @Test("bad input is an error in JSON")
    func badInput() async throws {
        try await SandboxSession.run { session async throws in
            let place = #""channel_id":"\#(session.general)","user_id":"\#(session.mira)""#
            for (path, body, status, code) in [
                ("messages", "{", 400, "INVALID_FORM_BODY"), ("messages", "[]", 400, "INVALID_FORM_BODY"),
                ("messages", "{}", 400, "INVALID_FORM_BODY"), ("messages", "", 400, "INVALID_FORM_BODY"),
                ("messages", #"{\#(place),"content":5}"#, 400, "INVALID_FORM_BODY"),
                ("messages", #"{\#(place),"content":" "}"#, 400, "CANNOT_SEND_EMPTY_MESSAGE"),
                ("messages", #"{\#(place),"content":"a","reply_to":"17"}"#, 404, "UNKNOWN_MESSAGE"),
                (
                    "messages", #"{"channel_id":"17","user_id":"\#(session.mira)","content":"a"}"#, 404,
                    "UNKNOWN_CHANNEL"
                ),
                (
                    "messages", #"{"channel_id":"\#(session.general)","user_id":"17","content":"a"}"#, 404,
                    "UNKNOWN_USER"
                ),
                (
                    "messages",
                    #"{"channel_id":"\#(session.general)","user_id":"\#(session.sandbox.bot.id)","content":"a"}"#, 404,
                    "UNKNOWN_USER"
                ),
                ("messages/edit", #"{\#(place),"message_id":"17","content":"a"}"#, 404, "UNKNOWN_MESSAGE"),
                ("messages/delete", #"{\#(place),"message_id":"x"}"#, 400, "INVALID_FORM_BODY"),
                ("reactions", #"{\#(place),"message_id":"17","emoji":"👍"}"#, 404, "UNKNOWN_MESSAGE"),
                ("nonsense", "{\(place)}", 404, "NOT_FOUND"),
            ] {
                let reply = try await session.page(
                    "POST", "/_sandbox/\(path)", body, [("Content-Type", "application/json")])
                #expect(reply.status == status, "\(path) \(body)")
                #expect(reply.code == code, "\(path) \(body)")
            }
            for type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
                let reply = try await session.page(
                    "POST", "/_sandbox/messages", #"{\#(place),"content":"a"}"#, [("Content-Type", type)])
                #expect(reply.status == 415)
            }
            let large = #"{\#(place),"content":"\#(String(repeating: "x", count: 1 << 21))"}"#
            #expect(try await session.page("POST", "/_sandbox/messages", large).status == 413)
            #expect(session.sandbox.messages(in: session.general).isEmpty)
        }
    }

    @Test("one user cannot change another's message, a moderator can delete it")
    func rights() async throws {
        try await SandboxSession.run { session async throws in
            let said = try session.sandbox.say(as: session.mira, in: session.general, "mine")
            func target(_ user: UserID) -> String {
                #""channel_id":"\#(session.general)","user_id":"\#(user)","message_id":"\#(said.id)""#
            }
            let edit = try await session.page(
                "POST", "/_sandbox/messages/edit", #"{\#(target(session.aiko)),"content":"x"}"#)
            #expect(edit.code == "CANNOT_EDIT_OTHER_USER_MESSAGE")
            let refused = try await session.page("POST", "/_sandbox/messages/delete", "{\(target(session.aiko))}")
            #expect(refused.code == "MISSING_PERMISSIONS")
            #expect(
                try await session.page("POST", "/_sandbox/messages/delete", "{\(target(session.jonas))}").status == 200)
        }
    }

    @Test("the stream brings what comes, and on return what was missed")
    func stream() async throws {
        try await SandboxSession.run { session async throws in
            let cursor = try await session.page("GET", "/_sandbox/state").json?["cursor"]?.intValue ?? 0
            var reader = try await EventReader(session, after: cursor)
            let said = try session.sandbox.say(as: session.mira, in: session.general, "line\nbreak")
            let first = try await reader.next()
            #expect(first?.name == "message")
            #expect(first?.data?["content"]?.stringValue == "line\nbreak")
            #expect(first?.id == cursor + 1)
            try session.sandbox.react("👍", to: said.id, in: session.general, as: session.aiko)
            let reaction = try await reader.next()
            #expect(reaction?.name == "reaction_add")
            #expect(reaction?.data?["user_id"]?.stringValue == session.aiko.description)
            session.sandbox.post(notice: Notice(kind: .failed, pack: "hello", title: "does not load", line: 3))
            #expect(try await reader.next()?.data?["kind"]?.stringValue == "failed")
            try session.sandbox.delete(said.id, in: session.general, as: session.mira)
            #expect(try await reader.next()?.name == "message_delete")

            // The address says where the page first was, the header where it is now.
            var again = try await EventReader(session, after: cursor, lastEventID: cursor + 3)
            #expect(try await again.next()?.name == "message_delete")
            var lost = try await EventReader(session, after: cursor - 5_000)
            #expect(try await lost.next()?.name == "reset")
            var ahead = try await EventReader(session, after: cursor + 5_000)
            let reset = try await ahead.next()
            #expect(reset?.name == "reset")
            #expect(reset?.id == cursor + 4)
        }
    }

    @Test("the bot's coming and its messages are seen on the stream")
    func botOnStream() async throws {
        try await SandboxSession.run { session async throws in
            let cursor = try await session.page("GET", "/_sandbox/state").json?["cursor"]?.intValue ?? 0
            var reader = try await EventReader(session, after: cursor)
            let probe = try await GatewayProbe.connect(to: session.address)
            _ = try await probe.identify(token: session.sandbox.botToken)
            #expect(try await reader.next()?.data?["online"]?.boolValue == true)
            _ = try await session.api("POST", "/channels/\(session.general)/messages", #"{"content":"beep"}"#)
            #expect(try await reader.next()?.data?["author"]?["bot"]?.boolValue == true)
        }
    }

    @Test("private talk does not reach the page")
    func privateTalk() async throws {
        try await SandboxSession.run { session async throws in
            let cursor = try await session.page("GET", "/_sandbox/state").json?["cursor"]?.intValue ?? 0
            var reader = try await EventReader(session, after: cursor)
            let direct = try session.sandbox.directChannel(with: session.mira)
            try session.sandbox.say(as: session.mira, in: direct.id, "secret")
            try session.sandbox.say(as: session.mira, in: session.general, "public")
            #expect(try await reader.next()?.data?["content"]?.stringValue == "public")
        }
    }

    @Test("the last 200 notices are kept, numbered")
    func notices() async throws {
        try await SandboxSession.run { session async throws in
            for number in 1...205 {
                session.sandbox.post(notice: Notice(kind: .info, pack: "p", title: "\(number)"))
            }
            let notices = try await session.page("GET", "/_sandbox/state").json?["notices"]?.arrayValue
            #expect(notices?.count == 200)
            #expect(notices?.first?["id"]?.intValue == 6)
        }
    }

    @Test("shutting down ends open streams at once")
    func shutdown() async throws {
        try await SandboxSession.run { session async throws in
            let cursor = try await session.page("GET", "/_sandbox/state").json?["cursor"]?.intValue ?? 0
            var reader = try await EventReader(session, after: cursor)
            try await session.sandbox.shutdown()
            #expect((try? await reader.next()) == nil)
        }
    }
}

/// Reads server-sent events.
private struct EventReader {
    struct Event {
        var id: Int?
        var name: String?
        var data: JSONValue?
    }

    private var iterator: HTTPClientResponse.Body.AsyncIterator
    private var buffer = ""

    init(_ session: SandboxSession, after cursor: Int, lastEventID: Int? = nil) async throws {
        var request = HTTPClientRequest(url: "\(session.address.baseURL)/_sandbox/events?after=\(cursor)")
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: String(lastEventID)) }
        let response = try await session.client.execute(request, timeout: .seconds(30))
        #expect(response.headers.first(name: "content-type") == "text/event-stream")
        iterator = response.body.makeAsyncIterator()
    }

    mutating func next() async throws -> Event? {
        while true {
            while let end = buffer.firstRange(of: "\n\n") {
                let block = buffer[..<end.lowerBound]
                var event = Event()
                for line in block.split(separator: "\n") {
                    if line.hasPrefix("id: ") { event.id = Int(line.dropFirst(4)) }
                    if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                    if line.hasPrefix("data: ") { event.data = try JSONValue(parsing: String(line.dropFirst(6))) }
                }
                buffer.removeSubrange(..<end.upperBound)
                if event.name != nil { return event }
            }
            guard let chunk = try await iterator.next() else { return nil }
            buffer += String(buffer: chunk)
        }
    }
}
