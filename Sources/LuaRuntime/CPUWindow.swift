/// CPU that was used within the last ten seconds, in steps of a tenth of a second. Pure: it is told the time.
struct CPUWindow: Sendable {
    /// Nanoseconds.
    static let length: UInt64 = 10_000_000_000
    private static let step: UInt64 = 100_000_000
    private static let steps = Int(length / step)

    private var used: [UInt64] = Array(repeating: 0, count: CPUWindow.steps)
    private var sum: UInt64 = 0
    /// The number of the step that is being filled.
    private var current: UInt64 = 0

    /// Nanoseconds of CPU within the ten seconds before `now`.
    mutating func total(at now: UInt64) -> UInt64 {
        advance(to: now)
        return sum
    }

    mutating func add(_ nanoseconds: UInt64, at now: UInt64) {
        advance(to: now)
        used[Int(current % UInt64(CPUWindow.steps))] &+= nanoseconds
        sum &+= nanoseconds
    }

    private mutating func advance(to now: UInt64) {
        let wanted = now / CPUWindow.step
        guard wanted > current else { return }
        if wanted - current >= UInt64(CPUWindow.steps) {
            used = Array(repeating: 0, count: CPUWindow.steps)
            sum = 0
        } else {
            for step in (current + 1)...wanted {
                let place = Int(step % UInt64(CPUWindow.steps))
                sum &-= used[place]
                used[place] = 0
            }
        }
        current = wanted
    }
}

/// Keeps a pack to its share of one core: once the ten seconds hold more than the share, each piece of work is followed
/// by a rest that brings work and rest together to the share. Pure: it is told the time.
struct CPUShare: Sendable {
    private var window = CPUWindow()
    /// Cores; nil: no bound.
    let share: Double?
    private(set) var isSlowed = false

    init(share: Double?) { self.share = share }

    /// Nanoseconds of CPU within the ten seconds before `now`.
    mutating func total(at now: UInt64) -> UInt64 { window.total(at: now) }

    /// Notes work and answers how many nanoseconds of rest follow it.
    mutating func charge(_ nanoseconds: UInt64, at now: UInt64) -> UInt64 {
        window.add(nanoseconds, at: now)
        guard let share, share > 0, share < 1 else { return 0 }
        let total = Double(window.total(at: now)), allowed = share * Double(CPUWindow.length)
        guard total > allowed else {
            // Some distance below, so that a pack at its limit is told of once.
            if total < allowed * 0.8 { isSlowed = false }
            return 0
        }
        isSlowed = true
        return UInt64(min(Double(nanoseconds) * (1 / share - 1), Double(CPUWindow.length)))
    }
}
