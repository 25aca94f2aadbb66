/// Finds what somebody meant to write.
public enum Suggestion {
    /// The nearest of `candidates` to `word`, if one is near enough to be a slip of the finger; the first by
    /// name where several are equally near. Upper and lower case are the same.
    ///
    /// One mistake is allowed in words of two to four code points, two up to eight, three beyond. Swapped
    /// neighbours are one mistake.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(word.loweredByScalar.unicodeScalars.prefix(longest + 1))
        let bound = allowance(for: wanted.count)
        guard bound > 0, wanted.count <= longest else { return nil }
        var ruler = EditRuler(wanted)
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let limit = best?.distance ?? bound
            guard let distance = ruler.distance(to: candidate.loweredByScalar.unicodeScalars, atMost: limit) else {
                continue
            }
            if let best, best.distance == distance, best.candidate <= candidate { continue }
            best = (distance, candidate)
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
}

/// Measures how many slips lie between one word and others. The rows of its table are made once: a bot may have
/// thousands of names.
struct EditRuler {
    private let word: [Unicode.Scalar]
    private var other: [Unicode.Scalar] = []
    private var beforePrevious: [Int] = []
    private var previous: [Int] = []
    private var current: [Int] = []

    init(_ word: [Unicode.Scalar]) { self.word = word }

    /// The Levenshtein distance with swaps (optimal string alignment), or nil where it exceeds `limit`.
    mutating func distance(to text: String.UnicodeScalarView, atMost limit: Int) -> Int? {
        other.removeAll(keepingCapacity: true)
        other.append(contentsOf: text.prefix(word.count + limit + 1))
        guard abs(word.count - other.count) <= limit else { return nil }
        previous.removeAll(keepingCapacity: true)
        previous.append(contentsOf: 0...other.count)
        beforePrevious = previous
        current = previous
        for i in word.indices {
            current[0] = i + 1
            var smallest = current[0]
            for j in other.indices {
                var cost = previous[j] + (word[i] == other[j] ? 0 : 1)
                cost = min(cost, previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, word[i] == other[j - 1], word[i - 1] == other[j] {
                    cost = min(cost, beforePrevious[j - 1] + 1)
                }
                current[j + 1] = cost
                smallest = min(smallest, cost)
            }
            // A swap reaches back two rows, so one row past the limit does not decide yet.
            if smallest > limit + 1 { return nil }
            swap(&beforePrevious, &previous)
            swap(&previous, &current)
        }
        let result = previous[other.count]
        return result <= limit ? result : nil
    }
}
