/// A bot's token. Never shows itself: description, dump and string interpolation are redacted.
public struct BotToken: Sendable, Hashable {
    private let text: String

    /// Takes the configured text: blanks around it and a `Bot ` before it are tolerated. Nil where nothing is left, or
    /// where it holds a blank or what no header can carry.
    public init?(_ configured: String) {
        var text = configured[...].trimmed
        let word = text.prefix { !$0.isWhitespace }
        if word.lowercased() == "bot" { text = text.dropFirst(word.count).trimmed }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.text = String(text)
    }

    /// The bare text, for the gateway's IDENTIFY and RESUME. Never print it.
    public func reveal() -> String { text }

    /// The application's id, which is the bot's user id: what stands before the full stop.
    public var applicationID: String? {
        guard let stop = text.firstIndex(of: ".") else { return nil }
        let id = text[..<stop]
        return !id.isEmpty && id.utf8.allSatisfy { (0x30...0x39).contains($0) } ? String(id) : nil
    }

    /// A text in which the token, should it stand there, is masked.
    public func redact(_ other: String) -> String {
        var result = ""
        var rest = other[...]
        while let range = rest.firstRange(of: text) {
            result += rest[..<range.lowerBound]
            result += "[token]"
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    var authorization: String { "Bot \(text)" }
}

extension BotToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "[token]" }
    public var debugDescription: String { "[token]" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        var text = drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}
