/// What the chat pages are told, kept for those that come back: the last events, each with its cursor.
///
/// Cursors only grow, and start at a number made from the time of day, so that a page that was connected to an earlier
/// run of the program is told to begin anew instead of being shown the wrong rest.
struct PageFeed: Sendable {
    struct Event: Sendable, Hashable {
        let cursor: Int64
        /// The event's name on the stream.
        let name: String
        /// One JSON object, on one line.
        let data: [UInt8]

        /// As the stream has it.
        var text: [UInt8] {
            Array("id: \(cursor)\nevent: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
        }
    }

    static let kept = 2_000

    private var events: [Event] = []
    private(set) var cursor: Int64

    init(startingAt cursor: Int64) { self.cursor = cursor }

    mutating func append(_ name: String, _ data: [UInt8]) {
        cursor += 1
        events.append(Event(cursor: cursor, name: name, data: data))
        if events.count >= Self.kept * 2 { events.removeFirst(events.count - Self.kept) }
    }

    /// What came after `cursor`; a single `reset` where that is no longer known, or never was.
    func events(after cursor: Int64) -> [Event] {
        guard cursor != self.cursor else { return [] }
        let oldest = self.cursor - Int64(events.count)
        guard cursor >= oldest, cursor < self.cursor else {
            return [Event(cursor: self.cursor, name: "reset", data: Array("{}".utf8))]
        }
        return Array(events.suffix(Int(self.cursor - cursor)))
    }
}
