/// Reads Lua 5.4 by recursive descent, in the order and with the rules of Lua's own compiler.
///
/// A fault ends the statement it is in: the parser looks for the next one and goes on, so that one look tells more than
/// the first mistake. Nesting ends at `CompilerLimit.levels`, as in Lua.
struct Parser {
    var tree: SyntaxTree
    var lexer: Lexer
    /// The token that is looked at.
    var token: Token
    var ahead: Token?
    /// Where the last token that was taken ended.
    var lastEnd = 0
    var level = 0
    /// Openers (`function`, `if`, `do`, `repeat`) less closers among the tokens taken, and brackets likewise.
    var depth = 0
    var brackets = 0
    /// Nothing more can be told: too deep, or too many faults.
    var isDone = false

    var scopes: [FunctionScope] = []
    /// Locals of all open functions, innermost last; each function's visible ones first, then those being declared.
    var visible: [SyntaxTree.LocalID] = []
    var labels: [VisibleLabel] = []
    var gotos: [PendingGoto] = []

    init(_ source: SourceText) {
        tree = SyntaxTree(source: source)
        lexer = Lexer(source)
        token = Token(kind: .end, range: 0..<0)
    }

    mutating func parseText() {
        if lexer.current == 0x1B {
            tree.faults.append(
                SyntaxFault(
                    "attempt to load a binary chunk (mode is 't')", fix: "only Lua text is loaded", range: 0..<1,
                    luaLine: 1
                ))
            return
        }
        openFunction(line: 1)
        scopes[0].isVararg = true
        tree.functions[0].isVararg = true
        scopes[0].upvalues["_ENV"] = .global
        start()
        enterBlock(isLoop: false)
        var body: [SyntaxTree.StatementID] = []
        while true {
            body += statements()
            guard !isDone, token.kind != .end else { break }
            // A closer with nothing to close.
            record(expected("<eof>", fix: "nothing is open here: take it out, or look for an 'end' too many above"))
            skipOne()
        }
        leaveBlock()
        closeFunction(body, end: tree.source.bytes.count)
    }

    // MARK: Tokens

    /// Takes the first token; what the lexer refuses there is reported and passed over.
    private mutating func start() {
        while true {
            do throws(SyntaxFault) {
                token = try lexer.next()
                return
            } catch {
                record(error)
                if isDone { return }
            }
        }
    }

    mutating func advance() throws(SyntaxFault) {
        lastEnd = token.range.upperBound
        count(token)
        if let next = ahead {
            token = next
            ahead = nil
            return
        }
        // Should the lexer refuse, what was taken is not looked at again.
        token = Token(kind: .stray(0), range: token.range.upperBound..<token.range.upperBound)
        token = try lexer.next()
    }

    private mutating func count(_ token: Token) {
        switch token.kind {
        case .word(.function), .word(.if), .word(.do), .word(.repeat): depth += 1
        case .word(.end), .word(.until): depth -= 1
        case .sign(.openParen), .sign(.openBrace), .sign(.openBracket): brackets += 1
        case .sign(.closeParen), .sign(.closeBrace), .sign(.closeBracket): brackets -= 1
        default: break
        }
    }

    /// The token after the one that is looked at.
    mutating func peek() throws(SyntaxFault) -> Token {
        if let ahead { return ahead }
        let next = try lexer.next()
        ahead = next
        return next
    }

    /// Takes the token if it is this sign.
    mutating func take(_ sign: Sign) throws(SyntaxFault) -> Bool {
        guard token.isSign(sign) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ sign: Sign, fix: String? = nil) throws(SyntaxFault) {
        guard token.isSign(sign) else { throw expected("'\(sign.rawValue)'", fix: fix) }
        try advance()
    }

    mutating func expect(_ word: Keyword) throws(SyntaxFault) {
        guard token.isWord(word) else { throw expected("'\(word.rawValue)'") }
        try advance()
    }

    /// Takes what closes something; the message says what, if that began on another line.
    mutating func close(_ kind: Token.Kind, _ what: String, opened: String, at line: Int) throws(SyntaxFault) {
        if token.kind == kind { return try advance() }
        let add = "add \(what)"
        if line == lexer.line { throw expected(what, fix: add) }
        throw expected("\(what)", note: " (to close '\(opened)' at line \(line))", fix: add)
    }

    mutating func name() throws(SyntaxFault) -> SyntaxTree.Name {
        guard case .name(let text) = token.kind else {
            var fix: String?
            if case .word(let word) = token.kind { fix = "'\(word.rawValue)' is a word of Lua: take another name" }
            throw expected("<name>", fix: fix)
        }
        let range = token.range
        try advance()
        return SyntaxTree.Name(text: text, range: range)
    }

    // MARK: Faults

    func expected(_ what: String, note: String = "", fix: String? = nil) -> SyntaxFault {
        fault("\(what) expected\(note)", fix: fix)
    }

    /// A fault at the token that is looked at.
    func fault(_ message: String, fix: String? = nil) -> SyntaxFault {
        SyntaxFault(
            "\(message) near \(described(token))", fix: habit ?? fix, range: token.range, luaLine: lexer.line)
    }

    /// A fault of meaning: what it says stands by itself.
    func meaning(_ message: String, fix: String? = nil, at range: Range<Int>) -> SyntaxFault {
        SyntaxFault(message, fix: fix, range: range, luaLine: lexer.line)
    }

    func described(_ token: Token) -> String {
        switch token.kind {
        case .end: "<eof>"
        case .stray(let byte) where byte < 32 || byte > 126: "'<\\\(byte)>'"
        default: "'\(Lexer.shown(tree.source.bytes[token.range]))'"
        }
    }

    /// Notes a fault. One at the end of the text follows from any before it.
    mutating func record(_ fault: SyntaxFault) {
        guard !isDone else { return }
        if fault.range.lowerBound >= tree.source.bytes.count, !tree.faults.isEmpty { return }
        tree.faults.append(fault)
        if tree.faults.count >= CompilerLimit.faults { isDone = true }
    }

    // MARK: Levels

    mutating func enterLevel(by count: Int = 1) throws(SyntaxFault) {
        level += count
        guard level < CompilerLimit.levels else {
            let fault = fault("too many nested levels: C stack overflow", fix: "split it into functions or variables")
            record(fault)
            isDone = true
            throw fault
        }
    }

    mutating func leaveLevel(by count: Int = 1) { level -= count }

    // MARK: Going on after a fault

    /// Passes over one token, whatever it is.
    mutating func skipOne() {
        do throws(SyntaxFault) { try advance() } catch { token = resume() }
    }

    private mutating func resume() -> Token {
        while true {
            do throws(SyntaxFault) { return try lexer.next() } catch {}
        }
    }

    /// Passes over what is left of a statement that could not be read: to the next line that begins like a statement at
    /// the depth where this one began, or to the end of its block.
    mutating func skipStatement(depth start: Int, brackets open: Int, from first: Int) {
        if token.kind == .stray(0), token.range.isEmpty { token = resume() }
        let column = tree.source.position(at: first).column
        var line = tree.source.line(at: lastEnd)
        while token.kind != .end {
            let here = tree.source.line(at: token.range.lowerBound)
            let isFirst = here > line
            if depth <= start {
                if closesBlock(withUntil: true) { return }
                let isOpen = brackets > open
                if isFirst, begins, !isOpen || tree.source.position(at: token.range.lowerBound).column <= column {
                    brackets = open
                    return
                }
            }
            line = tree.source.line(at: token.range.upperBound)
            skipOne()
        }
    }

    /// Whether the token may begin a statement.
    private var begins: Bool {
        switch token.kind {
        case .name: true
        case .word(let word):
            switch word {
            case .local, .function, .if, .while, .for, .repeat, .do, .return, .break, .goto: true
            default: false
            }
        case .sign(.doubleColon): true
        default: false
        }
    }

    func closesBlock(withUntil: Bool) -> Bool {
        switch token.kind {
        case .end, .word(.end), .word(.else), .word(.elseif): true
        case .word(.until): withUntil
        default: false
        }
    }
}
