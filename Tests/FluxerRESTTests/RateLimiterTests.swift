import Testing

@testable import FluxerREST

@Suite("rate limiter")
struct RateLimiterTests {
    let key = RateLimiter.Key(route: "POST /channels/{channel_id}/messages", major: "1")
    let other = RateLimiter.Key(route: "POST /channels/{channel_id}/messages", major: "2")

    /// A limiter to which answers have come from an instance without limits.
    func free(_ settings: RateLimiter.Settings = .init()) -> RateLimiter {
        var limiter = RateLimiter(settings)
        _ = limiter.submit(0, key: RateLimiter.Key(route: "GET /users/@me", major: nil), at: 0)
        _ = limiter.finished(0, answer: RateLimitAnswer(), at: 0)
        return limiter
    }

    @Test("before the first answer at most 40 are in flight; one that failed is no answer")
    func unanswered() {
        var limiter = RateLimiter()
        var started: [UInt64] = []
        for ticket in UInt64(1)...60 {
            started += limiter.submit(ticket, key: .init(route: "r", major: "\(ticket)"), at: 0).start
        }
        #expect(started == Array(1...40))
        #expect(limiter.finished(1, answer: nil, at: 5).start == [41])
        #expect(limiter.finished(2, answer: RateLimitAnswer(), at: 6).start == Array(42...60))
    }

    @Test("an instance that shows no limits is not limited")
    func unlimited() {
        var limiter = free()
        var started = 0
        for ticket in UInt64(1)...500 { started += limiter.submit(ticket, key: key, at: 0).start.count }
        #expect(started == 500)
    }

    @Test("once limits are shown, 48 leave at once and 48 a second")
    func global() {
        var limiter = free()
        _ = limiter.submit(1000, key: other, at: 0)
        _ = limiter.finished(1000, answer: RateLimitAnswer(limit: 1000, remaining: 999), at: 0)
        // The two before are counted.
        var started = 0
        var wake: Int64?
        for ticket in UInt64(1)...200 {
            let actions = limiter.submit(ticket, key: .init(route: "r", major: "\(ticket)"), at: 0)
            started += actions.start.count
            wake = actions.wakeAt
        }
        #expect(started == 46)
        #expect(wake == 21)
        for ticket in UInt64(1)...46 { _ = limiter.finished(ticket, answer: RateLimitAnswer(), at: 1) }
        #expect(limiter.timePassed(at: 20).start == [])
        #expect(limiter.timePassed(at: 21).start == [47])
        let rest = limiter.timePassed(at: 1021)
        #expect(rest.start.count == 47)  // One is in flight: 48 at most.
        #expect(rest.wakeAt == nil || rest.wakeAt == 1042)
    }

    @Test("the limit of all together can be switched off")
    func globalOff() {
        var limiter = free(.init(global: nil))
        _ = limiter.submit(1000, key: other, at: 0)
        _ = limiter.finished(1000, answer: RateLimitAnswer(limit: 1000, remaining: 999), at: 0)
        var started = 0
        for ticket in UInt64(1)...200 {
            started += limiter.submit(ticket, key: .init(route: "r", major: "\(ticket)"), at: 0).start.count
        }
        #expect(started == 200)
    }

    @Test("with nothing remaining the next goes one slot later, not at the full reset; other keys go on")
    func remainingZero() {
        var limiter = free()
        _ = limiter.submit(1, key: key, at: 0)
        _ = limiter.finished(1, answer: RateLimitAnswer(limit: 20, remaining: 0, resetAfter: 10_000), at: 100)
        let waiting = limiter.submit(2, key: key, at: 100)
        #expect(waiting == .init(start: [], wakeAt: 600))
        #expect(limiter.submit(3, key: other, at: 100).start == [3])
        #expect(limiter.submit(4, key: key, at: 200).start == [])
        #expect(limiter.timePassed(at: 599) == .init(start: [], wakeAt: 600))
        #expect(limiter.timePassed(at: 600) == .init(start: [2], wakeAt: 1100))
        #expect(limiter.timePassed(at: 1100) == .init(start: [4], wakeAt: nil))
    }

    @Test("what remains leaves at once, and those in flight count against it")
    func remaining() {
        var limiter = free()
        for ticket in UInt64(1)...3 { _ = limiter.submit(ticket, key: key, at: 0) }
        _ = limiter.finished(1, answer: RateLimitAnswer(limit: 5, remaining: 4, resetAfter: 2000), at: 0)
        // Two are in flight, so two of the four are left.
        let started = (UInt64(4)...7).flatMap { limiter.submit($0, key: key, at: 0).start }
        #expect(started == [4, 5])
    }

    @Test("without a pace, a bucket with nothing left is tried one by one")
    func probing() {
        var limiter = free()
        _ = limiter.submit(1, key: key, at: 0)
        _ = limiter.finished(1, answer: RateLimitAnswer(limit: 5, remaining: 0), at: 0)
        #expect(limiter.submit(2, key: key, at: 0).start == [2])
        #expect(limiter.submit(3, key: key, at: 0).start == [])
        #expect(limiter.finished(2, answer: RateLimitAnswer(limit: 5, remaining: 0), at: 9).start == [3])
    }

    @Test("a 429 of a route waits its time and goes first; other keys go on")
    func routeDenied() {
        var limiter = free()
        _ = limiter.submit(1, key: key, at: 0)
        let denial = RateLimitAnswer(limit: 20, remaining: 0, resetAfter: 10_000, denial: .route(retryAfter: 350))
        #expect(limiter.again(1, answer: denial, at: 1000) == .init(start: [], wakeAt: 1350))
        #expect(limiter.submit(2, key: key, at: 1000).start == [])
        #expect(limiter.submit(3, key: other, at: 1000).start == [3])
        #expect(limiter.timePassed(at: 1349).start == [])
        // One fits; the next one slot later.
        #expect(limiter.timePassed(at: 1350) == .init(start: [1], wakeAt: 1850))
        #expect(limiter.timePassed(at: 1850).start == [2])
    }

    @Test("several refused at once come back in their order, one a slot, not together")
    func burstDenied() {
        var limiter = free()
        for ticket in UInt64(1)...4 { _ = limiter.submit(ticket, key: key, at: 0) }
        let denial = RateLimitAnswer(limit: 20, remaining: 0, resetAfter: 10_000, denial: .route(retryAfter: 400))
        for ticket in UInt64(1)...4 { _ = limiter.again(ticket, answer: denial, at: 0) }
        #expect(limiter.timePassed(at: 399) == .init(start: [], wakeAt: 400))
        #expect(limiter.timePassed(at: 400) == .init(start: [1], wakeAt: 900))
        #expect(limiter.timePassed(at: 900) == .init(start: [2], wakeAt: 1400))
        #expect(limiter.timePassed(at: 1400) == .init(start: [3], wakeAt: 1900))
        #expect(limiter.timePassed(at: 1900) == .init(start: [4], wakeAt: nil))
    }

    @Test("a 429 of all pauses everything for its time")
    func globalDenied() {
        var limiter = free()
        _ = limiter.submit(1, key: key, at: 0)
        let denial = RateLimitAnswer(denial: .global(retryAfter: 700))
        #expect(limiter.again(1, answer: denial, at: 0) == .init(start: [], wakeAt: 700))
        #expect(limiter.submit(2, key: other, at: 1) == .init(start: [], wakeAt: 700))
        #expect(limiter.timePassed(at: 699).start == [])
        #expect(limiter.timePassed(at: 700).start == [1])
        #expect(limiter.timePassed(at: 721).start == [2])
    }

    @Test("a repetition with a delay waits without holding up its key")
    func delayed() {
        var limiter = free()
        _ = limiter.submit(1, key: key, at: 0)
        #expect(limiter.again(1, answer: nil, notBefore: 500, at: 0) == .init(start: [], wakeAt: 500))
        #expect(limiter.submit(2, key: key, at: 0).start == [2])
        #expect(limiter.timePassed(at: 500).start == [1])
    }

    @Test("a request that is withdrawn never leaves, wherever it waits")
    func withdrawn() {
        var limiter = free()
        _ = limiter.submit(1, key: key, at: 0)
        _ = limiter.again(1, answer: RateLimitAnswer(denial: .route(retryAfter: 100)), at: 0)
        _ = limiter.submit(2, key: key, at: 0)
        _ = limiter.submit(3, key: other, at: 0)
        _ = limiter.again(3, answer: nil, notBefore: 50, at: 0)
        _ = limiter.withdraw(1, at: 10)
        _ = limiter.withdraw(3, at: 10)
        #expect(limiter.timePassed(at: 60).start == [])
        #expect(limiter.timePassed(at: 100).start == [2])
    }

    @Test("keys take turns when all together are limited")
    func fairness() {
        var limiter = free(.init(global: 2))
        _ = limiter.submit(900, key: key, at: 0)
        _ = limiter.finished(900, answer: RateLimitAnswer(limit: 100, remaining: 99), at: 0)
        for ticket in UInt64(1)...3 { _ = limiter.submit(ticket, key: key, at: 0) }
        for ticket in UInt64(11)...13 { _ = limiter.submit(ticket, key: other, at: 0) }
        var order: [UInt64] = []
        var now: Int64 = 0
        while order.count < 6, now < 10_000 {
            now += 500
            let started = limiter.timePassed(at: now).start
            for ticket in started { order += [ticket] + limiter.finished(ticket, answer: nil, at: now).start }
        }
        #expect(order == [1, 11, 2, 12, 3, 13])
    }

    @Test("keys that have nothing to tell are forgotten")
    func forgetting() {
        var limiter = free(.init(global: nil))
        for ticket in UInt64(1)...5000 {
            let key = RateLimiter.Key(route: "r", major: "\(ticket)")
            _ = limiter.submit(ticket, key: key, at: Int64(ticket) * 10)
            let answer = RateLimitAnswer(limit: 20, remaining: 19, resetAfter: 500)
            _ = limiter.finished(ticket, answer: answer, at: Int64(ticket) * 10)
        }
        #expect(limiter.keyCount < 600)
    }

    @Test("a server with a leaky bucket refuses at most the first burst", arguments: [20, 5])
    func againstServer(limit: Int) {
        // The server: `limit` at once, then one every 10,000/limit ms; an answer takes 30 ms.
        let slot = 10_000.0 / Double(limit)
        var level = 0.0
        var levelAt: Int64 = 0
        var limiter = RateLimiter()
        var answers: [(at: Int64, ticket: UInt64)] = []
        var refused = 0
        var done = 0
        var now: Int64 = 0
        var pending: RateLimiter.Actions = .init()
        for ticket in UInt64(1)...60 {
            let actions = limiter.submit(ticket, key: key, at: 0)
            for ticket in actions.start { answers.append((30, ticket)) }
            pending = actions
        }
        while done < 60, now < 1_000_000 {
            let next = answers.min { ($0.at, $0.ticket) < ($1.at, $1.ticket) }
            if let next, next.at <= pending.wakeAt ?? .max {
                now = next.at
                answers.removeAll { $0.ticket == next.ticket }
                level = max(0, level - Double(now - levelAt) / slot)
                levelAt = now
                if level + 1 <= Double(limit) + 0.001 {
                    level += 1
                    done += 1
                    let answer = RateLimitAnswer(
                        limit: limit, remaining: Int(Double(limit) - level + 0.001), resetAfter: Int64(level * slot))
                    pending = limiter.finished(next.ticket, answer: answer, at: now)
                } else {
                    refused += 1
                    let wait = Int64(((level + 1 - Double(limit)) * slot).rounded(.up))
                    let answer = RateLimitAnswer(
                        limit: limit, remaining: 0, resetAfter: Int64(level * slot), denial: .route(retryAfter: wait))
                    pending = limiter.again(next.ticket, answer: answer, at: now)
                }
            } else if let wake = pending.wakeAt {
                now = max(now, wake)
                pending = limiter.timePassed(at: now)
            } else {
                break
            }
            for ticket in pending.start { answers.append((now + 30, ticket)) }
        }
        #expect(done == 60)
        #expect(refused <= 40)
        // No slower than the server allows, by more than some slots.
        #expect(Double(now) < Double(60 - limit + 4) * slot + 1000)
    }
}
