/// Values by the moment at which they are due, earliest first; equal moments in the order of their coming.
struct TimeQueue<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let moment: Int64
        let order: UInt64
        let value: Value

        func isBefore(_ other: Entry) -> Bool { (moment, order) < (other.moment, other.order) }
    }

    private var heap: [Entry] = []
    private var nextOrder: UInt64 = 0

    /// When the first is due.
    var next: Int64? { heap.first?.moment }

    mutating func add(_ value: Value, at moment: Int64) {
        heap.append(Entry(moment: moment, order: nextOrder, value: value))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first value that is due.
    mutating func pop(dueAt now: Int64) -> Value? {
        guard let first = heap.first, first.moment <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first.value
    }

    private mutating func sink() {
        var parent = 0
        while true {
            let left = parent * 2 + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right].isBefore(heap[left]) ? right : left
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
