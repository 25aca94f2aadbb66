/// Keeps what must stay in order in lanes: of each lane one request at a time is let through, in the order of the calls.
struct SendOrder: Sendable {
    private var lanes: [String: FIFO<RateLimiter.Ticket>] = [:]

    /// A request joins its lane. True where it may go on at once.
    mutating func enter(_ ticket: RateLimiter.Ticket, lane: String) -> Bool {
        if lanes[lane] == nil {
            lanes[lane] = FIFO()
            return true
        }
        lanes[lane]?.append(ticket)
        return false
    }

    /// The request that was let through is done with. Answers the next one of those for which `isWanted` holds.
    mutating func leave(lane: String, isWanted: (RateLimiter.Ticket) -> Bool) -> RateLimiter.Ticket? {
        while let next = lanes[lane]?.popFirst() {
            if isWanted(next) { return next }
        }
        lanes[lane] = nil
        return nil
    }

    var isEmpty: Bool { lanes.isEmpty }
}
