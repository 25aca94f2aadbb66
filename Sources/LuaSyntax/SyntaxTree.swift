/// A Lua text as a tree: what stands where, and which local each name means.
///
/// Nodes lie in flat lists and name each other by number, so a tree as deep as a text is long costs no stack to walk or to
/// let go of. A parent always has a greater number than its children; a list is in the order in which its nodes ended.
public struct SyntaxTree: Sendable {
    /// Number of a node in `expressions`.
    public typealias ExpressionID = Int
    /// Number of a node in `statements`.
    public typealias StatementID = Int
    /// Number of a function in `functions`; 0 is the text itself.
    public typealias FunctionID = Int
    /// Number of a local in `locals`.
    public typealias LocalID = Int

    public let source: SourceText
    public internal(set) var expressions: [Expression] = []
    public internal(set) var statements: [Statement] = []
    public internal(set) var functions: [Function] = []
    public internal(set) var locals: [Local] = []
    /// What keeps Lua from loading the text, in the order in which it was found; the first is the one Lua reports. Where
    /// there is one, the lists hold what could be read around it.
    public internal(set) var faults: [SyntaxFault] = []

    /// Reads a text. Never traps, whatever the bytes.
    public init(parsing bytes: [UInt8]) {
        var parser = Parser(SourceText(bytes))
        parser.parseText()
        self = parser.tree
    }

    /// Reads a text.
    public init(parsing text: String) { self.init(parsing: Array(text.utf8)) }

    init(source: SourceText) { self.source = source }
}

extension SyntaxTree {
    /// A value, with its place.
    public struct Expression: Sendable {
        public let kind: Kind
        /// Its bytes, from its first token to its last.
        public let range: Range<Int>
        /// The function it stands in.
        public let function: FunctionID

        public enum Kind: Sendable {
            case `nil`, `true`, `false`, varargs
            case integer(Int64)
            case number(Double)
            /// The bytes it stands for, escapes resolved.
            case string([UInt8])
            case function(FunctionID)
            case local(LocalID)
            /// A name that no `local` covers.
            case global(String)
            /// `base.name` (the key is a string) or `base[key]`.
            case index(base: ExpressionID, key: ExpressionID, isName: Bool)
            case call(callee: ExpressionID, arguments: [ExpressionID])
            /// `object:name(arguments)`.
            case method(object: ExpressionID, name: Name, arguments: [ExpressionID])
            case unary(UnaryOperator, ExpressionID)
            case binary(BinaryOperator, ExpressionID, ExpressionID)
            case table([Field])
            /// In parentheses.
            case group(ExpressionID)
        }
    }

    /// A name that is no value of its own: after a colon or a dot.
    public struct Name: Sendable, Hashable {
        public let text: String
        public let range: Range<Int>
    }

    /// A part of a table constructor.
    public struct Field: Sendable {
        public enum Key: Sendable {
            /// The next number in the list.
            case position
            /// `name = value`.
            case name(Name)
            /// `[key] = value`.
            case computed(ExpressionID)
        }
        public let key: Key
        public let value: ExpressionID
    }

    public enum UnaryOperator: String, Sendable { case negate = "-", not, length = "#", complement = "~" }

    public enum BinaryOperator: String, Sendable {
        case add = "+", subtract = "-", multiply = "*", divide = "/", floorDivide = "//", modulo = "%", power = "^"
        case concat = "..", and, or
        case equal = "==", notEqual = "~=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
        case bitAnd = "&", bitOr = "|", bitXor = "~", shiftLeft = "<<", shiftRight = ">>"

        /// Whether it answers true or false by comparing.
        public var isComparison: Bool {
            switch self {
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
            default: false
            }
        }
    }

    /// A variable of `local`, a parameter, or a loop's variable.
    public struct Local: Sendable {
        public enum Attribute: Sendable { case none, constant, toBeClosed }
        public enum Origin: Sendable { case statement, parameter, implicitSelf, loop, function }
        public let name: String
        public let range: Range<Int>
        public let origin: Origin
        public let function: FunctionID
        public internal(set) var attribute = Attribute.none
        /// How often its value is used.
        public internal(set) var reads = 0
        /// How often it is assigned after its declaration.
        public internal(set) var writes = 0
        /// What `local` gave it, where that stands beside it in the list.
        public internal(set) var initializer: ExpressionID?
    }

    /// A function's body; number 0 is the text itself.
    public struct Function: Sendable {
        public internal(set) var parameters: [LocalID] = []
        public internal(set) var isVararg = false
        public internal(set) var body: [StatementID] = []
        public internal(set) var range: Range<Int>
        /// The function it stands in; nil for the text itself.
        public let parent: FunctionID?
        /// How many different constants it uses, near enough: literals, and names of globals, fields and methods.
        public internal(set) var constants = 0
    }

    public struct Statement: Sendable {
        public let kind: Kind
        public let range: Range<Int>
        public let function: FunctionID

        public enum Kind: Sendable {
            case local([LocalID], values: [ExpressionID])
            case localFunction(LocalID, FunctionID)
            /// `function target() … end`; `isMethod` where the last name stands after a colon.
            case function(target: ExpressionID, isMethod: Bool, FunctionID)
            case assign(targets: [ExpressionID], values: [ExpressionID])
            case call(ExpressionID)
            case block([StatementID])
            case `while`(condition: ExpressionID, body: [StatementID])
            case `repeat`(body: [StatementID], until: ExpressionID)
            /// A condition and a body each; the last condition is nil where there is an `else`.
            case `if`([(condition: ExpressionID?, body: [StatementID])])
            case numericFor(LocalID, range: [ExpressionID], body: [StatementID])
            case genericFor([LocalID], values: [ExpressionID], body: [StatementID])
            case `return`([ExpressionID])
            case `break`
            case goto(String)
            case label(String)
        }
    }
}

extension SyntaxTree {
    /// An expression without the parentheses around it.
    public func stripped(_ id: ExpressionID) -> ExpressionID {
        var id = id
        while case .group(let inner) = expressions[id].kind { id = inner }
        return id
    }

    /// The text of a string literal, if it is one and is UTF-8.
    public func text(_ id: ExpressionID) -> String? {
        guard case .string(let bytes) = expressions[id].kind else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Where in the source the byte `index` of a string literal stands; nil where an escape or a line end makes that
    /// unclear.
    public func offset(ofByte index: Int, inString id: ExpressionID) -> Int? {
        guard case .string(let bytes) = expressions[id].kind, index >= 0, index <= bytes.count else { return nil }
        let raw = source.bytes[expressions[id].range]
        guard let first = raw.first else { return nil }
        var opening = 1
        if first == UInt8(ascii: "[") {
            while raw.startIndex + opening < raw.endIndex, raw[raw.startIndex + opening] != first { opening += 1 }
            opening += 1
        }
        let start = raw.startIndex + opening
        let end = start + bytes.count
        guard end + opening == raw.endIndex, raw[start..<end].elementsEqual(bytes) else { return nil }
        return start + index
    }
}
