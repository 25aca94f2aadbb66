/// The types that need nobody's help.
enum PlainConversion {
    /// The word as a value of the type; nil where it is none. `type` is no `.converter`.
    static func value(of word: String, as type: ParameterType) -> ArgumentValue? {
        switch type {
        case .string: .string(word)
        case .int: int(word).map { .int($0) }
        case .number: number(word).map { .number($0) }
        case .bool: bool(word).map { .bool($0) }
        case .converter: nil
        }
    }

    /// An optional sign and ASCII digits that fit 64 bits.
    static func int(_ word: String) -> Int64? { Int64(word) }

    /// An optional sign, digits with or without a point (`.5`, `5.`), an optional exponent. What is too large is
    /// infinite; words such as `inf`, `nan`, hexadecimal and `_` are refused.
    static func number(_ word: String) -> Double? {
        var rest = Substring(word).utf8
        func skipDigits() -> Int {
            let digits = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(digits)
            return digits
        }
        func skip(_ characters: StaticString) -> Bool {
            guard let first = rest.first,
                characters.withUTF8Buffer({ $0.contains(first) })
            else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip("+-")
        var digits = skipDigits()
        if skip(".") { digits += skipDigits() }
        guard digits > 0 else { return nil }
        if skip("eE") {
            _ = skip("+-")
            guard skipDigits() > 0 else { return nil }
        }
        return rest.isEmpty ? Double(word) : nil
    }

    /// discord.py's words for yes and no, in any case.
    static func bool(_ word: String) -> Bool? {
        guard word.utf8.count <= 7 else { return nil }
        switch word.loweredByScalar {
        case "yes", "y", "true", "t", "1", "enable", "on": return true
        case "no", "n", "false", "f", "0", "disable", "off": return false
        default: return nil
        }
    }
}
