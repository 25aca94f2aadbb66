/// The default word rules: whatever is written gives words.
extension WordCursor {
    /// Takes the word at the cursor, which stands on no blank.
    mutating func lenientWord() -> String {
        let start = position
        let contentStart = scalars.index(after: start)
        if let pair = QuotePairs.pair(openedBy: scalars[start]), let closer = closer(of: pair, from: contentStart) {
            position = scalars.index(after: closer)
            return unescaped(contentStart..<closer)
        }
        position = endOfWord(from: start)
        return unescaped(start..<position)
    }

    /// The first closing quote that is not escaped and has a blank or the end behind it.
    private mutating func closer(of pair: QuotePairs.Pair, from start: String.Index) -> String.Index? {
        let bit: UInt32 = 1 << UInt32(truncatingIfNeeded: pair.number)
        guard unclosable & bit == 0 else { return nil }
        let scalars = scalars
        var isEscaped = false
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            if scalar == pair.closing, !isEscaped, next == scalars.endIndex || scalars[next].isBlank {
                return index
            }
            isEscaped = scalar == "\\"
            index = next
        }
        unclosable |= bit
        return nil
    }

    /// The text of `range` without the backslashes that stand before a quote, and without a lone one that ends
    /// the whole message and is not the whole word.
    private func unescaped(_ range: Range<String.Index>) -> String {
        let part = text[range]
        guard part.utf8.contains(UInt8(ascii: "\\")) else { return String(part) }
        var word = ""
        word.reserveCapacity(part.utf8.count)
        let scalars = scalars
        var index = range.lowerBound
        while index < range.upperBound {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            let vanishes: Bool
            if scalar != "\\" {
                vanishes = false
            } else if next < range.upperBound {
                vanishes = QuotePairs.isQuote(scalars[next])
            } else {
                vanishes = next == scalars.endIndex && index > range.lowerBound
            }
            if !vanishes { word.unicodeScalars.append(scalar) }
            index = next
        }
        return word
    }
}
