/// Habits from other languages, and what Lua writes instead.
extension Parser {
    /// What was probably meant by the token that is looked at.
    var habit: String? {
        let bytes = tree.source.bytes
        let start = token.range.lowerBound
        func follows(_ text: String) -> Bool { bytes[start...].starts(with: text.utf8) }
        func comes(after character: Unicode.Scalar) -> Bool {
            bytes[..<start].last { $0 != 32 && $0 != 9 } == UInt8(ascii: character)
        }
        switch token.kind {
        case .stray(UInt8(ascii: "!")): return follows("!=") ? "not equal is written ~=" : "not is a word: not x"
        case .sign(.ampersand) where follows("&&") || comes(after: "&"): return "write and"
        case .sign(.bar) where follows("||") || comes(after: "|"): return "write or"
        case .sign(.plus) where follows("++"): return "write x = x + 1"
        case .sign(.plus), .sign(.minus), .sign(.star), .sign(.slash), .sign(.percent), .sign(.concat):
            guard case .sign(let sign) = token.kind, follows(sign.rawValue + "=") else { return nil }
            return "write x = x \(sign.rawValue) y"
        case .sign(.assign): return "a comparison is written =="
        case .stray(UInt8(ascii: "?")): return "write condition and a or b"
        default: return nil
        }
    }
}
