/// Why a value cannot be sent: the server would refuse or silently drop it.
public struct ValidationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `embeds[0].fields[2].value`.
    public let field: String
    /// `1,040 of at most 1,024 characters`.
    public let detail: String

    public init(field: String, detail: String) {
        self.field = field
        self.detail = detail
    }

    /// `embeds[0].fields[2].value: 1,040 of at most 1,024 characters`.
    public var description: String { "\(field): \(detail)" }
}

/// Checks that the parts of a request share.
enum Check {
    /// Length in UTF-16 units, as the server counts.
    static func length(_ text: String?, atMost limit: Int, _ field: @autoclosure () -> String) throws(ValidationError) {
        // A UTF-8 text never has fewer bytes than UTF-16 units: most texts need no count.
        guard let text, text.utf8.count > limit else { return }
        let count = text.utf16.count
        guard count > limit else { return }
        throw ValidationError(
            field: field(), detail: "\(grouped(count)) of at most \(grouped(limit)) characters")
    }

    static func count(_ count: Int, atMost limit: Int, _ noun: String, _ field: String) throws(ValidationError) {
        guard count > limit else { return }
        throw ValidationError(field: field, detail: "\(grouped(count)) of at most \(grouped(limit)) \(noun)")
    }

    static func present(_ text: String, _ field: @autoclosure () -> String) throws(ValidationError) {
        if text.isEmpty { throw ValidationError(field: field(), detail: "is missing") }
    }

    /// An http or https address; also `attachment://` where files may be meant.
    static func url(
        _ text: String?, allowsAttachment: Bool = false, _ field: @autoclosure () -> String
    ) throws(ValidationError) {
        guard let text else { return }
        try length(text, atMost: 2048, field())
        if hasScheme(text, "http://") || hasScheme(text, "https://") { return }
        if allowsAttachment, hasScheme(text, "attachment://") { return }
        let wanted = allowsAttachment ? "http://, https:// or attachment://" : "http:// or https://"
        throw ValidationError(field: field(), detail: "must begin with \(wanted)")
    }

    /// A text that shows something.
    static func isVisible(_ text: String?) -> Bool {
        guard let text else { return false }
        return text.unicodeScalars.contains { !$0.properties.isWhitespace }
    }

    /// `1040` as `1,040`.
    static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    private static func hasScheme(_ text: String, _ scheme: String) -> Bool {
        text.utf8.count > scheme.utf8.count
            && zip(text.utf8, scheme.utf8).allSatisfy { $0 == $1 || ($0 | 0x20) == $1 }
    }
}
