/// Which rules a word's quotation marks follow.
public enum QuoteMode: Sendable, Hashable {
    /// A quote opens only at a word's start and only if its closer stands later, before a blank or the end.
    /// Every other quote is a letter, so that no message is wrong because of an apostrophe. The default.
    case lenient
    /// discord.py's `StringView`, to the letter: a misplaced quote is an error.
    case strict
}

/// A place in the text of a message, from which words are taken one after another.
///
/// A value: a copy is a place to come back to. All its methods together look at each code point a bounded number
/// of times, whatever the text.
public struct WordCursor: Sendable {
    /// The whole text.
    public let text: String
    /// How quotation marks are read.
    public let quotes: QuoteMode
    /// Where the next word is looked for.
    public internal(set) var position: String.Index
    /// One bit for each of the seventeen pairs: set where nothing from here on can close it. Without it a text
    /// of many openers would be searched to its end for each.
    var unclosable: UInt32 = 0

    /// A cursor at `position` of the text, or at its start.
    ///
    /// - Parameter position: an index of `text`; it is moved down to a code point's start.
    public init(_ text: String, from position: String.Index? = nil, quotes: QuoteMode = .lenient) {
        self.text = text
        self.quotes = quotes
        let start = position ?? text.startIndex
        self.position = text.unicodeScalars.index(start, offsetBy: 0)
    }

    var scalars: String.UnicodeScalarView { text.unicodeScalars }

    /// Whether no code point is left, blanks included.
    public var isAtEnd: Bool { position >= text.endIndex }

    /// Whether only blanks are left.
    public var hasOnlyBlanksLeft: Bool {
        var ahead = self
        ahead.skipBlanks()
        return ahead.isAtEnd
    }

    /// Moves to the next code point that is no blank, or to the end.
    public mutating func skipBlanks() {
        let scalars = scalars
        while position < scalars.endIndex, scalars[position].isBlank {
            position = scalars.index(after: position)
        }
    }

    /// Takes what stands before the next blank, as it stands: a command's name. Empty at a blank or the end.
    public mutating func plainWord() -> String {
        let start = position
        position = endOfWord(from: position)
        return String(text[start..<position])
    }

    /// Skips blanks and takes the next word, without its quotes.
    ///
    /// - Returns: nil where only blanks are left (the cursor is then at the end); an empty text only for `""`.
    /// - Throws: in strict mode one of the three ArgumentParsingErrors; the cursor then stands at the word.
    public mutating func word() throws(CommandError) -> String? {
        skipBlanks()
        guard !isAtEnd else { return nil }
        switch quotes {
        case .lenient: return lenientWord()
        case .strict: return try strictWord()
        }
    }

    /// Takes everything that is left, without blanks at both ends. Inner blanks and quotes stay as written.
    public mutating func rest() -> String {
        String(rawRest().withoutOuterBlanks)
    }

    /// Takes everything that is left, blanks included.
    public mutating func rawRest() -> Substring {
        defer { position = text.endIndex }
        return text[position...]
    }

    func endOfWord(from start: String.Index) -> String.Index {
        let scalars = scalars
        var index = start
        while index < scalars.endIndex, !scalars[index].isBlank {
            index = scalars.index(after: index)
        }
        return index
    }
}
