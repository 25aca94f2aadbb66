/// First in, first out, without moving the rest at each step.
struct FIFO<Element> {
    private var items: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head >= items.count }
    var count: Int { items.count - head }

    /// The oldest, which stays.
    var first: Element? { head < items.count ? items[head] : nil }

    mutating func append(_ element: consuming Element) { items.append(element) }

    /// The oldest; what it holds may die outside of whatever lock guards the queue.
    mutating func take() -> Element? {
        guard head < items.count else { return nil }
        let element = items[head].take()
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: items.count <= 1024)
            head = 0
        } else if head > 512, head * 2 > items.count {
            items.removeFirst(head)
            head = 0
        }
        return element
    }

    mutating func removeAll() {
        items.removeAll()
        head = 0
    }
}
