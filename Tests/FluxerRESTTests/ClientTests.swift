import FluxerModel
import JSON
import Synchronization
import Testing

@testable import FluxerREST

@Suite("REST client", .timeLimit(.minutes(1)))
struct ClientTests {
    let transport = ScriptedTransport()
    let clock = ManualRESTClock()
    let client: RESTClient

    init() throws {
        client = RESTClient(
            .init(
                baseURL: "https://api.example/v1/", token: BotToken(" Bot 150.s3cr3t \n"), version: "0.1.0"),
            transport: transport, clock: clock, chance: { 0 })
    }

    static let channel = ChannelID(7)
    static let answer = #"{"id":"9","channel_id":"7","author":{"id":"1"},"content":"x"}"#

    func content(_ request: HTTPRequest) throws -> String? {
        try JSONValue(parsing: request.body ?? [])["content"]?.stringValue
    }

    func nonce(_ request: HTTPRequest) throws -> String? {
        try JSONValue(parsing: request.body ?? [])["nonce"]?.stringValue
    }

    @Test("a post has its address, headers and a nonce")
    func request() async throws {
        async let message = client.createMessage(Self.channel, CreateMessage(content: "hi"))
        let request = await transport.answer(200, Self.answer)
        #expect(try await message.id == MessageID(9))
        #expect(request.method == "POST")
        #expect(request.url == "https://api.example/v1/channels/7/messages")
        #expect(request.headers.contains(HTTPHeader("Authorization", "Bot 150.s3cr3t")))
        #expect(request.headers.contains(HTTPHeader("User-Agent", "Moontide/0.1.0")))
        #expect(request.headers.contains(HTTPHeader("Content-Type", "application/json")))
        let nonce = try #require(try nonce(request))
        #expect((1...32).contains(nonce.count))
    }

    @Test("a repeated post has the nonce of the first")
    func sameNonce() async throws {
        async let message = client.createMessage(Self.channel, CreateMessage(content: "hi"))
        let first = await transport.answer(.failure(TransportError(.interrupted, "gone")))
        await clock.waitForSleeper(until: 250)
        clock.advance(by: 250)
        let second = await transport.answer(200, Self.answer)
        _ = try await message
        #expect(try nonce(first) != nil)
        #expect(first.body == second.body)
    }

    @Test("posts to one channel leave in the order of their calls, one in flight, also after a 429 and a failure")
    func order() async throws {
        let calls = try (1...4).map { number in
            client.enqueue(try .createMessage(Self.channel, CreateMessage(content: "\(number)")))
        }
        #expect(try content(await transport.answer(200, Self.answer)) == "1")
        #expect(try content(await transport.answer(429, #"{"retry_after":0.5,"global":false}"#)) == "2")
        await clock.waitForSleeper(until: 500)
        #expect(transport.requests.count == 2)
        clock.advance(by: 500)
        #expect(try content(await transport.answer(502, "<html>")) == "2")
        await clock.waitForSleeper(until: 1000)
        #expect(transport.requests.count == 3)
        clock.advance(by: 500)
        #expect(try content(await transport.answer(200, Self.answer)) == "2")
        // The 429 taught the channel's pace: one slot for each further post.
        clock.advance(by: 500)
        #expect(try content(await transport.answer(403, #"{"code":"MISSING_PERMISSIONS","message":"no"}"#)) == "3")
        clock.advance(by: 500)
        #expect(try content(await transport.answer(200, Self.answer)) == "4")
        _ = try await calls[1].response()
        let error = await #expect(throws: RESTError.self) { try await calls[2].response() }
        #expect(error?.kind == .forbidden && error?.code == "MISSING_PERMISSIONS")
        _ = try await calls[3].response()
        #expect(client.pendingCount == 0)
    }

    @Test("other channels go on while one waits")
    func parallel() async throws {
        let first = client.enqueue(try .createMessage(Self.channel, CreateMessage(content: "a")))
        await transport.arrived(1)
        let second = client.enqueue(try .createMessage(ChannelID(8), CreateMessage(content: "b")))
        await transport.arrived(2)
        await transport.answer(200, Self.answer)
        await transport.answer(200, Self.answer)
        _ = try await first.response()
        _ = try await second.response()
    }

    @Test("edits of one message keep their order")
    func edits() async throws {
        let calls = try ["a", "b"].map {
            client.enqueue(try .editMessage(Self.channel, MessageID(9), EditMessage(content: $0)))
        }
        #expect(
            try content(
                await transport.answer(429, #"{"code":"RESOURCE_LOCKED"}"#, headers: [.init("Retry-After", "1")]))
                == "a")
        await clock.waitForSleeper(until: 1000)
        #expect(transport.requests.count == 1)
        clock.advance(by: 1000)
        #expect(try content(await transport.answer(200, Self.answer)) == "a")
        #expect(try content(await transport.answer(200, Self.answer)) == "b")
        for call in calls { _ = try await call.response() }
    }

    @Test("a call that is given up while it waits lets the next one through")
    func cancelWaiting() async throws {
        let calls = try (1...3).map { number in
            client.enqueue(try .createMessage(Self.channel, CreateMessage(content: "\(number)")))
        }
        await transport.arrived(1)
        calls[1].cancel()
        let error = await #expect(throws: RESTError.self) { try await calls[1].response() }
        #expect(error?.code == "CANCELLED" && error?.kind == .transport)
        await transport.answer(200, Self.answer)
        #expect(try content(await transport.answer(200, Self.answer)) == "3")
        _ = try await calls[2].response()
    }

    @Test("a call that is given up under way keeps its place until the attempt ends")
    func cancelFlying() async throws {
        let first = client.enqueue(try .createMessage(Self.channel, CreateMessage(content: "1")))
        let second = client.enqueue(try .createMessage(Self.channel, CreateMessage(content: "2")))
        await transport.arrived(1)
        first.cancel()
        await #expect(throws: RESTError.self) { try await first.response() }
        #expect(transport.requests.count == 1)
        await transport.answer(200, Self.answer)
        #expect(try content(await transport.answer(200, Self.answer)) == "2")
        _ = try await second.response()
    }

    @Test("a call that is given up while it waits for its limit never leaves")
    func cancelLimited() async throws {
        let call = client.enqueue(try .triggerTyping(Self.channel))
        await transport.answer(429, #"{"retry_after":1}"#)
        await clock.waitForSleeper(until: 1000)
        let task = Task { try await call.response() }
        task.cancel()
        await #expect(throws: RESTError.self) { try await task.value }
        clock.advance(by: 2000)
        #expect(client.pendingCount == 0)
        #expect(transport.requests.count == 1)
    }

    @Test("an outcome is told once, also to a callback")
    func callback() async throws {
        let count = Mutex(0)
        let call = client.enqueue(try .currentUser()) { _ in count.withLock { $0 += 1 } }
        await transport.answer(200, #"{"id":"1","username":"helper"}"#)
        let user: User = try await call.response().decode()
        #expect(user.username == "helper")
        call.cancel()
        #expect(count.withLock { $0 } == 1)
    }

    @Test("an error says what, where and why, and never the token")
    func errors() async throws {
        let call = client.enqueue(try .createMessage(Self.channel, CreateMessage(content: "a")))
        await transport.answer(
            400,
            #"""
            {"code":"INVALID_FORM_BODY","message":"bad 150.s3cr3t","errors":[{"path":"embeds.0.title",
            "code":"CONTENT_EXCEEDS_MAX_LENGTH","message":"too long"},{"path":"root","message":"x"}]}
            """#, headers: [HTTPHeader("x-request-id", "5f0c")])
        let error = try #require(await #expect(throws: RESTError.self) { try await call.response() })
        #expect(error.kind == .http && error.status == 400 && error.requestID == "5f0c")
        #expect(error.errors.first?.code == "CONTENT_EXCEEDS_MAX_LENGTH")
        #expect(
            error.description
                == "400 INVALID_FORM_BODY: bad [token]; embeds.0.title: CONTENT_EXCEEDS_MAX_LENGTH too long; root: x "
                + "(POST /channels/7/messages; request 5f0c)")
        var dumped = ""
        dump(error, to: &dumped)
        dump(client.configuration, to: &dumped)
        #expect(!dumped.contains("s3cr3t"))
    }

    @Test(
        "kinds follow the status",
        arguments: [
            (401, RESTError.Kind.unauthorized), (403, .forbidden), (404, .notFound), (409, .http), (501, .server),
        ])
    func kinds(status: Int, kind: RESTError.Kind) async throws {
        let call = client.enqueue(try .currentUser())
        await transport.answer(status, "<html>not JSON</html>")
        let error = await #expect(throws: RESTError.self) { try await call.response() }
        #expect(error?.kind == kind && error?.status == status && error?.message == "the server gave no reason")
    }

    @Test("an answer that cannot be read is an error, not a trap")
    func unreadable() async throws {
        let user = Task { try await client.currentUser() }
        await transport.answer(200, "<html>")
        let error = await #expect(throws: RESTError.self) { try await user.value }
        #expect(error?.code == "UNREADABLE_ANSWER" && error?.status == 200)
    }

    @Test("what would be refused is not sent")
    func validation() async throws {
        await #expect(throws: ValidationError.self) {
            try await client.createMessage(Self.channel, CreateMessage(content: ""))
        }
        await #expect(throws: ValidationError.self) {
            try await client.addReaction(Self.channel, MessageID(1), Emoji(name: ".."))
        }
        #expect(transport.requests.isEmpty)
    }

    @Test("own guilds are paged to the end")
    func guilds() async throws {
        async let guilds = client.currentUserGuilds()
        let page = (1...200).map { #"{"id":"\#($0)","name":"g"}"# }.joined(separator: ",")
        let first = await transport.answer(200, "[\(page)]")
        let second = await transport.answer(200, #"[{"id":"201","name":"last"}]"#)
        #expect(try await guilds.count == 201)
        #expect(first.url == "https://api.example/v1/users/@me/guilds?limit=200")
        #expect(second.url == "https://api.example/v1/users/@me/guilds?limit=200&after=200")
    }

    @Test("a server that ignores the cursor does not page for ever")
    func guildsWithoutCursor() async throws {
        async let guilds = client.currentUserGuilds()
        let page = (1...200).map { #"{"id":"\#($0)","name":"g"}"# }.joined(separator: ",")
        await transport.answer(200, "[\(page)]")
        await transport.answer(200, "[\(page)]")
        #expect(try await guilds.count == 200)
    }

    @Test("a reason is one line of at most 512 characters")
    func reasons() async throws {
        async let done: Void = client.deleteMessage(Self.channel, MessageID(1), reason: "spam\r\nX-Evil: 1\u{0}")
        let request = await transport.answer(204)
        try await done
        #expect(request.headers.contains(HTTPHeader("X-Audit-Log-Reason", "spam X-Evil: 1")))
        #expect(throws: ValidationError.self) {
            try RESTRequest.deleteMessage(Self.channel, MessageID(1), reason: String(repeating: "a", count: 513))
        }
    }

    @Test("closing ends what waits and what is under way, and refuses what comes")
    func shutdown() async throws {
        let first = client.enqueue(try .createMessage(Self.channel, CreateMessage(content: "1")))
        let second = client.enqueue(try .createMessage(Self.channel, CreateMessage(content: "2")))
        await transport.arrived(1)
        let closing = Task { await client.shutdown() }
        await #expect(throws: RESTError.self) { try await first.response() }
        await #expect(throws: RESTError.self) { try await second.response() }
        await transport.answer(200, Self.answer)
        await closing.value
        #expect(transport.isShutDown && client.pendingCount == 0)
        let late = client.enqueue(try .currentUser())
        let error = await #expect(throws: RESTError.self) { try await late.response() }
        #expect(error?.code == "CANCELLED")
    }
}
