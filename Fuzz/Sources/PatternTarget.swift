import LuaRuntime

extension FuzzTarget {
    /// Our pattern functions beside stock Lua's. The bytes are what `PatternComparison` makes of them.
    static let patterns = FuzzTarget(
        name: "patterns", summary: "find, match, gmatch and gsub, beside stock Lua's",
        body: { bytes in
            let difference = must("a comparison raises nothing") { try PatternTarget.comparison?.difference(bytes) }
            require(difference == nil, difference ?? "")
        })
}

private enum PatternTarget {
    /// On the thread that libFuzzer calls on.
    nonisolated(unsafe) static let comparison: PatternComparison? = must("a state is opened") {
        try PatternComparison()
    }
}
