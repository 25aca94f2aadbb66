/// Counts what happened in a rolling window and says when one more is too many.
struct RollingCount: Sendable {
    let limit: Int
    let window: Duration
    private var times: [Duration] = []
    private var start = 0

    init(limit: Int, per window: Duration) {
        self.limit = limit
        self.window = window
    }

    /// Counts one at `now`; false when the window is full, and then it is not counted.
    mutating func admit(at now: Duration) -> Bool {
        while start < times.count, now - times[start] >= window { start += 1 }
        if start > 64, start * 2 > times.count {
            times.removeFirst(start)
            start = 0
        }
        guard times.count - start < limit else { return false }
        times.append(now)
        return true
    }
}
