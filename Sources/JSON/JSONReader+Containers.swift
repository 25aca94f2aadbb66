extension JSONReader {
    /// Consumes an object and hands each member to `member`, which reads the value. A value it did not touch is
    /// skipped for it. Names may repeat; whoever keeps the last one does as most readers do.
    @inlinable
    public mutating func readObject(
        _ member: (JSONKey, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try enter(UInt8(ascii: "{"), UInt8(ascii: "}"), .object) else { return }
        defer { depth &-= 1 }
        repeat {
            let name = try scanName()
            let contents = UnsafeRawBufferPointer(start: base + name.start, count: name.end &- name.start)
            let start = position
            if name.escaped {
                try withUnescapedName(contents, member)
            } else {
                try member(JSONKey(bytes: contents), &self)
            }
            if position == start { try skipValue() }
        } while try goesOn(UInt8(ascii: "}"))
    }

    /// Consumes an array and calls `element` once for each value, which it reads. A value it did not touch is skipped.
    @inlinable
    public mutating func readArray(_ element: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        guard try enter(UInt8(ascii: "["), UInt8(ascii: "]"), .array) else { return }
        defer { depth &-= 1 }
        repeat {
            skipBlanks()
            let start = position
            try element(&self)
            if position == start { try skipValue() }
        } while try goesOn(UInt8(ascii: "]"))
    }

    /// Consumes the opening byte. False, and the level is left again, if the closing one follows at once.
    @usableFromInline
    mutating func enter(_ open: UInt8, _ close: UInt8, _ kind: JSONKind) throws(JSONError) -> Bool {
        guard try firstByte() == open else { throw mismatch(wanted: kind) }
        guard depth < depthLimit else { throw tooDeep() }
        position &+= 1
        skipBlanks()
        if position < end, byte(position) == close {
            position &+= 1
            return false
        }
        depth &+= 1
        return true
    }

    /// Consumes a comma (true) or the closing byte (false).
    @usableFromInline
    mutating func goesOn(_ close: UInt8) throws(JSONError) -> Bool {
        skipBlanks()
        guard position < end else {
            throw failure(.unexpectedEnd, at: end, "the text ends inside \(close == 0x7D ? JSONKind.object : .array)")
        }
        let next = byte(position)
        if next == UInt8(ascii: ",") {
            position &+= 1
            return true
        }
        guard next == close else { throw unexpected(next, wanted: "',' or '\(Unicode.Scalar(close))'") }
        position &+= 1
        return false
    }

    /// Consumes a member's name, its colon and the blanks after that.
    @usableFromInline
    mutating func scanName() throws(JSONError) -> StringExtent {
        skipBlanks()
        guard position < end else { throw failure(.unexpectedEnd, at: end, "the text ends inside an object") }
        guard byte(position) == UInt8(ascii: "\"") else {
            throw unexpected(byte(position), wanted: "a member's name in quotes")
        }
        let name = try scanString()
        skipBlanks()
        guard position < end else { throw failure(.unexpectedEnd, at: end, "the text ends inside an object") }
        guard byte(position) == UInt8(ascii: ":") else { throw unexpected(byte(position), wanted: "':'") }
        position &+= 1
        skipBlanks()
        return name
    }

    /// Names are hardly ever escaped; this way costs an allocation.
    @usableFromInline @inline(never)
    mutating func withUnescapedName(
        _ contents: UnsafeRawBufferPointer, _ member: (JSONKey, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: contents.count, alignment: 1)
        defer { target.deallocate() }
        let count = unescape(contents, into: target)
        try member(JSONKey(bytes: UnsafeRawBufferPointer(rebasing: target[..<count])), &self)
    }

    @inline(never)
    mutating func tooDeep() -> JSONError {
        failure(.tooDeep, at: position, "more than \(depthLimit) arrays and objects stand inside one another")
    }
}
