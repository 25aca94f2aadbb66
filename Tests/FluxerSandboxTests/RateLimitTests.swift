import FluxerModel
import JSON
import Testing

@testable import FluxerSandbox

@Suite("rate limits", .timeLimit(.minutes(1)))
struct RateLimitTests {
    @Test("a bucket admits its limit at once and then one a slot")
    func bucket() {
        var limiter = RateLimiter(limits: .platform)
        let bucket = Bucket("b", 20)
        for number in 1...20 {
            guard case .admitted(let standing)? = limiter.admit(bucket, caller: "c", major: "m", at: .zero) else {
                Issue.record("refused the \(number)th")
                return
            }
            #expect(standing.remaining == 20 - number)
        }
        guard case .limited(let standing, let wait)? = limiter.admit(bucket, caller: "c", major: "m", at: .zero) else {
            Issue.record("admitted the 21st")
            return
        }
        #expect(standing.remaining == 0)
        #expect(standing.resetAfter == .seconds(10))
        #expect(abs(wait.inSeconds - 0.5) < 0.001)
        guard case .admitted? = limiter.admit(bucket, caller: "c", major: "m", at: .milliseconds(500)) else {
            Issue.record("one slot later there is room")
            return
        }
        guard case .admitted? = limiter.admit(bucket, caller: "c", major: "other", at: .milliseconds(500)) else {
            Issue.record("another channel has its own")
            return
        }
    }

    @Test("the global bucket comes first and spares the route's")
    func global() {
        var limiter = RateLimiter(limits: RateLimits(global: .init(2, per: .seconds(1))))
        let bucket = Bucket("b", 20)
        _ = limiter.admit(bucket, caller: "c", major: "", at: .zero)
        _ = limiter.admit(bucket, caller: "c", major: "", at: .zero)
        guard case .globallyLimited(let wait)? = limiter.admit(bucket, caller: "c", major: "", at: .zero) else {
            Issue.record("the third passed")
            return
        }
        #expect(abs(wait.inSeconds - 0.5) < 0.001)
        guard case .admitted(let standing)? = limiter.admit(bucket, caller: "c", major: "", at: .seconds(1)) else {
            Issue.record("still limited")
            return
        }
        #expect(standing.remaining == 19, "two leaked in a second, the refused one was not charged")
    }

    @Test("headers and bodies over the wire; the clock is ours")
    func wire() async throws {
        let clock = HandClock()
        try await SandboxSession.run({
            $0.rateLimits = RateLimits(overrides: ["createMessage": .init(2, per: .seconds(10))])
            $0.clocks.limits = { clock.now }
        }) { session async throws in
            let path = "/channels/\(session.general)/messages"
            let first = try await session.api("POST", path, #"{"content":"a"}"#)
            #expect(first.headers["x-ratelimit-limit"] == "2")
            #expect(first.headers["x-ratelimit-remaining"] == "1")
            #expect(first.headers["x-ratelimit-reset-after"] == "5.000")
            #expect(first.headers["x-ratelimit-bucket"]?.count == 16)
            _ = try await session.api("POST", path, #"{"content":"a"}"#)
            let third = try await session.api("POST", path, #"{"content":"a"}"#)
            #expect(third.status == 429)
            #expect(third.code == "RATE_LIMITED")
            #expect(third.json?["global"]?.boolValue == false)
            #expect(third.json?["retry_after"]?.doubleValue == 5)
            #expect(third.headers["retry-after"] == "5")
            #expect(third.headers["x-ratelimit-scope"] == "user")
            let elsewhere = "/channels/\(session.sandbox.channels[1].id)/messages"
            #expect(try await session.api("POST", elsewhere, #"{"content":"a"}"#).status == 200)
            clock.move(.seconds(5))
            #expect(try await session.api("POST", path, #"{"content":"a"}"#).status == 200)

            session.sandbox.faults.rateLimits = RateLimits(global: .init(1, per: .seconds(100)))
            clock.move(.seconds(1_000))
            _ = try await session.api("GET", "/users/@me")
            let global = try await session.api("GET", "/users/@me")
            #expect(global.status == 429)
            #expect(global.json?["global"]?.boolValue == true)
            #expect(global.headers["x-ratelimit-global"] == "true")
            #expect(global.headers["x-ratelimit-limit"] == nil)
            session.sandbox.faults.rateLimits = .off
            let free = try await session.api("GET", "/users/@me")
            #expect(free.status == 200)
            #expect(free.headers["x-ratelimit-limit"] == nil)
        }
    }
}
