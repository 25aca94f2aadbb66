/// The nearest known name, for error texts.
public enum Nearest {
    /// The known name within a third of its length in edits; nil if none is that near.
    public static func name(to wanted: String, among known: [String]) -> String? {
        let word = Array(wanted.lowercased().unicodeScalars.prefix(60))
        var best: (name: String, distance: Int)?
        for name in known {
            let limit = max(1, name.unicodeScalars.count / 3)
            let distance = edits(word, Array(name.lowercased().unicodeScalars.prefix(60)))
            if distance <= limit, distance < (best?.distance ?? .max) { best = (name, distance) }
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours between two words.
    private static func edits(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var before: [Int] = [], last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + Array(repeating: 0, count: b.count)
            for j in 1...b.count {
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
