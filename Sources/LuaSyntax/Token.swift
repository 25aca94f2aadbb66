/// A word that Lua keeps for itself.
enum Keyword: String, CaseIterable, Sendable {
    case and, `break`, `do`, `else`, elseif, end, `false`, `for`, function, goto, `if`, `in`, local, `nil`, not, or
    case `repeat`, `return`, then, `true`, until, `while`
}

/// A sign, or several that belong together.
enum Sign: String, Sendable {
    case plus = "+"
    case minus = "-"
    case star = "*"
    case slash = "/"
    case doubleSlash = "//"
    case percent = "%"
    case caret = "^"
    case hash = "#"
    case ampersand = "&"
    case tilde = "~"
    case bar = "|"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case concat = ".."
    case dots = "..."
    case dot = "."
    case equal = "=="
    case notEqual = "~="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case assign = "="
    case openParen = "("
    case closeParen = ")"
    case openBrace = "{"
    case closeBrace = "}"
    case openBracket = "["
    case closeBracket = "]"
    case doubleColon = "::"
    case colon = ":"
    case semicolon = ";"
    case comma = ","
}

/// One token with its place.
struct Token: Sendable {
    enum Kind: Sendable, Equatable {
        case name(String)
        /// The bytes it stands for, escapes resolved.
        case string([UInt8])
        case integer(Int64)
        case number(Double)
        case word(Keyword)
        case sign(Sign)
        /// A byte that begins nothing.
        case stray(UInt8)
        case end
    }

    var kind: Kind
    var range: Range<Int>

    func isWord(_ word: Keyword) -> Bool { kind == .word(word) }
    func isSign(_ sign: Sign) -> Bool { kind == .sign(sign) }
}
