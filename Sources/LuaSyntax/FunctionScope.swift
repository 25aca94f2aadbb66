/// What the parser knows of a function while it reads it: the numbers that Lua's compiler limits.
struct FunctionScope {
    let id: SyntaxTree.FunctionID
    /// Where its locals begin in the parser's list.
    let firstLocal: Int
    let firstLabel: Int
    let firstGoto: Int
    let line: Int
    var isVararg = false
    /// How many of its locals can be seen; those after them are being declared.
    var active = 0
    var blocks: [BlockScope] = []
    /// Names of outer locals that it uses, and what they are; with `_ENV` where it uses globals.
    var upvalues: [String: NameMeaning] = [:]
    /// Registers in use, near enough: locals, and what calls and lists hold.
    var registers = 0
    var constants: Set<ConstantKey> = []
}

/// A block inside a function.
struct BlockScope {
    let active: Int
    let firstLabel: Int
    let firstGoto: Int
    let isLoop: Bool
}

/// What a name stands for.
enum NameMeaning {
    case local(SyntaxTree.LocalID)
    case global
}

/// A label that can be seen.
struct VisibleLabel {
    let name: String
    let line: Int
    let active: Int
}

/// A goto or break whose label has not been met.
struct PendingGoto {
    let name: String
    let isBreak: Bool
    let range: Range<Int>
    let line: Int
    var active: Int
}

/// A constant of a function, to count different ones.
enum ConstantKey: Hashable {
    case string([UInt8])
    case integer(Int64)
    case number(Double)
}

/// Limits of Lua 5.4's compiler.
enum CompilerLimit {
    static let locals = 200
    static let upvalues = 255
    static let registers = 255
    /// Levels of nested statements and expressions. Lua counts its own C calls too, so it has a few less.
    static let levels = 200
    /// Faults that are reported of one text.
    static let faults = 20
}
