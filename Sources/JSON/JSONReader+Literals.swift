extension JSONReader {
    /// Consumes `null`.
    public mutating func readNull() throws(JSONError) {
        guard try firstByte() == UInt8(ascii: "n") else { throw mismatch(wanted: .null) }
        try word("null")
    }

    /// Consumes a `null` if it is next, and says whether it was.
    public mutating func readNullIfPresent() throws(JSONError) -> Bool {
        guard try firstByte() == UInt8(ascii: "n") else { return false }
        try word("null")
        return true
    }

    /// Consumes `true` or `false`.
    public mutating func readBool() throws(JSONError) -> Bool {
        switch try firstByte() {
        case UInt8(ascii: "t"):
            try word("true")
            return true
        case UInt8(ascii: "f"):
            try word("false")
            return false
        default:
            throw mismatch(wanted: .bool)
        }
    }

    @inline(__always)
    mutating func word(_ word: StaticString) throws(JSONError) {
        let count = word.utf8CodeUnitCount
        guard end &- position >= count else { throw badWord(word) }
        for index in 0..<count where byte(position &+ index) != word.utf8Start[index] { throw badWord(word) }
        position &+= count
    }

    @inline(never)
    private mutating func badWord(_ word: StaticString) -> JSONError {
        var index = 0
        while position &+ index < end, byte(position &+ index) == word.utf8Start[index] { index &+= 1 }
        let place = position &+ index
        guard place < end else { return failure(.unexpectedEnd, at: end, "the text ends inside \(word)") }
        return failure(.syntax, at: place, "expected \(word), found \(describe(byte(place)))")
    }
}
