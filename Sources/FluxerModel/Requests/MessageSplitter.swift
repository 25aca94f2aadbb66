/// Cuts long texts into messages.
public enum MessageSplitter {
    /// A length that every instance allows, in UTF-16 units.
    public static let safeLength = 2000

    /// Pieces of at most `limit` UTF-16 units, cut at a line's end, else at a blank, else between characters. The blank
    /// or line's end at a cut is dropped. A piece that would show nothing is left out.
    public static func split(_ text: String, atMost limit: Int = safeLength) -> [String] {
        let limit = max(limit, 2)
        var pieces: [String] = []
        var rest = text[...]
        while rest.utf16.count > limit {
            let cut = cut(rest, limit)
            pieces.append(String(rest[..<cut.end]))
            rest = rest[cut.next...]
        }
        pieces.append(String(rest))
        return pieces.filter { Check.isVisible($0) }
    }

    private static func cut(_ text: Substring, _ limit: Int) -> (end: String.Index, next: String.Index) {
        var units = 0
        var index = text.startIndex
        var line: String.Index?
        var blank: String.Index?
        while index < text.endIndex {
            let character = text[index]
            if character.isNewline { line = index } else if character == " " { blank = index }
            let width = character.utf16.count
            if units + width > limit { break }
            units += width
            index = text.index(after: index)
        }
        // A mark in the first half would leave a piece that is needlessly short.
        let half = text.utf16.index(text.startIndex, offsetBy: limit / 2)
        if let mark = [line, blank].compactMap({ $0 }).first(where: { $0 >= half }) {
            return (mark, text.index(after: mark))
        }
        if index > text.startIndex { return (index, index) }
        // One character longer than a message: cut between its scalars.
        return scalarCut(text, limit)
    }

    private static func scalarCut(_ text: Substring, _ limit: Int) -> (end: String.Index, next: String.Index) {
        var units = 0
        var index = text.startIndex
        while index < text.endIndex {
            let width = text.unicodeScalars[index].utf16.count
            if units + width > limit { break }
            units += width
            index = text.unicodeScalars.index(after: index)
        }
        return (index, index)
    }
}
