import LuaRuntime
import LuaSyntax

extension FuzzTarget {
    /// Lua text: the parser of `check` and the loader's pass over the tokens, both beside Lua's own compiler.
    static let lua = FuzzTarget(
        name: "lua", summary: "Lua text: our parser, and the loader with its fences, beside Lua's compiler",
        body: { bytes in
            let text = Array(bytes)
            let tree = SyntaxTree(parsing: text)
            checkPlaces(tree, in: text)
            let theirs = LuaTarget.bare.complaint(of: bytes)
            let fault = tree.faults.first
            require(
                (fault == nil) == (theirs == nil),
                "the parser says \(fault?.message ?? "nothing"), Lua \(theirs?.text ?? "nothing")")
            if let fault, let line = theirs?.line {
                require(fault.luaLine == line, "the parser finds line \(fault.luaLine), Lua \(theirs?.text ?? "")")
            }
            // The fences may refuse more, in their own words; what they let pass is what Lua says.
            let fenced = LuaTarget.fenced.complaint(of: bytes)
            if let fenced, LuaTarget.refusals.contains(where: fenced.text.contains) { return }
            require(
                fenced == theirs, "behind the fences \(fenced?.text ?? "nothing"), without \(theirs?.text ?? "nothing")"
            )
        })
}

private func checkPlaces(_ tree: SyntaxTree, in text: [UInt8]) {
    for fault in tree.faults {
        require(fault.range.clamped(to: 0..<text.count) == fault.range, "a fault lies in the text")
        let place = tree.source.position(at: fault.range.lowerBound)
        require(place.line >= 1 && place.column >= 1, "a fault has a place")
        _ = tree.source.lineText(place.line)
    }
    for expression in tree.expressions {
        require(expression.range.clamped(to: 0..<text.count) == expression.range, "an expression lies in the text")
    }
}

/// States that compile and never run what they compiled. On the thread that libFuzzer calls on.
private enum LuaTarget {
    nonisolated(unsafe) static let fenced = Compiler(without: [])
    nonisolated(unsafe) static let bare = Compiler(without: [.chains, .comparisons])
    static let refusals = ["index steps in a row", "an index must not be a comparison", "levels of nesting"]
}

private final class Compiler {
    struct Complaint: Equatable {
        let text: String
        /// The line that it names.
        let line: Int?
    }

    private let state: LuaState

    init(without: LuaFences) {
        state = must("a state is opened") {
            try LuaState(limits: LuaLimits(cpu: 60_000_000_000), confined: false, without: without)
        }
    }

    /// Why Lua refuses the text; nil where it does not.
    func complaint(of bytes: UnsafeRawBufferPointer) -> Complaint? {
        must("loading raises nothing") {
            try state.call("load") { state throws(LuaError) in
                state.getGlobal("load")
                state.push(bytes: bytes)
                state.push("=t")
                return 2
            } read: { state, count throws(LuaError) in
                guard count == 2, state.type(at: -2) == .nil else { return nil }
                let text = state.string(at: -1) ?? "?"
                let digits = text.split(separator: ":", maxSplits: 2).dropFirst().first
                return Complaint(text: text, line: digits.flatMap { Int($0) })
            }
        }
    }
}
