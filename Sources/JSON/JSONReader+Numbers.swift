/// Where a number stands, and whether it is digits only (after a sign).
struct NumberExtent {
    let start: Int
    let end: Int
    let digitsOnly: Bool
}

/// Sign and magnitude, where a number is an integer of at most 64 bits.
@usableFromInline
struct IntegerParts {
    @usableFromInline let negative: Bool
    @usableFromInline let magnitude: UInt64

    @usableFromInline
    init(negative: Bool, magnitude: UInt64) {
        self.negative = negative
        self.magnitude = magnitude
    }

    /// The value, if the type holds it.
    @inlinable
    func value<T: FixedWidthInteger>(as type: T.Type) -> T? {
        if !negative || magnitude == 0 { return T(exactly: magnitude) }
        if magnitude > 1 << 63 { return nil }
        return T(exactly: Int64(truncatingIfNeeded: 0 &- magnitude))
    }
}

extension JSONReader {
    /// Consumes a number whose value is a whole one that `T` holds: `100`, `1e2` and `100.0` are the same, `1.5` and
    /// anything beyond 64 bits are `outOfRange`.
    @inlinable
    public mutating func readInt<T: FixedWidthInteger>(_: T.Type = T.self) throws(JSONError) -> T {
        let bookmark = position
        let parts = try scanInteger()
        guard let value = parts.value(as: T.self) else { throw unfit(bookmark, "\(T.self)") }
        return value
    }

    /// Consumes a number. One beyond the range of `Double` is `outOfRange`; one too near to 0 is 0.
    public mutating func readDouble() throws(JSONError) -> Double {
        let bookmark = position
        let extent = try scanNumber()
        let value = Decimal(bytes(extent)).double
        guard value.isFinite else { throw unfit(bookmark, "Double") }
        return value
    }

    /// Consumes a number and keeps its text.
    public mutating func readNumber() throws(JSONError) -> JSONNumber {
        let extent = try scanNumber()
        return JSONNumber(validated: String(decoding: bytes(extent), as: UTF8.self))
    }

    func bytes(_ extent: NumberExtent) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + extent.start, count: extent.end &- extent.start)
    }

    @usableFromInline
    mutating func scanInteger() throws(JSONError) -> IntegerParts {
        let bookmark = position
        let extent = try scanNumber()
        guard let parts = Decimal(bytes(extent)).integer else { throw unfit(bookmark, "a 64-bit integer") }
        return parts
    }

    @usableFromInline @inline(never)
    mutating func unfit(_ bookmark: Int, _ type: String) -> JSONError {
        position = bookmark
        skipBlanks()
        let start = position
        var copy = self
        let extent = try? copy.scanNumber()
        let text = extent.map { String(decoding: bytes($0).prefix(40), as: UTF8.self) } ?? ""
        return failure(
            .outOfRange, at: start,
            "\(text) is not \(type == "Double" ? "in the range of" : "an integer that fits") \(type)")
    }

    /// Validates the next number and passes over it.
    mutating func scanNumber() throws(JSONError) -> NumberExtent {
        var next = try firstByte()
        let start = position
        var index = start
        if next == UInt8(ascii: "-") {
            index &+= 1
            guard index < end else { throw failure(.unexpectedEnd, at: end, "the text ends inside a number") }
            next = byte(index)
            guard isDigit(next) else {
                throw failure(.invalidNumber, at: index, "expected a digit after '-', found \(describe(next))")
            }
        }
        guard isDigit(next) else { throw mismatch(wanted: .number) }
        index &+= 1
        if next == UInt8(ascii: "0") {
            if index < end, isDigit(byte(index)) {
                throw failure(.invalidNumber, at: index, "a number has a leading zero")
            }
        } else {
            skipDigits(&index)
        }
        var digitsOnly = true
        if index < end, byte(index) == UInt8(ascii: ".") {
            digitsOnly = false
            index &+= 1
            try digits(&index, after: "the decimal point")
        }
        if index < end, byte(index) | 0x20 == UInt8(ascii: "e") {
            digitsOnly = false
            index &+= 1
            if index < end, byte(index) == UInt8(ascii: "+") || byte(index) == UInt8(ascii: "-") { index &+= 1 }
            try digits(&index, after: "the exponent's mark")
        }
        position = index
        return NumberExtent(start: start, end: index, digitsOnly: digitsOnly)
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    @inline(__always)
    private func skipDigits(_ index: inout Int) {
        while index < end, isDigit(byte(index)) { index &+= 1 }
    }

    private mutating func digits(_ index: inout Int, after what: String) throws(JSONError) {
        guard index < end else { throw failure(.unexpectedEnd, at: end, "the text ends inside a number") }
        guard isDigit(byte(index)) else {
            throw failure(.invalidNumber, at: index, "expected a digit after \(what), found \(describe(byte(index)))")
        }
        skipDigits(&index)
    }
}
