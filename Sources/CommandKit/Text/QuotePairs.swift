/// The seventeen pairs of quotation marks that may hold a word with blanks (discord.py's `_quotes`).
///
/// The ASCII apostrophe is not among them: it stands in too many words.
enum QuotePairs {
    /// What one opening quote means.
    struct Pair {
        let opening: Unicode.Scalar
        let closing: Unicode.Scalar
        /// Which of the seventeen, from 0.
        let number: Int
    }

    static let all: [Pair] = [
        ("\"", "\""), ("‘", "’"), ("‚", "‛"), ("“", "”"), ("„", "‟"), ("⹂", "⹂"), ("「", "」"), ("『", "』"),
        ("〝", "〞"), ("﹁", "﹂"), ("﹃", "﹄"), ("＂", "＂"), ("｢", "｣"), ("«", "»"), ("‹", "›"), ("《", "》"),
        ("〈", "〉"),
    ].enumerated().map { Pair(opening: $1.0, closing: $1.1, number: $0) }

    /// The pair that `scalar` opens.
    static func pair(openedBy scalar: Unicode.Scalar) -> Pair? {
        guard isQuote(scalar) else { return nil }
        return all.first { $0.opening == scalar }
    }

    /// Whether `scalar` opens or closes any pair. A switch, because every letter of every message asks.
    static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"": true
        case "\u{0}"..."\u{7F}": false
        case "«", "»", "\u{2018}"..."\u{201F}", "‹", "›", "⹂", "\u{3008}"..."\u{300F}", "〝", "〞",
            "\u{FE41}"..."\u{FE44}", "＂", "｢", "｣":
            true
        default: false
        }
    }
}
