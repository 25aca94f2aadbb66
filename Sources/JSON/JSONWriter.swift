/// Writes JSON into bytes; commas and colons are its own business.
///
/// The caller answers for the shape: values and `key` by turns inside objects, every `begin` ended. What cannot be
/// written in JSON is not: NaN becomes null, invalid UTF-8 becomes U+FFFD.
public struct JSONWriter {
    /// What has been written.
    public private(set) var bytes: [UInt8]
    /// Whether a comma is due before the next key or value. One flag is enough for all levels: a closed level is a
    /// value of the one around it.
    private var commaDue = false

    /// - Parameter reserving: Bytes to make room for at once.
    public init(reserving: Int = 256) {
        bytes = []
        bytes.reserveCapacity(max(0, reserving))
    }

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes an object whose members `body` writes.
    @inlinable
    public mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        beginObject()
        try body(&self)
        endObject()
    }

    /// Writes an array whose values `body` writes.
    @inlinable
    public mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        beginArray()
        try body(&self)
        endArray()
    }

    /// Writes the name of the member whose value follows.
    public mutating func key(_ name: StaticString) {
        separate()
        name.withUTF8Buffer { quote(UnsafeRawBufferPointer($0)) }
        bytes.append(UInt8(ascii: ":"))
        commaDue = false
    }

    /// Writes the name of the member whose value follows.
    public mutating func key(_ name: String) {
        separate()
        var copy = name
        copy.withUTF8 { quote(UnsafeRawBufferPointer($0)) }
        bytes.append(UInt8(ascii: ":"))
        commaDue = false
    }

    public mutating func null() { literal("null") }
    public mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    public mutating func string(_ value: String) {
        separate()
        var copy = value
        copy.withUTF8 { quote(UnsafeRawBufferPointer($0)) }
    }

    /// Writes UTF-8 as a string; what is invalid in it becomes U+FFFD.
    public mutating func string(bytes text: UnsafeRawBufferPointer) {
        guard UTF8Check.isValid(text) else { return string(String(decoding: text, as: UTF8.self)) }
        separate()
        quote(text)
    }

    public mutating func int<T: FixedWidthInteger>(_ value: T) {
        separate()
        if let small = UInt64(exactly: value.magnitude) {
            if value < 0 { bytes.append(UInt8(ascii: "-")) }
            decimal(small)
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    /// Writes the shortest text that gives the same number again; NaN and the infinities become null.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    public mutating func number(_ value: JSONNumber) {
        separate()
        bytes.append(contentsOf: value.text.utf8)
    }

    /// Copies one complete value. The caller answers for its correctness.
    public mutating func raw(_ value: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: value)
    }
}

extension JSONWriter {
    @inline(__always)
    private mutating func separate() {
        if commaDue { bytes.append(UInt8(ascii: ",")) }
        commaDue = true
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        commaDue = false
    }

    private mutating func close(_ byte: UInt8) {
        bytes.append(byte)
        commaDue = true
    }

    private mutating func literal(_ word: StaticString) {
        separate()
        word.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func decimal(_ value: UInt64) {
        if value < 10 { return bytes.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value)) }
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var start = 20
            var rest = value
            while rest > 0 {
                let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
                start &-= 1
                digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: remainder)
                rest = quotient
            }
            bytes.append(contentsOf: digits[start...])
        }
    }

    /// Writes valid UTF-8 in quotes. Only quotes, backslashes and control characters need an escape.
    private mutating func quote(_ text: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        if let base = text.baseAddress {
            var start = 0
            while true {
                let end = Self.endOfPlainRun(base, from: start, count: text.count)
                bytes.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: end &- start))
                guard end < text.count else { break }
                escape(text[end])
                start = end &+ 1
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private static func endOfPlainRun(_ base: UnsafeRawPointer, from start: Int, count: Int) -> Int {
        var index = start
        while count &- index >= 8 {
            let marks = WordScan.specials(
                base.loadUnaligned(fromByteOffset: index, as: UInt64.self), beyondASCII: false)
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < count {
            let next = base.load(fromByteOffset: index, as: UInt8.self)
            if next < 0x20 || next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") { break }
            index &+= 1
        }
        return index
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(Hex.digit(byte &>> 4))
            bytes.append(Hex.digit(byte & 15))
        }
    }
}
