import FluxerModel

/// What has an id of its own.
protocol Identified {
    associatedtype ID: Comparable
    var id: ID { get }
}

extension Channel: Identified {}
extension Role: Identified {}

/// Things by their ids, in one array sorted by them.
///
/// For the tens or hundreds that belong to one guild: a dictionary keeps a third to two thirds of its places free, which for
/// the channels of a thousand guilds is more than the channels themselves.
struct IDMap<Value: Identified & Sendable>: Sendable {
    /// Ascending by id.
    private(set) var values: [Value] = []

    var count: Int { values.count }

    subscript(id: Value.ID) -> Value? {
        let place = place(of: id)
        return place.isTaken ? values[place.index] : nil
    }

    mutating func reserve(_ count: Int) { values.reserveCapacity(count) }

    /// Puts a value under its id. Answers the one that was there.
    @discardableResult
    mutating func set(_ value: Value) -> Value? {
        let place = place(of: value.id)
        guard place.isTaken else {
            values.insert(value, at: place.index)
            return nil
        }
        let before = values[place.index]
        values[place.index] = value
        return before
    }

    @discardableResult
    mutating func remove(_ id: Value.ID) -> Value? {
        let place = place(of: id)
        return place.isTaken ? values.remove(at: place.index) : nil
    }

    /// Changes a value in place, but not its id; false if it is not there.
    @discardableResult
    mutating func update(_ id: Value.ID, _ change: (inout Value) -> Void) -> Bool {
        let place = place(of: id)
        if place.isTaken { change(&values[place.index]) }
        return place.isTaken
    }

    /// Where the id stands or would stand. Things often come in the order of their ids: then it is the end.
    private func place(of id: Value.ID) -> (index: Int, isTaken: Bool) {
        guard let last = values.last, last.id >= id else { return (values.count, false) }
        var low = 0, high = values.count - 1
        while low < high {
            let middle = (low + high) / 2
            if values[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return (low, values[low].id == id)
    }
}
