/// Cuts a Lua text into tokens, as the lexer of Lua 5.4 does.
///
/// Works on bytes: names are ASCII, strings and comments hold whatever they hold.
struct Lexer {
    let source: SourceText
    let bytes: [UInt8]
    /// The byte that comes next.
    var offset = 0

    init(_ source: SourceText) {
        self.source = source
        bytes = source.bytes
    }

    var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    func peek(_ distance: Int) -> UInt8? {
        let index = offset + distance
        return index < bytes.count ? bytes[index] : nil
    }

    /// The line Lua stands in by now.
    var line: Int { source.line(at: offset) }

    mutating func next() throws(SyntaxFault) -> Token {
        while let byte = current {
            switch byte {
            case 32, 9, 10, 11, 12, 13: offset += 1
            case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): try skipComment()
            default:
                let start = offset
                let kind = try read(byte)
                return Token(kind: kind, range: start..<offset)
            }
        }
        return Token(kind: .end, range: offset..<offset)
    }

    private mutating func read(_ byte: UInt8) throws(SyntaxFault) -> Token.Kind {
        if byte.isLuaLetter { return word() }
        if byte.isDigit { return try numeral() }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try string(quote: byte)
        case UInt8(ascii: "."):
            if let after = peek(1), after.isDigit { return try numeral() }
            if peek(1) != byte { return sign(.dot) }
            return peek(2) == byte ? sign(.dots) : sign(.concat)
        case UInt8(ascii: "["):
            let start = offset
            if let level = longBracket() { return .string(try longText(level, from: start, "string")) }
            guard peek(1) == UInt8(ascii: "=") else { return sign(.openBracket) }
            while offset == start || current == UInt8(ascii: "=") { offset += 1 }
            throw fault("invalid long string delimiter", from: start, fix: "a long string begins with [[ or [=[")
        default:
            for length in [2, 1] {
                let end = offset + length
                if end <= bytes.count, let found = Sign(rawValue: String(decoding: bytes[offset..<end], as: UTF8.self))
                {
                    return sign(found)
                }
            }
            offset += 1
            return .stray(byte)
        }
    }

    private mutating func sign(_ sign: Sign) -> Token.Kind {
        offset += sign.rawValue.utf8.count
        return .sign(sign)
    }

    private mutating func word() -> Token.Kind {
        let start = offset
        while let byte = current, byte.isLuaLetter || byte.isDigit { offset += 1 }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        return Keyword(rawValue: text).map { .word($0) } ?? .name(text)
    }

    // MARK: Comments and long brackets

    private mutating func skipComment() throws(SyntaxFault) {
        let start = offset
        offset += 2
        if current == UInt8(ascii: "["), let level = longBracket() {
            _ = try longText(level, from: start, "comment")
            return
        }
        while let byte = current, byte != 10, byte != 13 { offset += 1 }
    }

    /// How many `=` the long bracket has that opens here; nil where none does. Does not move.
    private func longBracket() -> Int? {
        var level = 0
        while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
        return peek(1 + level) == UInt8(ascii: "[") ? level : nil
    }

    private mutating func longText(_ level: Int, from start: Int, _ what: String) throws(SyntaxFault) -> [UInt8] {
        offset += level + 2
        if let byte = current, byte == 10 || byte == 13 { skipLineEnd() }
        var text: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "]"):
                var equals = 0
                while peek(1 + equals) == UInt8(ascii: "=") { equals += 1 }
                if equals == level, peek(1 + equals) == byte {
                    offset += level + 2
                    return text
                }
                text.append(contentsOf: bytes[offset...(offset + equals)])
                offset += equals + 1
            case 10, 13:
                skipLineEnd()
                text.append(10)
            default:
                text.append(byte)
                offset += 1
            }
        }
        let closing = "]" + String(repeating: "=", count: min(level, 20)) + "]"
        throw SyntaxFault(
            "unfinished long \(what) (starting at line \(source.line(at: start))) near '<eof>'",
            fix: "close it with \(closing)", range: start..<min(start + level + 2, bytes.count), luaLine: line)
    }

    /// Passes over one end of a line.
    mutating func skipLineEnd() {
        guard let first = current else { return }
        offset += 1
        if let second = current, second != first, second == 10 || second == 13 { offset += 1 }
    }

    // MARK: Faults

    /// A fault of the token that began at `start`; the byte that comes next is part of what is shown.
    func fault(_ message: String, from start: Int, fix: String? = nil) -> SyntaxFault {
        let shown = Lexer.shown(bytes[start..<min(offset, bytes.count)])
        return SyntaxFault("\(message) near '\(shown)'", fix: fix, range: start..<max(offset, start), luaLine: line)
    }

    /// Bytes as they may stand in a message: one line, no control characters, not too long.
    static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        for scalar in String(decoding: bytes.prefix(160), as: UTF8.self).unicodeScalars.prefix(40) {
            switch scalar.value {
            case 9, 10, 13: text += " "
            case 0..<32, 127..<160: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return bytes.count > text.utf8.count && text.unicodeScalars.count >= 40 ? text + "…" : text
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var isLuaLetter: Bool { lowered >= UInt8(ascii: "a") && lowered <= UInt8(ascii: "z") || self == UInt8(ascii: "_") }
    private var lowered: UInt8 { self | 0x20 }

    var hexValue: UInt8? {
        if isDigit { return self - UInt8(ascii: "0") }
        let letter = lowered
        guard letter >= UInt8(ascii: "a"), letter <= UInt8(ascii: "f") else { return nil }
        return letter - UInt8(ascii: "a") + 10
    }
}
