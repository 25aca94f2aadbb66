/// Tells one Unicode emoji from other text.
enum UnicodeEmoji {
    /// Whether the text is exactly one emoji, sequences with joiners, skin tones, flags and keycaps included.
    static func isOne(_ text: String) -> Bool {
        guard text.count == 1, text.unicodeScalars.count <= 32 else { return false }
        let scalars = text.unicodeScalars
        guard scalars.contains(where: { $0.properties.isEmoji }) else { return false }
        let hasPicture = scalars.contains {
            $0.properties.isEmojiPresentation || $0.value > 0xFF && $0.properties.isEmoji
        }
        let isKeycap = scalars.contains { $0.value == 0x20E3 }
        let isStyled = scalars.contains { $0.value == 0xFE0F }
        return hasPicture || isKeycap || isStyled
    }
}
