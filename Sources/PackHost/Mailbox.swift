import LuaRuntime

/// One event on its way to a pack.
public struct Delivery: Sendable {
    /// May be dropped when the mailbox is full (typing, presence, reactions go before messages).
    public let isDroppable: Bool
    /// Runs on the thread of the generation that serves when its turn comes.
    public let body: @Sendable (LuaState) -> Void

    public init(isDroppable: Bool, _ body: @escaping @Sendable (LuaState) -> Void) {
        self.isDroppable = isDroppable
        self.body = body
    }
}

/// Events that wait for a pack, in gateway order, bounded. A value; the pack guards it.
struct Mailbox {
    private var items: [Delivery] = []
    private var head = 0
    private(set) var dropped = 0
    /// How many of those that wait may be dropped.
    private var droppable = 0
    let limit: Int

    init(limit: Int = 10_000) { self.limit = limit }

    var isEmpty: Bool { head >= items.count }
    var count: Int { items.count - head }

    /// Appends in order. A full mailbox drops the oldest droppable event, or the new one if it may be, else the oldest.
    mutating func append(_ delivery: Delivery) {
        if count >= limit {
            dropped += 1
            if droppable > 0, let victim = items[head...].firstIndex(where: \.isDroppable) {
                items.remove(at: victim)
                droppable -= 1
            } else if delivery.isDroppable {
                return
            } else {
                head += 1
                compact()
            }
        }
        items.append(delivery)
        if delivery.isDroppable { droppable += 1 }
    }

    private mutating func compact() {
        guard head > 1024, head * 2 > items.count else { return }
        items.removeFirst(head)
        head = 0
    }

    mutating func take() -> Delivery? {
        guard head < items.count else { return nil }
        let item = items[head]
        head += 1
        if item.isDroppable { droppable -= 1 }
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else {
            compact()
        }
        return item
    }

    mutating func takeDropped() -> Int {
        defer { dropped = 0 }
        return dropped
    }
}
