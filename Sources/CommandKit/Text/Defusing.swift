/// Takes the force out of mentions and code fences in text that a user has had a hand in.
///
/// A zero-width space after the `@` is what discord.py does too: people read the same, the platform sees no mention.
public enum Defusing {
    private static let gap: [UInt8] = Array("\u{200B}".utf8)

    /// `@everyone` and `@here` no longer reach anybody. Used for every `CommandError`'s message.
    public static func massMentions(_ text: String) -> String {
        rewriting(text) { rest in opensMassMention(rest) }
    }

    /// No mention is left: neither `@everyone` and `@here` nor users (`<@1>`, `<@!1>`) and roles (`<@&1>`).
    public static func mentions(_ text: String) -> String {
        rewriting(text) { rest in
            guard let next = rest.first else { return false }
            let isIDStart = (0x30...0x39).contains(next) || next == UInt8(ascii: "!") || next == UInt8(ascii: "&")
            return isIDStart || opensMassMention(rest)
        }
    }

    /// For text inside a code block: as `massMentions`, and no run of backticks can end the block.
    public static func codeBlock(_ text: String) -> String {
        let calm = massMentions(text)
        guard calm.utf8.contains(UInt8(ascii: "`")) else { return calm }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(calm.utf8.count + 16)
        for byte in calm.utf8 {
            if byte == UInt8(ascii: "`"), bytes.last == byte { bytes += gap }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func opensMassMention(_ rest: Substring.UTF8View) -> Bool {
        rest.starts(with: "everyone".utf8) || rest.starts(with: "here".utf8)
    }

    /// Puts the gap behind each `@` whose following text is `dangerous`.
    private static func rewriting(_ text: String, where dangerous: (Substring.UTF8View) -> Bool) -> String {
        let at = UInt8(ascii: "@")
        guard text.utf8.contains(at) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 16)
        var index = text.utf8.startIndex
        while index < text.utf8.endIndex {
            let byte = text.utf8[index]
            index = text.utf8.index(after: index)
            bytes.append(byte)
            if byte == at, dangerous(text[index...].utf8) { bytes += gap }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
