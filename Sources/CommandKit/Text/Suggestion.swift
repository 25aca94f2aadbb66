/// Finds what somebody meant to write.
public enum Suggestion {
    /// The nearest of `candidates` to `word`, if one is near enough to be a slip of the finger; the first in
    /// order where several are equally near. Upper and lower case are the same.
    ///
    /// One mistake is allowed in words of two to four code points, two up to eight, three beyond. Swapped
    /// neighbours are one mistake.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(word.loweredByScalar.unicodeScalars.prefix(longest + 1))
        let bound = allowance(for: wanted.count)
        guard bound > 0, wanted.count <= longest else { return nil }
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let limit = best.map { $0.distance - 1 } ?? bound
            guard limit >= 0 else { break }
            let letters = Array(candidate.loweredByScalar.unicodeScalars.prefix(longest + 1))
            if let distance = distance(from: wanted, to: letters, atMost: limit) {
                best = (distance, candidate)
            }
        }
        return best?.candidate
    }

    /// Nothing longer is compared: no name is.
    private static let longest = 100

    private static func allowance(for length: Int) -> Int {
        switch length {
        case ..<2: 0
        case 2...4: 1
        case 5...8: 2
        default: 3
        }
    }

    /// The Levenshtein distance with swaps (optimal string alignment), or nil where it exceeds `limit`.
    static func distance(from a: [Unicode.Scalar], to b: [Unicode.Scalar], atMost limit: Int) -> Int? {
        guard abs(a.count - b.count) <= limit else { return nil }
        var beforePrevious = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        var current = previous
        for i in a.indices {
            current[0] = i + 1
            var smallest = current[0]
            for j in b.indices {
                var cost = previous[j] + (a[i] == b[j] ? 0 : 1)
                cost = min(cost, previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, beforePrevious[j - 1] + 1)
                }
                current[j + 1] = cost
                smallest = min(smallest, cost)
            }
            // A swap reaches back two rows, so one row past the limit does not decide yet.
            if smallest > limit + 1 { return nil }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        let result = previous[b.count]
        return result <= limit ? result : nil
    }
}
