import FluxerModel

/// What a test has asked to go wrong.
struct FaultBook: Sendable {
    struct Order: Sendable {
        /// nil: any route.
        let route: Route?
        let answer: FaultAnswer
        var remaining: Int
    }

    var refusesConnections = false
    var refusals = 0
    private var orders: [Order] = []

    mutating func add(_ order: Order) {
        if order.remaining > 0 { orders.append(order) }
    }

    mutating func clear() { self = FaultBook() }

    /// The answer that the next request of a route gets instead of its own. Orders are used in the order in which they
    /// were given.
    mutating func take(for route: Route) -> FaultAnswer? {
        guard let index = orders.firstIndex(where: { $0.route == nil || $0.route == route }) else { return nil }
        defer {
            orders[index].remaining -= 1
            if orders[index].remaining == 0 { orders.remove(at: index) }
        }
        return orders[index].answer
    }
}

/// How a request fails that a test has chosen.
public struct FaultAnswer: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case status(Int, headers: [RESTAnswer.Header], body: [UInt8], contentType: String)
        case cut
        case cutAfterHandling
        case silence
    }

    let kind: Kind

    /// A status with a body.
    /// - Parameters:
    ///   - status: 200 to 599.
    ///   - headers: added to the answer.
    public static func status(
        _ status: Int, headers: [String: String] = [:], body: String = "", contentType: String = "application/json"
    ) -> FaultAnswer {
        let list = headers.sorted { $0.key < $1.key }.map { RESTAnswer.Header(name: $0.key, value: $0.value) }
        return FaultAnswer(
            kind: .status(status, headers: list, body: Array(body.utf8), contentType: contentType))
    }

    /// A 429 as the platform sends it for a route, or with `global` for everything.
    public static func rateLimited(retryAfter seconds: Double, global: Bool = false) -> FaultAnswer {
        var headers = ["Retry-After": String(Int(max(1, seconds.rounded(.up))))]
        headers["X-RateLimit-Scope"] = global ? "global" : "user"
        if global { headers["X-RateLimit-Global"] = "true" }
        return .status(
            429, headers: headers,
            body: """
                {"code":"RATE_LIMITED","message":"You are being rate limited.","global":\(global),\
                "retry_after":\(seconds)}
                """)
    }

    /// The connection ends without an answer and nothing has happened.
    public static let cut = FaultAnswer(kind: .cut)
    /// The request is carried out, and then the connection ends without an answer.
    public static let cutAfterHandling = FaultAnswer(kind: .cutAfterHandling)
    /// No answer comes until the client gives up.
    public static let silence = FaultAnswer(kind: .silence)
}
