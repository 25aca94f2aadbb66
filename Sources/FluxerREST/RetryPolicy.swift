/// Decides what an outcome means: deliver it, or try again.
struct RetryPolicy: Sendable {
    enum Verdict: Sendable, Equatable {
        case deliver
        /// Its limit refused it: again when the limiter lets it.
        case limited(RateLimitAnswer)
        /// Again after so many milliseconds.
        case again(after: Int64)
    }

    /// How often a call has been tried.
    struct History: Sendable, Equatable {
        /// Attempts that failed for other reasons than a limit, the present one included.
        var failures = 0
        /// Attempts that found something locked.
        var locks = 0
    }

    /// Attempts in all for failures of server and connection.
    var tries = 5
    /// Attempts in all where a concurrent change holds a lock (423, or 429 RESOURCE_LOCKED).
    var lockTries = 4
    /// Milliseconds before the first repetition; doubles.
    var firstDelay: Int64 = 500
    /// The longest delay of our own.
    var longestDelay: Int64 = 8000

    /// - Parameter chance: from 0 up to 1, so that many callers do not come back together.
    func judge(
        _ outcome: Result<HTTPResponse, TransportError>, error: ErrorBody?, request: RESTRequest,
        history: inout History, chance: @autoclosure () -> Double
    ) -> Verdict {
        switch outcome {
        case .success(let response):
            return judge(response, error, request, &history, chance)
        case .failure(let failure):
            switch failure.kind {
            case .cancelled, .unusable:
                return .deliver
            case .connectFailed:
                return failed(&history, chance)
            case .interrupted, .timedOut:
                return request.isRepeatable ? failed(&history, chance) : .deliver
            }
        }
    }

    private func judge(
        _ response: HTTPResponse, _ error: ErrorBody?, _ request: RESTRequest, _ history: inout History,
        _ chance: () -> Double
    ) -> Verdict {
        var answer = RateLimitAnswer(response, error: error)
        switch response.status {
        case 429 where answer.denial != nil:
            let extra = Int64(chance() * 50)
            switch answer.denial {
            case .route(let wait): answer.denial = .route(retryAfter: wait + extra)
            case .global(let wait): answer.denial = .global(retryAfter: wait + extra)
            case nil: break
            }
            return .limited(answer)
        case 423, 429:
            history.locks += 1
            guard history.locks < lockTries else { return .deliver }
            let wait = RateLimitAnswer.retryAfter(response, error: error) ?? 1000
            return .again(after: wait + Int64(chance() * 50))
        case 503:
            // With Retry-After the server says that it did nothing.
            let wait = RateLimitAnswer.retryAfter(response, error: error)
            guard request.isRepeatable || wait != nil else { return .deliver }
            return failed(&history, chance, atLeast: wait ?? 0)
        case 500, 502, 504:
            return request.isRepeatable ? failed(&history, chance) : .deliver
        default:
            return .deliver
        }
    }

    private func failed(_ history: inout History, _ chance: () -> Double, atLeast least: Int64 = 0) -> Verdict {
        history.failures += 1
        guard history.failures < tries else { return .deliver }
        let full = min(firstDelay << min(history.failures - 1, 16), longestDelay)
        // Between half and the whole of it.
        return .again(after: max(least, full / 2 + Int64(chance() * Double(full / 2))))
    }
}
