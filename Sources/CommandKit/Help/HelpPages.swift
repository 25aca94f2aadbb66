/// Fills messages with lines, each message one code block.
struct HelpPages {
    /// The most that every instance accepts, in UTF-16 units.
    static let pageLimit = 2000
    private static let opening = "```\n"
    private static let closing = "```"
    private static let room = pageLimit - opening.utf16.count - closing.utf16.count

    private var pages: [String] = []
    private var page = ""
    private var used = 0
    /// Empty lines that are written only if something follows on the same page.
    private var emptyLines = 0

    /// Adds a text of one or more lines.
    mutating func add(text: String) {
        for line in text.helpLines { add(line: String(line)) }
    }

    /// Adds one line; one that is too long for a page is cut.
    mutating func add(line: String) {
        let line = Defusing.codeBlock(line)
        guard !line.withoutOuterBlanks.isEmpty else {
            emptyLines += page.isEmpty ? 0 : 1
            return
        }
        let size = line.utf16.count + 1
        if used + emptyLines + size > Self.room, !page.isEmpty { breakPage() }
        page += String(repeating: "\n", count: emptyLines)
        used += emptyLines
        emptyLines = 0
        guard size > Self.room else {
            page += line + "\n"
            used += size
            return
        }
        addLong(line)
    }

    /// The messages. At least one.
    mutating func finished() -> [String] {
        if !page.isEmpty || pages.isEmpty { breakPage() }
        return pages
    }

    private mutating func addLong(_ line: String) {
        for scalar in line.unicodeScalars {
            let size = UTF16.width(scalar)
            // One unit is kept for the line's end.
            if used + size + 1 > Self.room {
                page += "\n"
                breakPage()
            }
            page.unicodeScalars.append(scalar)
            used += size
        }
        page += "\n"
        used += 1
    }

    private mutating func breakPage() {
        pages.append(Self.opening + page + Self.closing)
        page = ""
        used = 0
        emptyLines = 0
    }
}
