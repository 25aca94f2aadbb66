import NIOCore

/// Bytes made once, in which only numbers of a fixed width change: a frame costs a copy and a few digits.
struct FrameTemplate {
    /// Where a number stands, by the marker that stood there.
    private let slots: [(offset: Int, width: Int, name: Slot)]
    let bytes: [UInt8]

    enum Slot: CaseIterable {
        /// Nine digits.
        case sequence
        /// Nineteen digits each.
        case message, channel

        var width: Int { self == .sequence ? 9 : 19 }
        /// Stands in the text in place of the number, and has its width.
        var marker: String {
            switch self {
            case .sequence: "SSSSSSSSS"
            case .message: "MMMMMMMMMMMMMMMMMMM"
            case .channel: "CCCCCCCCCCCCCCCCCCC"
            }
        }
    }

    /// - Parameter head: bytes before the text, for example a WebSocket header, made from the text's length.
    init(_ text: String, head: (Int) -> [UInt8] = { _ in [] }) {
        let body = Array(text.utf8)
        let bytes = head(body.count) + body
        var slots: [(offset: Int, width: Int, name: Slot)] = []
        for slot in Slot.allCases {
            let marker = Array(slot.marker.utf8)
            var at = 0
            while at + marker.count <= bytes.count {
                if bytes[at] == marker[0], bytes[at..<(at + marker.count)].elementsEqual(marker) {
                    slots.append((at, marker.count, slot))
                    at += marker.count
                } else {
                    at += 1
                }
            }
        }
        self.slots = slots
        self.bytes = bytes
    }

    /// Appends the bytes with these numbers in them.
    func write(to buffer: inout ByteBuffer, sequence: UInt64 = 0, message: UInt64, channel: UInt64) {
        let count = bytes.count
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            bytes.withUnsafeBytes { target.copyMemory(from: $0) }
            for slot in slots {
                var value: UInt64
                switch slot.name {
                case .sequence: value = sequence
                case .message: value = message
                case .channel: value = channel
                }
                var at = slot.offset + slot.width
                while at > slot.offset {
                    at -= 1
                    let (rest, digit) = value.quotientAndRemainder(dividingBy: 10)
                    target[at] = UInt8(truncatingIfNeeded: digit &+ 48)
                    value = rest
                }
            }
            return count
        }
    }
}
