/// Which rate limits the sandbox's REST routes have.
public struct RateLimits: Sendable, Hashable {
    /// One leaky bucket: `limit` requests at once, refilled evenly over `window`.
    public struct Allowance: Sendable, Hashable {
        public var limit: Int
        public var window: Duration

        /// - Parameters:
        ///   - limit: at least 1.
        ///   - window: more than zero.
        public init(_ limit: Int, per window: Duration = .seconds(10)) {
            self.limit = max(1, limit)
            self.window = max(window, .milliseconds(1))
        }
    }

    /// Whether there are limits at all. Without them no header is sent.
    public var isEnabled: Bool
    /// All requests of one caller together.
    public var global: Allowance
    /// Allowances by the name of a bucket, in place of the platform's. A bucket has the name of its route
    /// (`Route.name`); all reaction routes share `reactions`.
    public var overrides: [String: Allowance]

    public init(
        isEnabled: Bool = true, global: Allowance = Allowance(50, per: .seconds(1)),
        overrides: [String: Allowance] = [:]
    ) {
        self.isEnabled = isEnabled
        self.global = global
        self.overrides = overrides
    }

    /// The platform's numbers (rest.md 5.1, 5.4).
    public static let platform = RateLimits()
    /// No limits, no headers.
    public static let off = RateLimits(isEnabled: false)

    func allowance(of bucket: Bucket) -> Allowance { overrides[bucket.name] ?? bucket.allowance }
}

/// The bucket that a route draws on. Several routes can share one.
struct Bucket: Sendable, Hashable {
    let name: String
    let allowance: RateLimits.Allowance

    init(_ name: String, _ limit: Int, per window: Duration = .seconds(10)) {
        self.name = name
        allowance = RateLimits.Allowance(limit, per: window)
    }

    /// 16 hexadecimal digits that name the bucket, not its channel and not its caller.
    var hash: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
