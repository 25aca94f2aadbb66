/// Pulls values out of JSON text, in the order in which they stand, without building a tree.
///
/// Every value that is passed over is validated against RFC 8259 as completely as one that is read. The reader copies
/// and mutates like any value, so a copy is a bookmark. It borrows its bytes and must not outlive them.
///
/// An error of code `typeMismatch` or `outOfRange` has consumed nothing, so that a tolerant caller may skip the value;
/// after any other error only a bookmark is of use.
public struct JSONReader {
    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let end: Int
    @usableFromInline var position = 0
    @usableFromInline var depth = 0
    @usableFromInline let depthLimit: Int
    /// Newlines before `countedOffset`, and where the last of them ends. Errors move these on, so that many errors in
    /// one text cost one pass together and not one each.
    private var countedOffset = 0, countedLines = 0, lineStart = 0
    /// Inside `attempt`, where nobody sees an error's place.
    @usableFromInline var isAttempting = false

    /// Reads `bytes`, which must stay where they are while the reader is used.
    /// - Parameter depthLimit: How many arrays and objects may stand inside one another.
    public init(_ bytes: UnsafeRawBufferPointer, depthLimit: Int = 200) {
        // An empty buffer may have no address; the reader never loads from one of length 0.
        base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        end = bytes.baseAddress == nil ? 0 : bytes.count
        self.depthLimit = depthLimit
    }

    /// Lends `body` a reader of `bytes`, then checks that only blanks follow what it read.
    @inlinable
    public static func read<R>(
        _ bytes: [UInt8], depthLimit: Int = 200, _ body: (inout JSONReader) throws(JSONError) -> R
    ) throws(JSONError) -> R {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> R in
            var reader = JSONReader(UnsafeRawBufferPointer(buffer), depthLimit: depthLimit)
            let result = try body(&reader)
            try reader.finish()
            return result
        }
    }

    /// Lends `body` a reader of `text`, then checks that only blanks follow what it read.
    public static func read<R>(
        _ text: String, depthLimit: Int = 200, _ body: (inout JSONReader) throws(JSONError) -> R
    ) throws(JSONError) -> R {
        try read(Array(text.utf8), depthLimit: depthLimit, body)
    }

    /// Bytes consumed so far.
    @inlinable public var offset: Int { position }

    /// Tells what comes next and consumes at most blanks. Says nothing yet about the value's correctness.
    public mutating func peek() throws(JSONError) -> JSONKind {
        switch try firstByte() {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case let other: throw unexpected(other, wanted: "a value")
        }
    }

    /// Checks that only blanks are left.
    public mutating func finish() throws(JSONError) {
        skipBlanks()
        if position < end {
            throw failure(.trailingBytes, at: position, "unexpected \(describe(byte(position))) after the value")
        }
    }

    /// Reads the next value with `body`. A value that it refuses, for whatever reason, is skipped, and the answer is nil.
    ///
    /// Refusals cost no search for their line and column, however many there are. Throws where the value is no JSON.
    @inlinable
    public mutating func attempt<R>(
        _ body: (inout JSONReader) throws(JSONError) -> R
    ) throws(JSONError) -> R? {
        let bookmark = self
        isAttempting = true
        do {
            let result = try body(&self)
            isAttempting = bookmark.isAttempting
            return result
        } catch {
            self = bookmark
            try skipValue()
            return nil
        }
    }

    /// An error at the present position, for a consumer that refuses what it read.
    public func error(_ detail: String) -> JSONError {
        var copy = self
        return copy.failure(.invalidValue, at: position, detail)
    }
}

// MARK: - Bytes

extension JSONReader {
    @inlinable @inline(__always)
    func byte(_ index: Int) -> UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

    @inlinable @inline(__always)
    mutating func skipBlanks() {
        // Machines write JSON without blanks: one comparison is the common case.
        while position < end {
            let next = byte(position)
            if next > 0x20 { return }
            guard next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 else { return }
            position &+= 1
        }
    }

    /// The first byte of the next value, not consumed.
    @inlinable @inline(__always)
    mutating func firstByte() throws(JSONError) -> UInt8 {
        skipBlanks()
        guard position < end else { throw endFailure() }
        return byte(position)
    }
}

// MARK: - Errors

extension JSONReader {
    @usableFromInline @inline(never)
    mutating func endFailure() -> JSONError { failure(.unexpectedEnd, at: end, "the text ends where a value is due") }

    @usableFromInline @inline(never)
    mutating func unexpected(_ found: UInt8, wanted: String) -> JSONError {
        failure(.syntax, at: position, "expected \(wanted), found \(describe(found))")
    }

    /// For a value of the wrong kind: tells the kinds apart from bytes that begin no value.
    @usableFromInline @inline(never)
    mutating func mismatch(wanted: JSONKind) -> JSONError {
        do {
            let found = try peek()
            return failure(.typeMismatch, at: position, "expected \(wanted), found \(found)")
        } catch {
            return error
        }
    }

    @usableFromInline @inline(never)
    mutating func failure(_ code: JSONError.Code, at offset: Int, _ detail: String) -> JSONError {
        if isAttempting { return JSONError(code: code, offset: offset, line: 0, column: 0, detail: detail) }
        if offset < countedOffset { (countedOffset, countedLines, lineStart) = (0, 0, 0) }
        while countedOffset < offset {
            if byte(countedOffset) == 0x0A {
                countedLines &+= 1
                lineStart = countedOffset &+ 1
            }
            countedOffset &+= 1
        }
        var column = 1
        for index in lineStart..<max(lineStart, offset) where byte(index) & 0xC0 != 0x80 { column &+= 1 }
        return JSONError(code: code, offset: offset, line: countedLines &+ 1, column: column, detail: detail)
    }

    /// A byte as a person would name it.
    func describe(_ byte: UInt8) -> String {
        switch byte {
        case 0x21...0x7E: "'\(Unicode.Scalar(byte))'"
        default: "byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
        }
    }
}
