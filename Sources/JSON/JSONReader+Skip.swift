extension JSONReader {
    /// Validates the next value completely and passes over it. Does not recurse.
    public mutating func skipValue() throws(JSONError) {
        var levels = LevelStack()
        while true {
            switch try firstByte() {
            case UInt8(ascii: "{"):
                if try enter(UInt8(ascii: "{"), UInt8(ascii: "}"), .object) {
                    levels.push(object: true)
                    _ = try scanName()
                    continue
                }
            case UInt8(ascii: "["):
                if try enter(UInt8(ascii: "["), UInt8(ascii: "]"), .array) {
                    levels.push(object: false)
                    continue
                }
            case UInt8(ascii: "\""): _ = try scanString()
            case UInt8(ascii: "t"): try word("true")
            case UInt8(ascii: "f"): try word("false")
            case UInt8(ascii: "n"): try word("null")
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try scanNumber()
            case let other: throw unexpected(other, wanted: "a value")
            }
            // A value has ended, and with it perhaps the levels around it.
            while true {
                guard let inObject = levels.top else { return }
                if try goesOn(inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    if inObject { _ = try scanName() }
                    break
                }
                levels.pop()
                depth &-= 1
            }
        }
    }

    /// Validates the next value, passes over it and tells where it stands in the bytes.
    public mutating func readRaw() throws(JSONError) -> Range<Int> {
        skipBlanks()
        let start = position
        try skipValue()
        return start..<position
    }
}

/// Which levels are objects, one bit each; the first 64 without an allocation.
private struct LevelStack {
    private var bits: UInt64 = 0
    private var count = 0
    private var full: [UInt64] = []

    mutating func push(object: Bool) {
        if count == 64 {
            full.append(bits)
            count = 0
        }
        bits = bits &<< 1 | (object ? 1 : 0)
        count &+= 1
    }

    var top: Bool? { count == 0 ? nil : bits & 1 == 1 }

    mutating func pop() {
        bits &>>= 1
        count &-= 1
        if count == 0, let last = full.popLast() {
            bits = last
            count = 64
        }
    }
}
