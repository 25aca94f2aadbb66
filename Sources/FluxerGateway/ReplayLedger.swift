/// Which of a session's events have been handled: the number to acknowledge and to resume from.
///
/// Outside a replay that is the highest sequence delivered; it never goes down. During a replay (RESUME to RESUMED) it
/// stays where the replay began: old servers let live events slip in between replayed ones, so the highest number says
/// nothing about those below it. What came is remembered, so that a replay that breaks off and is asked for again gives
/// nothing twice. RESUMED's own number is no ordinary one: some servers repeat the request's, lower than what they have
/// just replayed, some send the current one (gateway-observed.md, Resume).
struct ReplayLedger: Sendable {
    /// The number for heartbeats and RESUME; nil before the first numbered event.
    private(set) var sequence: Int?
    private(set) var isReplaying = false
    private var seen: Set<Int> = []
    private var highest = 0

    /// More numbers than this are not remembered; a server keeps 4,096 events.
    private static let mostRemembered = 65_536

    init(sequence: Int?) { self.sequence = sequence }

    mutating func replayBegan() { isReplaying = true }

    /// Whether an event of a replay has been handled before.
    func isRepeated(_ number: Int) -> Bool {
        isReplaying && (number <= sequence ?? 0 || seen.contains(number))
    }

    /// An event has been handed over.
    mutating func delivered(_ number: Int) {
        guard isReplaying else {
            sequence = max(sequence ?? 0, number)
            return
        }
        seen.insert(number)
        highest = max(highest, number)
        if seen.count > Self.mostRemembered {
            sequence = max(sequence ?? 0, highest)
            seen.removeAll()
        }
    }

    /// RESUMED came. Answers how many events were replayed and how many numbers are missing.
    mutating func replayEnded(at resumed: Int?) -> (replayed: Int, gap: Int) {
        let floor = sequence ?? 0
        let replayed = seen.count
        let top = max(floor, highest, resumed ?? 0)
        sequence = sequence == nil && top == 0 ? nil : top
        isReplaying = false
        seen.removeAll()
        highest = 0
        return (replayed, max(0, top &- floor &- replayed))
    }
}
