/// discord.py's word rules (`StringView.get_quoted_word`), step by step: packs that ask for them get the same
/// words and the same errors.
extension WordCursor {
    /// Takes the word at the cursor, which stands on no blank.
    mutating func strictWord() throws(CommandError) -> String {
        if let pair = QuotePairs.pair(openedBy: scalars[position]) {
            return try strictQuotedWord(pair)
        }
        return try strictPlainWord()
    }

    private mutating func strictQuotedWord(_ pair: QuotePairs.Pair) throws(CommandError) -> String {
        let scalars = scalars
        var word = ""
        var index = scalars.index(after: position)
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            if scalar == "\\" {
                guard next < scalars.endIndex else { break }
                if scalars[next] == pair.opening || scalars[next] == pair.closing {
                    word.unicodeScalars.append(scalars[next])
                    index = scalars.index(after: next)
                } else {
                    word.unicodeScalars.append(scalar)
                    index = next
                }
            } else if scalar == pair.closing {
                guard next == scalars.endIndex || scalars[next].isBlank else {
                    throw .invalidEndOfQuotedString(scalars[next])
                }
                position = next
                return word
            } else {
                word.unicodeScalars.append(scalar)
                index = next
            }
        }
        throw .expectedClosingQuote(pair.closing)
    }

    private mutating func strictPlainWord() throws(CommandError) -> String {
        let scalars = scalars
        // The first code point is taken as it is, a backslash too.
        var word = String(scalars[position])
        var index = scalars.index(after: position)
        while index < scalars.endIndex, !scalars[index].isBlank {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            if scalar == "\\" {
                if next == scalars.endIndex {
                    index = next
                } else if QuotePairs.isQuote(scalars[next]) {
                    word.unicodeScalars.append(scalars[next])
                    index = scalars.index(after: next)
                } else {
                    word.unicodeScalars.append(scalar)
                    index = next
                }
            } else if QuotePairs.isQuote(scalar) {
                throw .unexpectedQuote(scalar)
            } else {
                word.unicodeScalars.append(scalar)
                index = next
            }
        }
        position = index
        return word
    }
}
