/// A place in a text, as people count: both from 1.
public struct SourcePosition: Sendable, Hashable {
    /// Line, as Lua counts them.
    public let line: Int
    /// Column in code points; a byte that is no UTF-8 counts as one.
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// The bytes of a Lua text, with its lines.
///
/// Lines end as Lua has them: `\n`, `\r`, `\r\n` and `\n\r` are one end each. Nothing is assumed of the encoding.
public struct SourceText: Sendable {
    public let bytes: [UInt8]
    /// Where each line begins; the first at 0.
    private let starts: [Int]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [0]
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == 10 || byte == 13 else { continue }
            if index < bytes.count, bytes[index] != byte, bytes[index] == 10 || bytes[index] == 13 { index += 1 }
            starts.append(index)
        }
        self.starts = starts
    }

    /// How many lines there are; at least one.
    public var lineCount: Int { starts.count }

    /// The line that holds the byte at `offset`, from 1. Offsets outside are taken as the nearest inside.
    public func line(at offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// Line and column of a byte. Offsets outside are taken as the nearest inside.
    public func position(at offset: Int) -> SourcePosition {
        let offset = min(max(0, offset), bytes.count)
        let line = line(at: offset)
        let before = bytes[starts[line - 1]..<offset]
        return SourcePosition(line: line, column: String(decoding: before, as: UTF8.self).unicodeScalars.count + 1)
    }

    /// A line's bytes without its end; empty for lines that are not there.
    public func lineBytes(_ line: Int) -> ArraySlice<UInt8> {
        guard line >= 1, line <= starts.count else { return [] }
        var end = line < starts.count ? starts[line] : bytes.count
        let start = starts[line - 1]
        while end > start, bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
        return bytes[start..<end]
    }

    /// A line as text; bytes that are no UTF-8 become U+FFFD.
    public func lineText(_ line: Int) -> String { String(decoding: lineBytes(line), as: UTF8.self) }

    /// Where a line begins; the end of the text for lines that are not there.
    public func start(ofLine line: Int) -> Int {
        line >= 1 && line <= starts.count ? starts[line - 1] : bytes.count
    }
}
