import FluxerModel
import JSON

/// One call, complete: which route, with what, and how it may be repeated.
public struct RESTRequest: Sendable {
    public let route: Route
    /// The filled path, percent-encoded, below the API's base address.
    public let path: String
    /// The path with secrets masked, for errors and logs.
    public let shownPath: String
    /// `?limit=200&after=0`, or empty.
    public let query: String
    /// JSON bytes.
    public let body: [UInt8]?
    /// Whether sending it twice does no harm: every method but POST, and a POST that carries a nonce.
    public let isRepeatable: Bool
    /// Calls of one lane leave in the order in which they were enqueued, one in flight.
    public let lane: String?
    /// For the guild's audit log.
    public private(set) var reason: String?
    /// Milliseconds an attempt may take.
    public var timeout: Int64 = 15_000

    let limitKey: RateLimiter.Key

    /// - Parameters:
    ///   - query: names and values, not encoded.
    ///   - hasNonce: the body has a nonce by which the server recognises a repetition.
    public init(
        _ route: Route, _ parameters: [String: String] = [:], query: [(name: String, value: String)] = [],
        body: [UInt8]? = nil, hasNonce: Bool = false, lane: String? = nil
    ) throws(ValidationError) {
        do {
            path = try route.path(parameters)
            let masked = parameters["token"] == nil ? parameters : parameters.merging(["token": "***"]) { $1 }
            shownPath = parameters["token"] == nil ? path : try route.path(masked)
        } catch {
            throw ValidationError(field: error.parameter, detail: error.detail)
        }
        self.route = route
        self.query =
            query.isEmpty
            ? ""
            : "?"
                + query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
                .joined(separator: "&")
        self.body = body
        self.lane = lane
        isRepeatable = route.method != .post || hasNonce
        limitKey = RateLimiter.Key(route: route.description, major: route.major.flatMap { parameters[$0] })
    }

    /// The same call with a reason for the audit log: at most 512 characters, on one line.
    public func with(reason: String?) throws(ValidationError) -> RESTRequest {
        var request = self
        request.reason = nil
        guard let reason else { return request }
        // The server reads it verbatim and drops one that is too long without a word.
        let line = String(reason.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        let clean = String(
            String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
        guard clean.utf16.count <= 512 else {
            throw ValidationError(field: "reason", detail: "\(clean.utf16.count) of at most 512 characters")
        }
        if clean.contains(where: { !$0.isWhitespace }) { request.reason = clean }
        return request
    }
}

/// What makes a repetition of a post recognisable.
enum Nonce {
    /// 26 characters: some 128 random bits.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let text = String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
        return String(text.prefix(32))
    }
}
