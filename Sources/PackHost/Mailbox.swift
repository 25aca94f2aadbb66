import LuaRuntime

/// One event on its way to a pack.
public struct Delivery: Sendable {
    /// May be dropped when the mailbox is full (typing, presence, reactions go before messages).
    public let isDroppable: Bool
    /// About how many bytes it keeps.
    public let bytes: Int
    /// Runs on the thread of the generation that serves when its turn comes.
    public let body: @Sendable (LuaState) -> Void

    public init(isDroppable: Bool, bytes: Int = 256, _ body: @escaping @Sendable (LuaState) -> Void) {
        self.isDroppable = isDroppable
        self.bytes = bytes
        self.body = body
    }
}

/// Events that wait for a pack, in gateway order, bounded in number and bytes. A value; the pack guards it.
struct Mailbox {
    private typealias Entry = (number: UInt64, delivery: Delivery)
    /// Each in order of arrival; the lower number of the two heads is next.
    private var kept = FIFO<Entry>()
    private var droppable = FIFO<Entry>()
    private var arrivals: UInt64 = 0
    private(set) var dropped = 0
    private(set) var bytes = 0
    let limit: Int

    init(limit: Int = 10_000) { self.limit = limit }

    var isEmpty: Bool { kept.isEmpty && droppable.isEmpty }
    var count: Int { kept.count + droppable.count }

    /// Appends in order. A full mailbox drops the oldest droppable event, or the new one if it may be, else the oldest.
    ///
    /// - Parameter room: bytes that all together may keep.
    mutating func append(_ delivery: Delivery, room: Int = .max) {
        while !isEmpty, count >= limit || delivery.bytes > room - bytes {
            dropped += 1
            if let victim = droppable.take() {
                bytes -= victim.delivery.bytes
            } else if delivery.isDroppable {
                return
            } else if let victim = kept.take() {
                bytes -= victim.delivery.bytes
            }
        }
        arrivals += 1
        bytes += delivery.bytes
        if delivery.isDroppable { droppable.append((arrivals, delivery)) } else { kept.append((arrivals, delivery)) }
    }

    mutating func take() -> Delivery? {
        let next: Entry?
        switch (kept.first, droppable.first) {
        case (let first?, let second?): next = first.number < second.number ? kept.take() : droppable.take()
        case (_?, nil): next = kept.take()
        case (nil, _): next = droppable.take()
        }
        guard let next else { return nil }
        bytes -= next.delivery.bytes
        return next.delivery
    }

    mutating func takeDropped() -> Int {
        defer { dropped = 0 }
        return dropped
    }

    /// Empties it; answers how many there were.
    mutating func clear() -> Int {
        defer {
            kept.removeAll()
            droppable.removeAll()
            bytes = 0
        }
        return count
    }
}
