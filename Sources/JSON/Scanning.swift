/// Eight bytes at a time: where the next byte is that a JSON string cannot hold as it is.
@usableFromInline
enum WordScan {
    /// Sets the top bit of bytes that are a quote, a backslash, a control character or, if asked, beyond ASCII. The
    /// lowest mark is exact; above it there may be false ones, from borrows. The lowest byte is the first in memory.
    @inline(__always)
    static func specials(_ loaded: UInt64, beyondASCII: Bool) -> UInt64 {
        let word = UInt64(littleEndian: loaded)
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let slash = word ^ (ones &* 0x5C)
        var marks = (quote &- ones) & ~quote
        marks |= (slash &- ones) & ~slash
        marks |= (word &- ones &* 0x20) & ~word
        if beyondASCII { marks |= word }
        return marks & tops
    }
}

/// UTF-8 by table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Check {
    /// Length of the sequence that begins at `pointer`, or 0 where it is invalid or cut off.
    static func sequenceLength(_ pointer: UnsafeRawPointer, available: Int) -> Int {
        func at(_ index: Int) -> UInt8 { pointer.load(fromByteOffset: index, as: UInt8.self) }
        func continues(_ index: Int) -> Bool { at(index) & 0xC0 == 0x80 }
        let first = at(0)
        switch first {
        case 0..<0x80:
            return 1
        case 0xC2...0xDF:
            return available >= 2 && continues(1) ? 2 : 0
        case 0xE0...0xEF:
            guard available >= 3, continues(1), continues(2) else { return 0 }
            if first == 0xE0 && at(1) < 0xA0 || first == 0xED && at(1) > 0x9F { return 0 }
            return 3
        case 0xF0...0xF4:
            guard available >= 4, continues(1), continues(2), continues(3) else { return 0 }
            if first == 0xF0 && at(1) < 0x90 || first == 0xF4 && at(1) > 0x8F { return 0 }
            return 4
        default:
            return 0
        }
    }

    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var index = 0
        while index < bytes.count {
            let length = sequenceLength(base + index, available: bytes.count &- index)
            if length == 0 { return false }
            index &+= length
        }
        return true
    }
}

enum Hex {
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }

    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10
    }
}
