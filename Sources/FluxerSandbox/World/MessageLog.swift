import FluxerModel

/// One channel's messages in the order of their ids, the oldest dropped when there are too many.
struct MessageLog: Sendable {
    /// A message and who reacted to it.
    struct Entry: Sendable {
        /// As REST answers have it, without the message it refers to.
        var message: Message
        var reactors: [Reactors] = []
        /// Whether the reply pings the author of the message it answers; edits keep it.
        var pingsRepliedUser = false

        var id: MessageID { message.id }
    }

    /// One emoji's users in the order in which they came.
    struct Reactors: Sendable {
        let emoji: Emoji
        var users: [UserID]
    }

    let limit: Int
    private var entries: [Entry] = []
    private var start = 0

    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { entries.count - start }
    var all: ArraySlice<Entry> { entries[start...] }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        if count > limit { start += 1 }
        if start > limit {
            entries.removeFirst(start)
            start = 0
        }
    }

    subscript(id: MessageID) -> Entry? {
        index(of: id).map { entries[$0] }
    }

    mutating func update(_ id: MessageID, _ change: (inout Entry) -> Void) {
        if let index = index(of: id) { change(&entries[index]) }
    }

    @discardableResult
    mutating func remove(_ id: MessageID) -> Entry? {
        index(of: id).map { entries.remove(at: $0) }
    }

    /// One page, newest first. `around` wins over the others; `before` and `after` together are the page before
    /// `before` without what lies at or below `after`; `after` alone is the page nearest to it.
    func page(before: UInt64?, after: UInt64?, around: UInt64?, limit: Int) -> [Entry] {
        let kept = all
        if let around {
            let middle = firstIndex { $0 >= around }
            let half = limit / 2
            let low = max(start, middle - half)
            let high = min(entries.count, max(middle, low) + (limit - (middle - low)))
            return kept[low..<max(low, high)].reversed()
        }
        let low = after.map { cursor in firstIndex { $0 > cursor } } ?? start
        let high = before.map { cursor in firstIndex { $0 >= cursor } } ?? entries.count
        guard low < high else { return [] }
        let page = before == nil && after != nil ? kept[low..<high].prefix(limit) : kept[low..<high].suffix(limit)
        return page.reversed()
    }

    private func index(of id: MessageID) -> Int? {
        let index = firstIndex { $0 >= id.rawValue }
        return index < entries.count && entries[index].id == id ? index : nil
    }

    /// The first index whose id satisfies a condition that, once true, stays true.
    private func firstIndex(where condition: (UInt64) -> Bool) -> Int {
        var low = start
        var high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            if condition(entries[middle].id.rawValue) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
