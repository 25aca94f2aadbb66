/// What an answer says about limits.
public struct RateLimitAnswer: Sendable, Hashable {
    /// A refusal: how long to wait, in milliseconds.
    public enum Denial: Sendable, Hashable {
        /// This route and major parameter alone.
        case route(retryAfter: Int64)
        /// Every request.
        case global(retryAfter: Int64)
    }

    /// Requests that the bucket admits at once.
    public var limit: Int?
    /// Whole requests that are left.
    public var remaining: Int?
    /// Milliseconds until the bucket is completely empty again, which is much later than the next request's turn.
    public var resetAfter: Int64?
    public var denial: Denial?

    public init(limit: Int? = nil, remaining: Int? = nil, resetAfter: Int64? = nil, denial: Denial? = nil) {
        self.limit = limit
        self.remaining = remaining
        self.resetAfter = resetAfter
        self.denial = denial
    }

    /// Whether the instance limits at all.
    var showsLimits: Bool { limit != nil || remaining != nil || denial != nil }
}

extension RateLimitAnswer {
    /// Reads headers and, of a 429, the body. A 429 that says only that something is locked is no denial.
    init(_ response: HTTPResponse, error: ErrorBody?) {
        self.init(
            limit: response.header("X-RateLimit-Limit").flatMap { Int($0) },
            remaining: response.header("X-RateLimit-Remaining").flatMap { Int($0) }.map { max(0, $0) },
            resetAfter: response.header("X-RateLimit-Reset-After").flatMap { Double($0) }.map(Self.milliseconds))
        guard response.status == 429, error?.code != "RESOURCE_LOCKED" else { return }
        let retryAfter = Self.retryAfter(response, error: error) ?? 1000
        let isGlobal = error?.isGlobal ?? (response.header("X-RateLimit-Global") == "true")
        denial = isGlobal ? .global(retryAfter: retryAfter) : .route(retryAfter: retryAfter)
    }

    /// How long the answer asks to wait: the body's fraction of seconds, else the header's whole ones.
    static func retryAfter(_ response: HTTPResponse, error: ErrorBody?) -> Int64? {
        if let seconds = error?.retryAfter { return max(1, milliseconds(seconds)) }
        return response.header("Retry-After").flatMap { Double($0) }.map { max(1, milliseconds($0)) }
    }

    /// Rounded up; nonsense is 0 and a day is the most.
    private static func milliseconds(_ seconds: Double) -> Int64 {
        guard seconds > 0 else { return 0 }
        return Int64((min(seconds, 86_400) * 1000).rounded(.up))
    }
}
