import FluxerModel
import Testing

@testable import FluxerREST

@Suite("retries")
struct RetryPolicyTests {
    typealias Verdict = RetryPolicy.Verdict

    /// The verdicts of one outcome again and again, until it is delivered.
    func verdicts(
        _ request: RESTRequest, _ outcome: Result<HTTPResponse, TransportError>, chance: Double = 0
    ) -> [Verdict] {
        var history = RetryPolicy.History()
        var verdicts: [Verdict] = []
        repeat {
            var error: ErrorBody?
            if case .success(let response) = outcome { error = ErrorBody(response.body) }
            verdicts.append(
                RetryPolicy().judge(outcome, error: error, request: request, history: &history, chance: chance))
        } while verdicts.last != .deliver && verdicts.count < 12
        return verdicts
    }

    func status(_ status: Int, _ headers: [HTTPHeader] = [], _ body: String = "") -> Result<
        HTTPResponse, TransportError
    > {
        .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }

    let get: RESTRequest
    let post: RESTRequest
    let message: RESTRequest

    init() throws {
        get = try .currentUser()
        post = try RESTRequest(Route("other", .post, "/guilds/{guild_id}/roles"), ["guild_id": "1"])
        message = try .createMessage(ChannelID(1), CreateMessage(content: "hi"))
    }

    static let backoff: [Verdict] = [
        .again(after: 250), .again(after: 500), .again(after: 1000), .again(after: 2000), .deliver,
    ]

    @Test("a server's failure is tried five times with growing delays", arguments: [500, 502, 503, 504])
    func server(code: Int) {
        #expect(verdicts(get, status(code)) == Self.backoff)
        #expect(verdicts(message, status(code)) == Self.backoff)
    }

    @Test("chance stretches a delay up to twice")
    func jitter() {
        #expect(verdicts(get, status(500), chance: 0.5).first == .again(after: 375))
    }

    @Test("a post without a nonce is repeated only where it surely had no effect")
    func plainPost() {
        #expect(verdicts(post, status(500)) == [.deliver])
        #expect(verdicts(post, status(502)) == [.deliver])
        #expect(verdicts(post, status(503)) == [.deliver])
        #expect(verdicts(post, .failure(TransportError(.interrupted, ""))) == [.deliver])
        #expect(verdicts(post, .failure(TransportError(.timedOut, ""))) == [.deliver])
        #expect(verdicts(post, .failure(TransportError(.connectFailed, ""))) == Self.backoff)
        #expect(verdicts(post, status(503, [HTTPHeader("retry-after", "1")])).first == .again(after: 1000))
        #expect(
            verdicts(post, status(429, [], #"{"retry_after":0.2}"#)).first
                == .limited(RateLimitAnswer(denial: .route(retryAfter: 200))))
    }

    @Test(
        "a lost connection is repeated for everything that may be",
        arguments: [
            TransportError.Kind.connectFailed, .interrupted, .timedOut,
        ])
    func connection(kind: TransportError.Kind) {
        #expect(verdicts(get, .failure(TransportError(kind, ""))) == Self.backoff)
        #expect(verdicts(message, .failure(TransportError(kind, ""))) == Self.backoff)
    }

    @Test(
        "what was cancelled or cannot be sent is not repeated",
        arguments: [
            TransportError.Kind.cancelled, .unusable,
        ])
    func final(kind: TransportError.Kind) {
        #expect(verdicts(get, .failure(TransportError(kind, ""))) == [.deliver])
    }

    @Test("other refusals never", arguments: [400, 401, 403, 404, 405, 409, 410, 501])
    func refusals(code: Int) {
        #expect(verdicts(get, status(code)) == [.deliver])
    }

    @Test("a lock is waited for three times", arguments: [423, 429])
    func locks(code: Int) {
        let outcome = status(code, [HTTPHeader("Retry-After", "2")], #"{"code":"RESOURCE_LOCKED"}"#)
        #expect(verdicts(post, outcome) == Array(repeating: .again(after: 2000), count: 3) + [.deliver])
    }

    @Test(
        "the wait of a 429 is the body's fraction, else the header's seconds, else one second",
        arguments: [
            (#"{"code":"RATE_LIMITED","retry_after":0.0125,"global":false}"#, [], Int64(13)),
            (#"{"retry_after":0}"#, [], 1),
            (#"{"retry_after":1e300}"#, [], 86_400_000),
            (#"{"retry_after":-5}"#, [], 1),
            ("<html>", [HTTPHeader("Retry-After", "3")], 3000),
            ("", [HTTPHeader("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")], 1000),
            ("", [], 1000),
        ])
    func waiting(body: String, headers: [HTTPHeader], milliseconds: Int64) {
        #expect(
            verdicts(get, status(429, headers, body)).first
                == .limited(RateLimitAnswer(denial: .route(retryAfter: milliseconds))))
    }

    @Test(
        "a 429 of all is known by the body or the header",
        arguments: [
            (#"{"retry_after":1,"global":true}"#, []),
            (#"{"retry_after":1}"#, [HTTPHeader("X-RateLimit-Global", "true")]),
        ])
    func global(body: String, headers: [HTTPHeader]) {
        #expect(
            verdicts(get, status(429, headers, body)).first
                == .limited(RateLimitAnswer(denial: .global(retryAfter: 1000))))
    }
}
