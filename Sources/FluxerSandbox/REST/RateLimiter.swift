/// Leaky buckets for callers and routes (rest.md 5.1). Told the time, it keeps none.
struct RateLimiter: Sendable {
    /// What the limiter says of one request.
    enum Verdict: Sendable, Equatable {
        case admitted(Standing)
        /// The route's bucket is full.
        case limited(Standing, retryAfter: Duration)
        /// The caller's global bucket is full.
        case globallyLimited(retryAfter: Duration)
    }

    /// A bucket's state for the `X-RateLimit-*` headers.
    struct Standing: Sendable, Equatable {
        let limit: Int
        let remaining: Int
        /// Until the bucket is completely empty again.
        let resetAfter: Duration
        let bucket: String
    }

    private struct Key: Hashable {
        let bucket: String
        let caller: String
        let major: String
    }

    /// How much stood in the bucket at some time, in requests.
    private struct Level {
        var fill: Double
        var at: Duration
    }

    var limits: RateLimits
    private var levels: [Key: Level] = [:]

    init(limits: RateLimits) { self.limits = limits }

    /// Counts one request. The global bucket comes first; the route's is charged only if that has room.
    /// - Parameters:
    ///   - major: value of the path parameter that the bucket is kept for, or empty.
    /// - Returns: nil where limits are off.
    mutating func admit(_ bucket: Bucket, caller: String, major: String, at now: Duration) -> Verdict? {
        guard limits.isEnabled else { return nil }
        let globalKey = Key(bucket: "", caller: caller, major: "")
        let global = limits.global
        let globalFill = fill(of: globalKey, in: global, at: now)
        guard globalFill + 1 <= Double(global.limit) + 1e-9 else {
            return .globallyLimited(retryAfter: wait(globalFill, in: global))
        }
        put(globalFill + 1, for: globalKey, at: now)

        let allowance = limits.allowance(of: bucket)
        let key = Key(bucket: bucket.name, caller: caller, major: major)
        let before = fill(of: key, in: allowance, at: now)
        guard before + 1 <= Double(allowance.limit) + 1e-9 else {
            let standing = standing(before, in: allowance, of: bucket, isDenied: true)
            return .limited(standing, retryAfter: wait(before, in: allowance))
        }
        put(before + 1, for: key, at: now)
        return .admitted(standing(before + 1, in: allowance, of: bucket, isDenied: false))
    }

    private func fill(of key: Key, in allowance: RateLimits.Allowance, at now: Duration) -> Double {
        guard let level = levels[key] else { return 0 }
        let leaked = (now - level.at).inSeconds * rate(allowance)
        return max(0, level.fill - max(0, leaked))
    }

    private mutating func put(_ fill: Double, for key: Key, at now: Duration) {
        if levels.count > 10_000 { levels = levels.filter { (now - $0.value.at) < .seconds(3_600) } }
        levels[key] = Level(fill: fill, at: now)
    }

    private func standing(
        _ fill: Double, in allowance: RateLimits.Allowance, of bucket: Bucket, isDenied: Bool
    ) -> Standing {
        let remaining = isDenied ? 0 : max(0, Int(Double(allowance.limit) - fill + 1e-9))
        return Standing(
            limit: allowance.limit, remaining: remaining, resetAfter: .seconds(fill / rate(allowance)),
            bucket: bucket.hash)
    }

    /// Until one more request fits.
    private func wait(_ fill: Double, in allowance: RateLimits.Allowance) -> Duration {
        max(.milliseconds(1), .seconds((fill + 1 - Double(allowance.limit)) / rate(allowance)))
    }

    /// Requests a second.
    private func rate(_ allowance: RateLimits.Allowance) -> Double {
        Double(allowance.limit) / allowance.window.inSeconds
    }
}
