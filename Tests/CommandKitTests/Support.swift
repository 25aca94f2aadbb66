import CommandKit

/// Numbers that are the same for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Runs `body` with a fresh seed, which is printed so that a failure can be had again.
    static func run(_ what: String, _ body: (inout SeededGenerator) throws -> Void) rethrows {
        let seed = UInt64.random(in: .min ... .max)
        print("\(what): seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        try body(&generator)
    }

    /// A text of up to `length` code points, most of them of `letters`, some from all of Unicode.
    mutating func text(upTo length: Int, of letters: String) -> String {
        let common = Array(letters.unicodeScalars)
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            if Int.random(in: 0..<12, using: &self) == 0 {
                let value = UInt32.random(in: 0...0x10FFFF, using: &self)
                text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
            } else {
                text.unicodeScalars.append(common.randomElement(using: &self) ?? " ")
            }
        }
        return text
    }
}

/// All blanks of the design's list.
let allBlanks: [Unicode.Scalar] =
    [0x09...0x0D, 0x1C...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029]
    .flatMap { $0.compactMap { Unicode.Scalar($0 as UInt32) } } + ["\u{202F}", "\u{205F}", "\u{3000}"]

/// All seventeen pairs of quotes.
let allQuotePairs: [(Unicode.Scalar, Unicode.Scalar)] = [
    ("\"", "\""), ("‘", "’"), ("‚", "‛"), ("“", "”"), ("„", "‟"), ("⹂", "⹂"), ("「", "」"), ("『", "』"), ("〝", "〞"),
    ("﹁", "﹂"), ("﹃", "﹄"), ("＂", "＂"), ("｢", "｣"), ("«", "»"), ("‹", "›"), ("《", "》"), ("〈", "〉"),
]

let allQuotes = Set(allQuotePairs.flatMap { [$0.0, $0.1] })

/// The words of a text, or the error that ends it.
func words(_ text: String, _ quotes: QuoteMode) -> (words: [String], error: CommandError?) {
    var cursor = WordCursor(text, quotes: quotes)
    var words: [String] = []
    do throws(CommandError) {
        while let word = try cursor.word() { words.append(word) }
        return (words, nil)
    } catch {
        return (words, error)
    }
}
