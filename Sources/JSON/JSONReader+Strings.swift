/// Where a string's contents stand in the text, and whether they hold escapes. Already validated.
@usableFromInline
struct StringExtent {
    @usableFromInline let start: Int
    @usableFromInline let end: Int
    @usableFromInline let escaped: Bool

    @usableFromInline
    init(start: Int, end: Int, escaped: Bool) {
        self.start = start
        self.end = end
        self.escaped = escaped
    }
}

extension JSONReader {
    /// Consumes a string.
    public mutating func readString() throws(JSONError) -> String {
        let extent = try scanString()
        let contents = UnsafeRawBufferPointer(start: base + extent.start, count: extent.end &- extent.start)
        guard extent.escaped else { return String(decoding: contents, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: contents.count) { target in
            unescape(contents, into: UnsafeMutableRawBufferPointer(target))
        }
    }

    /// Consumes a string and lends its UTF-8, unescaped, without making a `String`.
    @inlinable
    public mutating func withStringBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) throws(JSONError) -> R {
        let extent = try scanString()
        let contents = UnsafeRawBufferPointer(start: base + extent.start, count: extent.end &- extent.start)
        return extent.escaped ? withUnescaped(contents, body) : body(contents)
    }

    @usableFromInline @inline(never)
    func withUnescaped<R>(_ contents: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        withUnsafeTemporaryAllocation(byteCount: contents.count, alignment: 1) { target in
            let count = unescape(contents, into: target)
            return body(UnsafeRawBufferPointer(rebasing: target[..<count]))
        }
    }

    /// Validates the next string and passes over it.
    @usableFromInline
    mutating func scanString() throws(JSONError) -> StringExtent {
        guard try firstByte() == UInt8(ascii: "\"") else { throw mismatch(wanted: .string) }
        let start = position &+ 1
        var index = start
        var escaped = false
        while true {
            index = endOfPlainRun(from: index)
            guard index < end else { throw failure(.unexpectedEnd, at: end, "the text ends inside a string") }
            let next = byte(index)
            if next == UInt8(ascii: "\"") {
                position = index &+ 1
                return StringExtent(start: start, end: index, escaped: escaped)
            } else if next == UInt8(ascii: "\\") {
                escaped = true
                index = try endOfEscape(at: index)
            } else if next < 0x20 {
                throw failure(.invalidString, at: index, "a string holds \(describe(next)) unescaped")
            } else {
                let length = UTF8Check.sequenceLength(base + index, available: end &- index)
                guard length > 0 else { throw badSequence(at: index) }
                index &+= length
            }
        }
    }

    /// The first place from `index` on with a quote, a backslash, a control character or a byte beyond ASCII.
    @inline(__always)
    private func endOfPlainRun(from index: Int) -> Int {
        var index = index
        while end &- index >= 8 {
            let marks = WordScan.specials(base.loadUnaligned(fromByteOffset: index, as: UInt64.self), beyondASCII: true)
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end {
            let next = byte(index)
            if next < 0x20 || next >= 0x80 || next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") { break }
            index &+= 1
        }
        return index
    }

    @inline(never)
    private mutating func badSequence(at index: Int) -> JSONError {
        let rest = UnsafeRawBufferPointer(start: base + index, count: min(4, end &- index))
        if rest.count < 4, (0xC2...0xF4).contains(byte(index)), rest.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) {
            return failure(.unexpectedEnd, at: end, "the text ends inside a string")
        }
        return failure(.invalidString, at: index, "a string holds invalid UTF-8")
    }

    /// Checks the escape whose backslash stands at `index`, with its second half if it is a surrogate.
    @inline(never)
    private mutating func endOfEscape(at index: Int) throws(JSONError) -> Int {
        guard index &+ 1 < end else { throw failure(.unexpectedEnd, at: end, "the text ends inside a string") }
        switch byte(index &+ 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return index &+ 2
        case UInt8(ascii: "u"):
            let unit = try hexUnit(at: index &+ 2)
            if unit & 0xF800 != 0xD800 { return index &+ 6 }
            let second = index &+ 6
            guard unit < 0xDC00, second < end, byte(second) == UInt8(ascii: "\\"), second &+ 1 < end,
                byte(second &+ 1) == UInt8(ascii: "u")
            else {
                if unit < 0xDC00, second >= end || second &+ 1 >= end && byte(second) == UInt8(ascii: "\\") {
                    throw failure(.unexpectedEnd, at: end, "the text ends inside a string")
                }
                throw failure(.invalidString, at: index, "a surrogate stands alone in a string")
            }
            guard try hexUnit(at: second &+ 2) & 0xFC00 == 0xDC00 else {
                throw failure(.invalidString, at: index, "a surrogate stands alone in a string")
            }
            return second &+ 6
        case let other:
            throw failure(.invalidString, at: index, "unknown escape: a backslash and \(describe(other))")
        }
    }

    private mutating func hexUnit(at index: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for place in index..<(index &+ 4) {
            guard place < end else { throw failure(.unexpectedEnd, at: end, "the text ends inside a string") }
            guard let digit = Hex.value(byte(place)) else {
                throw failure(.invalidString, at: place, "expected a hexadecimal digit, found \(describe(byte(place)))")
            }
            unit = unit &<< 4 | UInt16(digit)
        }
        return unit
    }
}

/// Writes validated contents of a string with its escapes resolved; returns how many bytes that makes, which is
/// never more than there were.
@discardableResult
@usableFromInline
func unescape(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
    var index = 0
    var written = 0
    func put(_ byte: UInt8) {
        target[written] = byte
        written &+= 1
    }
    func unit(at place: Int) -> UInt32 {
        var unit: UInt32 = 0
        for byte in source[place..<(place &+ 4)] { unit = unit &<< 4 | UInt32(Hex.value(byte) ?? 0) }
        return unit
    }
    while index < source.count {
        let next = source[index]
        guard next == UInt8(ascii: "\\") else {
            put(next)
            index &+= 1
            continue
        }
        let kind = source[index &+ 1]
        index &+= 2
        switch kind {
        case UInt8(ascii: "b"): put(0x08)
        case UInt8(ascii: "f"): put(0x0C)
        case UInt8(ascii: "n"): put(0x0A)
        case UInt8(ascii: "r"): put(0x0D)
        case UInt8(ascii: "t"): put(0x09)
        case UInt8(ascii: "u"):
            var scalar = unit(at: index)
            index &+= 4
            if scalar & 0xF800 == 0xD800 {
                scalar = 0x10000 &+ ((scalar & 0x3FF) &<< 10 | unit(at: index &+ 2) & 0x3FF)
                index &+= 6
            }
            for byte in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter {
                put(byte)
            }
        default: put(kind)
        }
    }
    return written
}
