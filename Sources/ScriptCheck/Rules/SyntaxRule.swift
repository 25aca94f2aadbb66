import LuaSyntax

/// What Lua would not load.
struct SyntaxRule: CheckRule {
    let name = "syntax"
    let sentence = "The text is Lua."
    let example = "if a = b then end"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        for fault in file.tree.faults {
            report(.error(at: fault.range.lowerBound, fault.message, fix: fault.fix))
        }
    }
}
