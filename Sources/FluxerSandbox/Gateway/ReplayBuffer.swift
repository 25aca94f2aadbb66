/// The dispatches of one session that a resume could still ask for.
///
/// Bounded in number and bytes; the oldest go first, and the highest number lost that way is the floor below which a
/// resume is refused (gateway.md 1.9, 1.17).
struct ReplayBuffer: Sendable {
    struct Entry: Sendable, Hashable {
        let sequence: Int
        let frame: [UInt8]
    }

    private let rules: GatewayRules
    private var entries: [Entry] = []
    private var start = 0
    private var bytes = 0
    /// The highest sequence number lost for want of room; 0 when none was.
    private(set) var floor = 0

    init(rules: GatewayRules) { self.rules = rules }

    /// Keeps a frame, unless it is too large to be kept at all.
    mutating func append(sequence: Int, frame: [UInt8]) {
        guard frame.count <= rules.largestReplayed else { return }
        entries.append(Entry(sequence: sequence, frame: frame))
        bytes += frame.count
        while count > rules.replayEvents || bytes > rules.replayBytes {
            floor = max(floor, entries[start].sequence)
            removeFirst()
        }
    }

    /// Forgets what the client has acknowledged.
    mutating func acknowledge(_ sequence: Int) {
        while count > 0, entries[start].sequence <= sequence { removeFirst() }
    }

    /// What came after `sequence`, in order.
    func entries(after sequence: Int) -> ArraySlice<Entry> {
        entries[start...].drop { $0.sequence <= sequence }
    }

    var count: Int { entries.count - start }

    private mutating func removeFirst() {
        bytes -= entries[start].frame.count
        entries[start] = Entry(sequence: entries[start].sequence, frame: [])
        start += 1
        if start > 512, start * 2 > entries.count {
            entries.removeFirst(start)
            start = 0
        }
    }
}
