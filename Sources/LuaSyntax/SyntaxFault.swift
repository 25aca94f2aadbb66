/// Why Lua would not load a text, and where.
public struct SyntaxFault: Error, Sendable, Hashable {
    /// The reason, in the words that Lua has for it: `'end' expected (to close 'if' at line 3) near <eof>`.
    public let message: String
    /// How it is written right, where that can be told.
    public let fix: String?
    /// The bytes to look at; empty where something is missing.
    public let range: Range<Int>
    /// The line that Lua's own message names. Lua sometimes notices late, so it may lie after `range`.
    public let luaLine: Int

    init(_ message: String, fix: String? = nil, range: Range<Int>, luaLine: Int) {
        self.message = message
        self.fix = fix
        self.range = range
        self.luaLine = luaLine
    }
}
