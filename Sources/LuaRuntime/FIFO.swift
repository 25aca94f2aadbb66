/// First in, first out, without moving the rest at each step.
package struct FIFO<Element> {
    private var items: [Element?] = []
    private var head = 0

    package init() {}

    package var isEmpty: Bool { head >= items.count }
    package var count: Int { items.count - head }

    /// The oldest, which stays.
    package var first: Element? { head < items.count ? items[head] : nil }

    package mutating func append(_ element: consuming Element) { items.append(element) }

    /// The oldest; what it holds may die outside of whatever lock guards the queue.
    package mutating func take() -> Element? {
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

    package mutating func removeAll() {
        items.removeAll()
        head = 0
    }
}
