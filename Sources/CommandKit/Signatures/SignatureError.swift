/// What is wrong with a signature, and where.
///
/// Its description has three lines: the complaint, the signature, and a caret under the character.
public struct SignatureError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and how it is written right.
    public let message: String
    /// Which code point of the signature, from 0; its length where something is missing at the end.
    public let offset: Int
    /// The whole signature.
    public let signature: String

    public init(_ message: String, offset: Int, signature: String) {
        self.message = message
        self.offset = offset
        self.signature = signature
    }

    /// `character 5: …` counts from 1, as people do.
    public var description: String {
        let (line, indent) = excerpt
        return "signature, character \(offset + 1): \(message)\n  \(line)\n  \(indent)^"
    }

    /// The part of the signature around the fault on one line, and blanks as wide as what stands before the fault.
    private var excerpt: (line: String, indent: String) {
        let scalars = Array(signature.unicodeScalars)
        let fault = min(max(0, offset), scalars.count)
        let start = fault > Self.reach ? fault - Self.reach : 0
        let end = min(scalars.count, fault + Self.reach)
        var line = start > 0 ? "…" : ""
        var width = start > 0 ? 1 : 0
        for index in start..<end {
            let shown = Self.visible(scalars[index])
            line.unicodeScalars.append(shown)
            if index < fault { width += TextWidth.columns(of: shown) }
        }
        if end < scalars.count { line += "…" }
        return (line, String(repeating: " ", count: width))
    }

    /// How many code points are shown on each side of the fault.
    private static let reach = 60

    /// Blanks as plain spaces, control codes as their pictures: the caret's line stays one line.
    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.value < 0x20, !(0x09...0x0D).contains(scalar.value) {
            return Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        }
        if scalar.isBlank, scalar != "\u{3000}" { return " " }
        return scalar.isControl ? "\u{FFFD}" : scalar
    }
}
