/// How command text sees single code points.
///
/// Everything in this target reads text in code points: what one sees as one letter may be several, and a
/// quote or a prefix counts even where a combining mark follows it.
extension Unicode.Scalar {
    /// White space between words. The list is Python's `str.isspace`, which discord.py's word rules rest on.
    var isBlank: Bool {
        switch value {
        case 0x20, 0x09...0x0D, 0x1C...0x1F: true
        case 0...0x7F: false
        case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// The two blocks of control codes.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }

    var isASCIIDigit: Bool { (0x30...0x39).contains(value) }

    var isASCIILetter: Bool { (0x41...0x5A).contains(value) || (0x61...0x7A).contains(value) }
}

extension StringProtocol {
    /// The text without blanks at both ends; what stands between them is untouched.
    var withoutOuterBlanks: Self.SubSequence {
        let scalars = unicodeScalars
        var start = scalars.startIndex
        var end = scalars.endIndex
        while start < end, scalars[start].isBlank { start = scalars.index(after: start) }
        while start < end {
            let last = scalars.index(before: end)
            guard scalars[last].isBlank else { break }
            end = last
        }
        return self[start..<end]
    }
}

extension String {
    /// At most `limit` code points, with an ellipsis where something was cut: for quoting what a user wrote.
    func shortened(to limit: Int) -> String {
        guard utf8.count > limit, let cut = unicodeScalars.index(startIndex, offsetBy: limit, limitedBy: endIndex),
            cut < endIndex
        else { return self }
        return String(self[..<cut]) + "…"
    }
}
