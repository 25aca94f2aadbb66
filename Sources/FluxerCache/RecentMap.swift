/// A map that forgets what was put in or touched longest ago when it is full. Every operation costs the same, however
/// much is kept.
struct RecentMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Node {
        var key: Key
        /// Nil while the node is free.
        var value: Value?
        /// Neighbours by index; -1 at either end. Free nodes are chained through `newer`.
        var older: Int
        var newer: Int
    }

    private var slots: [Key: Int] = [:]
    private var nodes: [Node] = []
    private var oldest = -1
    private var newest = -1
    private var firstFree = -1
    let limit: Int

    /// - Parameter limit: How many values are kept; 0 keeps none.
    init(limit: Int) { self.limit = max(0, limit) }

    var count: Int { slots.count }

    subscript(key: Key) -> Value? { slots[key].flatMap { nodes[$0].value } }

    /// Puts a value in as the newest. Answers the key that had to go for it.
    @discardableResult
    mutating func set(_ value: Value, for key: Key) -> Key? {
        guard limit > 0 else { return nil }
        if let slot = slots[key] {
            nodes[slot].value = value
            if slot != newest {
                unlink(slot)
                link(slot)
            }
            return nil
        }
        let evicted = slots.count >= limit ? nodes[oldest].key : nil
        if let evicted { remove(evicted) }
        let slot = allocate(key, value)
        slots[key] = slot
        link(slot)
        return evicted
    }

    /// Changes a value where it stands in the order. Answers what came of it, nil if it is not there.
    @discardableResult
    mutating func update(_ key: Key, _ change: (inout Value) -> Void) -> Value? {
        guard let slot = slots[key], var value = nodes[slot].value else { return nil }
        nodes[slot].value = nil  // so that `change` works on the only copy
        change(&value)
        nodes[slot].value = value
        return value
    }

    @discardableResult
    mutating func remove(_ key: Key) -> Value? {
        guard let slot = slots.removeValue(forKey: key) else { return nil }
        unlink(slot)
        let value = nodes[slot].value
        nodes[slot].value = nil
        nodes[slot].newer = firstFree
        firstFree = slot
        return value
    }

    mutating func removeAll() { self = RecentMap(limit: limit) }

    private mutating func allocate(_ key: Key, _ value: Value) -> Int {
        guard firstFree >= 0 else {
            nodes.append(Node(key: key, value: value, older: -1, newer: -1))
            return nodes.count - 1
        }
        let slot = firstFree
        firstFree = nodes[slot].newer
        nodes[slot] = Node(key: key, value: value, older: -1, newer: -1)
        return slot
    }

    private mutating func link(_ slot: Int) {
        nodes[slot].older = newest
        nodes[slot].newer = -1
        if newest >= 0 { nodes[newest].newer = slot } else { oldest = slot }
        newest = slot
    }

    private mutating func unlink(_ slot: Int) {
        let (older, newer) = (nodes[slot].older, nodes[slot].newer)
        if older >= 0 { nodes[older].newer = newer } else { oldest = newer }
        if newer >= 0 { nodes[newer].older = older } else { newest = older }
    }
}
