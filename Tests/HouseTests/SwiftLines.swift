import Foundation

/// A Swift source as lines of code, without comments and without the insides of strings.
///
/// Not a parser: one line at a time, which is enough to find imports and words.
struct SwiftLines {
    struct Line {
        let number: Int
        let code: String
        /// Inside the `#else` of a `#if canImport(FoundationEssentials)`.
        let guardedForPlatforms: Bool

        /// `NIOCore` for `@preconcurrency public import struct NIOCore.ByteBuffer`.
        var importedModule: String? {
            let pattern =
                /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?([A-Za-z_]\w*)/
            return code.firstMatch(of: pattern).map { String($0.1) }
        }

        var words: Set<String> {
            Set(code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
        }
    }

    let lines: [Line]

    init(_ text: String) {
        var lines: [Line] = []
        var commentDepth = 0
        var inLongString = false
        var branches = Branches()
        for (index, raw) in text.components(separatedBy: "\n").enumerated() {
            var code = ""
            var rest = Substring(raw)
            var inString = false
            while let character = rest.first {
                if commentDepth > 0 {
                    if rest.hasPrefix("*/") {
                        commentDepth -= 1
                        rest.removeFirst(2)
                    } else if rest.hasPrefix("/*") {
                        commentDepth += 1
                        rest.removeFirst(2)
                    } else {
                        rest.removeFirst()
                    }
                } else if inLongString {
                    if rest.hasPrefix("\"\"\"") {
                        inLongString = false
                        rest.removeFirst(3)
                    } else {
                        rest.removeFirst()
                    }
                } else if inString {
                    if character == "\\" { rest.removeFirst() }
                    if character == "\"" { inString = false }
                    if !rest.isEmpty { rest.removeFirst() }
                } else if rest.hasPrefix("//") {
                    break
                } else if rest.hasPrefix("/*") {
                    commentDepth = 1
                    rest.removeFirst(2)
                } else if rest.hasPrefix("\"\"\"") {
                    inLongString = true
                    rest.removeFirst(3)
                } else if character == "\"" {
                    inString = true
                    code.append("\"\"")
                    rest.removeFirst()
                } else {
                    code.append(character)
                    rest.removeFirst()
                }
            }
            branches.read(code.trimmingCharacters(in: .whitespaces))
            lines.append(Line(number: index + 1, code: code, guardedForPlatforms: branches.lackEssentials))
        }
        self.lines = lines
    }
}

/// Follows `#if … #else … #endif` to know which lines are compiled only where FoundationEssentials is missing.
private struct Branches {
    private struct Open {
        let asksForEssentials: Bool
        var lacksEssentials: Bool
    }

    private var open: [Open] = []

    var lackEssentials: Bool { open.contains { $0.lacksEssentials } }

    mutating func read(_ line: String) {
        if line.hasPrefix("#if") {
            open.append(
                Open(
                    asksForEssentials: line == "#if canImport(FoundationEssentials)",
                    lacksEssentials: line == "#if !canImport(FoundationEssentials)"))
        } else if line.hasPrefix("#else"), let last = open.last {
            open[open.count - 1].lacksEssentials = last.asksForEssentials
        } else if line.hasPrefix("#endif"), !open.isEmpty {
            open.removeLast()
        }
    }
}
