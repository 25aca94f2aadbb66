import LuaSyntax

/// What Lua would not load.
struct SyntaxRule: CheckRule {
    let name = "syntax"
    let sentence = "The text is Lua."
    let example = "if a = b then end"

    /// Bytes of a script that is loaded.
    static let largest = 1 << 20

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        if file.tree.source.bytes.count > SyntaxRule.largest {
            report(
                .error(
                    at: 0, "a script larger than 1 MiB is not loaded",
                    fix: "split it into modules, or keep its data in a file"))
        }
        for fault in file.tree.faults {
            report(.error(at: fault.range.lowerBound, fault.message, fix: fault.fix))
        }
    }
}
