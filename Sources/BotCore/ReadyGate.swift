/// Decides when the bot is ready for scripts: READY names no guilds, so they are listed over REST, and `on_ready` comes
/// when each of them has arrived or is unavailable, at most 5 s after READY; where the list cannot be had, after 2 s of
/// quiet, at most 15 s after READY.
struct ReadyGate {
    private enum State: Equatable {
        case waiting
        case listing(since: Double, lastArrival: Double)
        case arriving(since: Double)
        case unlisted(since: Double, lastArrival: Double)
        case open
    }
    private var state = State.waiting

    static let listedLimit = 5.0
    static let quiet = 2.0
    static let unlistedLimit = 15.0

    var isOpen: Bool { state == .open }

    mutating func ready(at now: Double) {
        switch state {
        case .open: break
        case .waiting, .listing, .arriving, .unlisted: state = .listing(since: now, lastArrival: now)
        }
    }

    /// The list came, or failed to come.
    mutating func listed(_ succeeded: Bool) {
        guard case .listing(let since, let last) = state else { return }
        state = succeeded ? .arriving(since: since) : .unlisted(since: since, lastArrival: last)
    }

    mutating func guildArrived(at now: Double) {
        switch state {
        case .listing(let since, _): state = .listing(since: since, lastArrival: now)
        case .unlisted(let since, _): state = .unlisted(since: since, lastArrival: now)
        case .waiting, .arriving, .open: break
        }
    }

    /// Whether the gate opens now. True once.
    mutating func opens(at now: Double, missing: Int) -> Bool {
        let isOpening: Bool
        switch state {
        case .waiting, .open: isOpening = false
        case .listing(let since, _): isOpening = now - since >= ReadyGate.listedLimit
        case .arriving(let since): isOpening = missing == 0 || now - since >= ReadyGate.listedLimit
        case .unlisted(let since, let last):
            isOpening = now - last >= ReadyGate.quiet || now - since >= ReadyGate.unlistedLimit
        }
        if isOpening { state = .open }
        return isOpening
    }

    /// When to ask again; nil: not before something happens.
    var deadline: Double? {
        switch state {
        case .waiting, .open: nil
        case .listing(let since, _), .arriving(let since): since + ReadyGate.listedLimit
        case .unlisted(let since, let last): min(last + ReadyGate.quiet, since + ReadyGate.unlistedLimit)
        }
    }
}
