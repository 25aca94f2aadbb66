/// A map that forgets what came in first when it is full.
struct BoundedMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var values: [Key: Value] = [:]
    private var order: [Key] = []
    private var head = 0
    let limit: Int

    init(limit: Int) { self.limit = max(0, limit) }

    var count: Int { values.count }

    subscript(key: Key) -> Value? { values[key] }

    /// Puts a value in, or replaces it where it stands in the order.
    mutating func set(_ value: Value, for key: Key) {
        guard limit > 0 else { return }
        if values.updateValue(value, forKey: key) == nil { order.append(key) }
        while values.count > limit, head < order.count {
            values[order[head]] = nil
            head += 1
        }
        if head > 1024, head * 2 > order.count {
            order.removeFirst(head)
            head = 0
        }
    }

    /// Changes a value in place, if it is there.
    mutating func update(_ key: Key, _ change: (inout Value) -> Void) -> Value? {
        guard let index = values.index(forKey: key) else { return nil }
        change(&values.values[index])
        return values.values[index]
    }

    mutating func updateAll(where condition: (Key) -> Bool, _ change: (inout Value) -> Void) {
        for key in values.keys.filter(condition) { _ = update(key, change) }
    }

    @discardableResult mutating func remove(_ key: Key) -> Value? {
        guard let value = values.removeValue(forKey: key) else { return nil }
        // The key stays in the order until its turn comes; twice as many as values at most, else it is swept.
        if order.count - head > 2 * max(16, values.count) {
            order = order[head...].filter { values[$0] != nil }
            head = 0
        }
        return value
    }

    mutating func removeAll(where condition: (Key, Value) -> Bool) {
        values = values.filter { !condition($0.key, $0.value) }
        order = order[head...].filter { values[$0] != nil }
        head = 0
    }
}
