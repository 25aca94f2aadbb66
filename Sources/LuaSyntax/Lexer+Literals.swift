/// Numbers and quoted strings.
extension Lexer {
    // MARK: Numbers

    /// Takes what Lua's lexer takes for a number, then asks whether it is one.
    mutating func numeral() throws(SyntaxFault) -> Token.Kind {
        let start = offset
        let first = current
        offset += 1
        var exponent = UInt8(ascii: "e")
        if first == UInt8(ascii: "0"), let mark = current, mark | 0x20 == UInt8(ascii: "x") {
            exponent = UInt8(ascii: "p")
            offset += 1
        }
        while let byte = current {
            if byte | 0x20 == exponent, byte.isLuaLetter {
                offset += 1
                if let sign = current, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
            } else if byte.hexValue != nil || byte == UInt8(ascii: ".") {
                offset += 1
            } else {
                break
            }
        }
        if let byte = current, byte.isLuaLetter { offset += 1 }
        guard let value = NumeralReader(bytes[start..<offset]).value else {
            throw fault("malformed number", from: start)
        }
        return value
    }

    // MARK: Strings

    mutating func string(quote: UInt8) throws(SyntaxFault) -> Token.Kind {
        let start = offset
        offset += 1
        var text: [UInt8] = []
        while true {
            guard let byte = current else {
                throw SyntaxFault(
                    "unfinished string near <eof>", fix: Self.closingFix(quote), range: start..<offset, luaLine: line)
            }
            switch byte {
            case quote:
                offset += 1
                return .string(text)
            case 10, 13:
                throw fault("unfinished string", from: start, fix: Self.closingFix(quote))
            case UInt8(ascii: "\\"):
                try escape(into: &text, start)
            default:
                text.append(byte)
                offset += 1
            }
        }
    }

    private static func closingFix(_ quote: UInt8) -> String {
        "close the string with \(Character(Unicode.Scalar(quote))) on the same line, or write [[ … ]]"
    }

    private mutating func escape(into text: inout [UInt8], _ start: Int) throws(SyntaxFault) {
        let backslash = offset
        offset += 1
        guard let byte = current else { return }  // the end of the text is reported by the caller
        if let plain = Self.plainEscapes[byte] {
            text.append(plain)
            offset += 1
            return
        }
        switch byte {
        case 10, 13:
            skipLineEnd()
            text.append(10)
        case UInt8(ascii: "z"):
            offset += 1
            while let blank = current, blank == 32 || (9...13).contains(blank) { offset += 1 }
        case UInt8(ascii: "x"):
            offset += 1
            var value: UInt8 = 0
            for _ in 0..<2 {
                guard let digit = current?.hexValue else {
                    throw badEscape("hexadecimal digit expected", backslash, "write two digits: \\x4A")
                }
                value = value &* 16 &+ digit
                offset += 1
            }
            text.append(value)
        case UInt8(ascii: "u"):
            offset += 1
            text.append(contentsOf: try codePoint(backslash))
        default:
            guard byte.isDigit else {
                throw badEscape("invalid escape sequence", backslash, "a backslash itself is written \\\\")
            }
            var value = 0
            var digits = 0
            while digits < 3, let digit = current, digit.isDigit {
                value = value * 10 + Int(digit - UInt8(ascii: "0"))
                digits += 1
                offset += 1
            }
            guard value <= 255 else { throw badEscape("decimal escape too large", backslash, "the largest is \\255") }
            text.append(UInt8(value))
        }
    }

    private static let plainEscapes: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): 92,
        UInt8(ascii: "\""): 34, UInt8(ascii: "'"): 39,
    ]

    /// `{XXX}` after `\u`, as UTF-8 of up to six bytes: Lua allows code points up to 2^31.
    private mutating func codePoint(_ backslash: Int) throws(SyntaxFault) -> [UInt8] {
        let fix = "write \\u{1F30A}"
        guard current == UInt8(ascii: "{") else { throw badEscape("missing '{' in \\u{xxxx}", backslash, fix) }
        offset += 1
        guard let first = current?.hexValue else { throw badEscape("hexadecimal digit expected", backslash, fix) }
        var value = UInt32(first)
        offset += 1
        while let digit = current?.hexValue {
            guard value <= 0x7FFF_FFFF >> 4 else { throw badEscape("UTF-8 value too large", backslash, fix) }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        guard current == UInt8(ascii: "}") else { throw badEscape("missing '}' in \\u{xxxx}", backslash, fix) }
        offset += 1
        guard value >= 0x80 else { return [UInt8(value)] }
        var rest: [UInt8] = []
        var lead: UInt32 = 0x3F
        repeat {
            rest.insert(UInt8(0x80 | value & 0x3F), at: 0)
            value >>= 6
            lead >>= 1
        } while value > lead
        return [UInt8(truncatingIfNeeded: ~lead << 1 | value)] + rest
    }

    private mutating func badEscape(_ message: String, _ backslash: Int, _ fix: String) -> SyntaxFault {
        if let byte = current, byte != 10, byte != 13 { offset += 1 }
        let shown = Lexer.shown(bytes[backslash..<offset])
        return SyntaxFault("\(message) near '\(shown)'", fix: fix, range: backslash..<offset, luaLine: line)
    }
}

/// Decides whether bytes are a number of Lua, and which.
struct NumeralReader {
    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private let isHex: Bool

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        let start = bytes.startIndex
        isHex = bytes.count > 1 && bytes[start] == UInt8(ascii: "0") && bytes[start + 1] | 0x20 == UInt8(ascii: "x")
        index = start + (isHex ? 2 : 0)
    }

    var value: Token.Kind? {
        var reader = self
        return reader.read()
    }

    private mutating func read() -> Token.Kind? {
        let whole = digits(isHex)
        var fraction = 0
        var isFloat = false
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: ".") {
            isFloat = true
            index += 1
            fraction = digits(isHex)
        }
        guard whole + fraction > 0 else { return nil }
        if index < bytes.endIndex, bytes[index] | 0x20 == UInt8(ascii: isHex ? "p" : "e") {
            isFloat = true
            index += 1
            if index < bytes.endIndex, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard digits(false) > 0 else { return nil }
        }
        guard index == bytes.endIndex else { return nil }
        if !isFloat, let integer { return .integer(integer) }
        // Only its being a number is certain here: the value is for reports.
        return .number(Double(String(decoding: bytes, as: UTF8.self)) ?? .infinity)
    }

    private mutating func digits(_ hexadecimal: Bool) -> Int {
        let start = index
        while index < bytes.endIndex, hexadecimal ? bytes[index].hexValue != nil : bytes[index].isDigit { index += 1 }
        return index - start
    }

    /// Hexadecimal numbers wrap around; decimal ones that do not fit are floats.
    private var integer: Int64? {
        if isHex {
            return Int64(
                bitPattern: bytes.dropFirst(2).reduce(UInt64(0)) { $0 << 4 | UInt64($1.hexValue ?? 0) })
        }
        var value: Int64 = 0
        for byte in bytes {
            let (scaled, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = scaled.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if over || more { return nil }
            value = sum
        }
        return value
    }
}
