import CLuaShim

/// A set of fences, as a state is opened with.
package struct LuaFences: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    static let concat = LuaFences(rawValue: UInt32(MT_FENCE_CONCAT))
    static let close = LuaFences(rawValue: UInt32(MT_FENCE_CLOSE))
    static let nestedClose = LuaFences(rawValue: UInt32(MT_FENCE_NESTED_CLOSE))
    static let waitingHandler = LuaFences(rawValue: UInt32(MT_FENCE_WAITING_HANDLER))
    static let metatables = LuaFences(rawValue: UInt32(MT_FENCE_METATABLES))
    static let allocator = LuaFences(rawValue: UInt32(MT_FENCE_ALLOCATOR))
    static let gmatch = LuaFences(rawValue: UInt32(MT_FENCE_GMATCH))
    package static let chains = LuaFences(rawValue: UInt32(MT_FENCE_CHAINS))
    package static let comparisons = LuaFences(rawValue: UInt32(MT_FENCE_COMPARISONS))
    static let errorText = LuaFences(rawValue: UInt32(MT_FENCE_ERROR_TEXT))

    /// What a state needs on a library of this release.
    static func needed(by release: LuaRelease, confined: Bool) -> LuaFences {
        LuaFence.all.reduce(into: LuaFences()) { needed, fence in
            if fence.stands(on: release, confined: confined) { needed.insert(fence.option) }
        }
    }
}

/// One of Lua's own bugs that a script can reach, and what stands against it. This table decides which fences are up.
public struct LuaFence: Sendable {
    /// Numbers the rows of the table in docs/limits.md.
    public let row: Int
    public let bug: String
    public let fence: String
    /// The first release without the bug; nil: none is, or the fence costs nothing and stands on every release.
    public let mendedIn: LuaRelease?
    /// Stands only in states that run what the operator does not trust.
    public let isForConfinedOnly: Bool
    let option: LuaFences

    private init(
        _ row: Int, _ option: LuaFences, until mendedIn: LuaRelease? = nil, confinedOnly: Bool = false,
        bug: String, fence: String
    ) {
        self.row = row
        self.option = option
        self.mendedIn = mendedIn
        isForConfinedOnly = confinedOnly
        self.bug = bug
        self.fence = fence
    }

    /// Whether it is up in a state on a library of this release.
    public func stands(on release: LuaRelease, confined: Bool) -> Bool {
        if isForConfinedOnly, !confined { return false }
        return mendedIn.map { release < $0 } ?? true
    }

    /// On which releases, for people.
    public var releases: String {
        (mendedIn.map { "before \($0.major).\($0.minor).\($0.patch)" } ?? "every release")
            + (isForConfinedOnly ? ", confined packs" : "")
    }

    public static let all: [LuaFence] = [
        LuaFence(
            1, .concat, until: LuaRelease(5, 4, 5),
            bug: "a `__concat` that moves the Lua stack: the concatenation goes on with the old address",
            fence: "Lua does not find `__concat`"),
        LuaFence(
            2, .close, until: LuaRelease(5, 4, 5), confinedOnly: true,
            bug: "`break` in a generic `for` with a closing value and a captured variable: writes outside the stack",
            fence: "Lua does not find `__close`, so `<close>` takes nil and false only"),
        LuaFence(
            3, .nestedClose,
            bug: "`coroutine.close` inside `__close`, nested: not counted as C calls, runs out of native stack",
            fence: "own `close` and `wrap`: 100 nested closes, and 512 KiB of stack before each"),
        LuaFence(
            4, .waitingHandler, until: LuaRelease(5, 4, 8),
            bug: "closing a coroutine that waits inside `xpcall`: its message handler is sought where it no longer is",
            fence: "`coroutine.close` on one refuses; the host drops it without closing it"),
        LuaFence(
            5, .metatables,
            bug: "a weak table given another metatable while the collector marks: the metatable is freed in use",
            fence: "own `setmetatable` keeps a metatable that replaces another until the cycle ends"),
        LuaFence(
            6, .allocator,
            bug: "a collection in the middle of an assignment through a weak metatable frees what it assigns to",
            fence: "past the cap memory is given, and the next instruction collects and raises"),
        LuaFence(
            7, .gmatch,
            bug: "a `gmatch` iterator called again after \"pattern too complex\" has no depth limit",
            fence: "own `gmatch`: set up anew for each call, and one that failed stays failed"),
        LuaFence(
            8, .chains, until: LuaRelease(5, 4, 7),
            bug: "the name of a field at the end of a long chain `a.x.x.x` is sought by recursion",
            fence: "the loader takes at most 200 index steps in a row"),
        LuaFence(
            9, .comparisons, until: LuaRelease(5, 4, 8),
            bug: "`upvalue[a < b]` reads a register that nobody set",
            fence: "the loader refuses an index that is a comparison"),
        LuaFence(
            10, .errorText,
            bug: "\"error in error handling\" raises for lack of memory where nothing catches",
            fence: "that text is made once, when the state is opened, and kept"),
    ]
}
