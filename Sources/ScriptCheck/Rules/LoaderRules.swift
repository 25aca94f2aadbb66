import LuaSyntax

/// What the loader refuses because Lua itself gets it wrong.
struct IndexChainRule: CheckRule {
    let name = "index-chain"
    let sentence = "No more than 200 index steps stand in a row."
    var example: String { "local a = {}\nreturn a" + String(repeating: ".b", count: 201) }

    static let limit = 200

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        var steps = Array(repeating: 0, count: file.tree.expressions.count)
        for (id, expression) in file.tree.expressions.enumerated() {
            guard case .index(let base, _, _) = expression.kind else { continue }
            steps[id] = steps[base] + 1
            if steps[id] == Self.limit + 1 {
                report(
                    .error(
                        at: expression.range.lowerBound, "more than \(Self.limit) index steps in a row are not loaded",
                        fix: "keep a part of the way in a local"))
            }
        }
    }
}

/// A comparison as an index reads what it must not.
struct IndexComparisonRule: CheckRule {
    let name = "index-comparison"
    let sentence = "No index is a comparison."
    let example = "local t, a, b = {}, 1, 2\nreturn t[a < b]"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        for expression in file.tree.expressions {
            guard case .index(_, let key, false) = expression.kind else { continue }
            var inner = file.tree.stripped(key)
            while case .unary(.not, let operand) = file.tree.expressions[inner].kind {
                inner = file.tree.stripped(operand)
            }
            guard case .binary(let sign, _, _) = file.tree.expressions[inner].kind, sign.isComparison else { continue }
            let text = String(
                decoding: file.tree.source.bytes[file.tree.expressions[key].range].prefix(40), as: UTF8.self)
            report(
                .error(
                    at: file.start(key), "an index that is a comparison is not loaded: Lua 5.4 may read another value",
                    fix: "write [(\(text)) and true or false]"))
        }
    }
}

/// Lua 5.4.4 computes bitwise operators wrongly in functions with many constants.
struct ManyConstantsRule: CheckRule {
    let name = "many-constants"
    let sentence = "A function with more than 255 constants has no bitwise operator on a number that is written out."
    var example: String { (0..<256).map { "print('\($0)')" }.joined(separator: "\n") + "\nprint(1 | (2 or 3))" }

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        for expression in file.tree.expressions {
            guard case .binary(let sign, let left, let right) = expression.kind,
                [.bitAnd, .bitOr, .bitXor].contains(sign), file.tree.functions[expression.function].constants > 255,
                isNumber(left, file) != isNumber(right, file)
            else { continue }
            report(
                .warning(
                    at: expression.range.lowerBound,
                    "Lua before 5.4.5 may compute '\(sign.rawValue)' wrongly in a function with more than 255 constants",
                    fix: "put it into a function of its own"))
        }
    }

    private func isNumber(_ id: SyntaxTree.ExpressionID, _ file: CheckedFile) -> Bool {
        switch file.tree.expressions[file.tree.stripped(id)].kind {
        case .integer, .number: true
        default: false
        }
    }
}
