/// One way of calling the bot.
public enum Prefix: Sendable, Hashable {
    /// A text such as `!`, compared code point by code point: case counts. The empty text begins every message.
    case text(String)
    /// The bot's own mention, `<@id>` or `<@!id>`, and one space behind it if there is one.
    case mention
}

/// A message that calls a command: what `PrefixMatcher` found.
public struct Call: Sendable {
    /// The prefix as it was written; of a mention with the space behind it.
    public let prefix: String
    /// The first word, as it was written. Never empty.
    public let name: String
    /// At the text behind the name.
    public let arguments: WordCursor
}

/// Decides whether a message calls a command. Built once and asked for each message.
public struct PrefixMatcher: Sendable {
    private struct Opening: Sendable {
        let text: String
        let takesSpace: Bool
    }

    /// What was asked for.
    public let prefixes: [Prefix]
    /// Whether blanks may stand between prefix and name. Without it `! ping` calls nothing.
    public let stripsAfterPrefix: Bool
    /// How the arguments' quotes are read.
    public let quotes: QuoteMode

    private let openings: [Opening]

    /// - Parameters:
    ///   - prefixes: tried in this order, the first that matches is taken: longer ones go before those that begin
    ///     them, the empty one last.
    ///   - botID: the bot's id in decimal; while it is not known no mention matches.
    public init(
        _ prefixes: [Prefix], botID: String?, stripsAfterPrefix: Bool = true, quotes: QuoteMode = .lenient
    ) {
        self.prefixes = prefixes
        self.stripsAfterPrefix = stripsAfterPrefix
        self.quotes = quotes
        openings = prefixes.flatMap { prefix -> [Opening] in
            switch prefix {
            case .text(let text): return [Opening(text: text, takesSpace: false)]
            case .mention:
                guard let botID, !botID.isEmpty else { return [] }
                return ["<@\(botID)>", "<@!\(botID)>"].map { Opening(text: $0, takesSpace: true) }
            }
        }
    }

    /// The call in a message's text. Nil for other messages, and for a bare prefix.
    public func match(_ text: String) -> Call? {
        for opening in openings {
            guard let end = text.indexAfter(prefix: opening.text) else { continue }
            var cursor = WordCursor(text, from: end, quotes: quotes)
            if opening.takesSpace, !cursor.isAtEnd, text.unicodeScalars[cursor.position] == " " {
                cursor.position = text.unicodeScalars.index(after: cursor.position)
            }
            let prefix = String(text[..<cursor.position])
            if stripsAfterPrefix { cursor.skipBlanks() }
            let name = cursor.plainWord()
            return name.isEmpty ? nil : Call(prefix: prefix, name: name, arguments: cursor)
        }
        return nil
    }
}

extension String {
    /// Where the text goes on behind `prefix`. `hasPrefix` compares letters: `!` followed by a combining mark
    /// would be none.
    fileprivate func indexAfter(prefix: String) -> String.Index? {
        var index = utf8.startIndex
        for byte in prefix.utf8 {
            guard index < utf8.endIndex, utf8[index] == byte else { return nil }
            index = utf8.index(after: index)
        }
        return index
    }
}
