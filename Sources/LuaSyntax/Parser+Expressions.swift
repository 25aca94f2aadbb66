/// Expressions, as in `lparser.c` of Lua 5.4.
extension Parser {
    mutating func add(_ kind: SyntaxTree.Expression.Kind, from start: Int) -> SyntaxTree.ExpressionID {
        let function = scopes.last?.id ?? 0
        tree.expressions.append(.init(kind: kind, range: start..<max(start, lastEnd), function: function))
        return tree.expressions.count - 1
    }

    mutating func expression() throws(SyntaxFault) -> SyntaxTree.ExpressionID { try subexpression(0) }

    /// An expression whose value keeps a register until its statement ends.
    mutating func heldExpression() throws(SyntaxFault) -> SyntaxTree.ExpressionID {
        let value = try expression()
        try holdRegisters(1)
        return value
    }

    mutating func expressionList() throws(SyntaxFault) -> [SyntaxTree.ExpressionID] {
        var values = [try heldExpression()]
        while try take(.comma) { values.append(try heldExpression()) }
        return values
    }

    // MARK: Operators

    private static let unaryPriority = 12

    private func priorities(_ kind: Token.Kind) -> (SyntaxTree.BinaryOperator, left: Int, right: Int)? {
        switch kind {
        case .sign(.plus): (.add, 10, 10)
        case .sign(.minus): (.subtract, 10, 10)
        case .sign(.star): (.multiply, 11, 11)
        case .sign(.percent): (.modulo, 11, 11)
        case .sign(.caret): (.power, 14, 13)
        case .sign(.slash): (.divide, 11, 11)
        case .sign(.doubleSlash): (.floorDivide, 11, 11)
        case .sign(.ampersand): (.bitAnd, 6, 6)
        case .sign(.bar): (.bitOr, 4, 4)
        case .sign(.tilde): (.bitXor, 5, 5)
        case .sign(.shiftLeft): (.shiftLeft, 7, 7)
        case .sign(.shiftRight): (.shiftRight, 7, 7)
        case .sign(.concat): (.concat, 9, 8)
        case .sign(.equal): (.equal, 3, 3)
        case .sign(.less): (.less, 3, 3)
        case .sign(.lessOrEqual): (.lessOrEqual, 3, 3)
        case .sign(.notEqual): (.notEqual, 3, 3)
        case .sign(.greater): (.greater, 3, 3)
        case .sign(.greaterOrEqual): (.greaterOrEqual, 3, 3)
        case .word(.and): (.and, 2, 2)
        case .word(.or): (.or, 1, 1)
        default: nil
        }
    }

    private func unary(_ kind: Token.Kind) -> SyntaxTree.UnaryOperator? {
        switch kind {
        case .word(.not): .not
        case .sign(.minus): .negate
        case .sign(.tilde): .complement
        case .sign(.hash): .length
        default: nil
        }
    }

    private mutating func subexpression(_ limit: Int) throws(SyntaxFault) -> SyntaxTree.ExpressionID {
        try enterLevel()
        defer { leaveLevel() }
        let start = token.range.lowerBound
        let held = scopes[scopes.count - 1].registers
        var left: SyntaxTree.ExpressionID
        if let sign = unary(token.kind) {
            try advance()
            let operand = try subexpression(Parser.unaryPriority)
            left = add(.unary(sign, operand), from: start)
        } else {
            left = try simpleExpression()
        }
        while let (sign, leftPriority, rightPriority) = priorities(token.kind), leftPriority > limit {
            try advance()
            if sign != .and, sign != .or { try holdRegisters(needsRegister(left) ? 1 : 0) }
            let right = try subexpression(rightPriority)
            scopes[scopes.count - 1].registers = held
            left = add(.binary(sign, left, right), from: start)
        }
        scopes[scopes.count - 1].registers = held
        return left
    }

    private func needsRegister(_ id: SyntaxTree.ExpressionID) -> Bool {
        switch tree.expressions[id].kind {
        case .local(let id): tree.locals[id].function != scopes.last?.id
        case .integer, .number: false
        default: true
        }
    }

    // MARK: Simple values

    private mutating func simpleExpression() throws(SyntaxFault) -> SyntaxTree.ExpressionID {
        let start = token.range.lowerBound
        let kind: SyntaxTree.Expression.Kind
        switch token.kind {
        case .integer(let value):
            constant(.integer(value))
            kind = .integer(value)
        case .number(let value):
            constant(.number(value))
            kind = .number(value)
        case .string(let bytes):
            constant(.string(bytes))
            kind = .string(bytes)
        case .word(.nil): kind = .nil
        case .word(.true): kind = .true
        case .word(.false): kind = .false
        case .sign(.dots):
            guard scopes.last?.isVararg == true else {
                throw fault("cannot use '...' outside a vararg function", fix: "add ... to the function's parameters")
            }
            kind = .varargs
        case .sign(.openBrace): return try table()
        case .word(.function):
            let line = lexer.line
            try advance()
            let function = try functionBody(isMethod: false, line: line, from: start)
            return add(.function(function), from: start)
        default: return try suffixedExpression()
        }
        try advance()
        return add(kind, from: start)
    }

    /// A name, as a variable.
    mutating func variable(_ name: SyntaxTree.Name, isRead: Bool) throws(SyntaxFault) -> SyntaxTree.ExpressionID {
        let kind: SyntaxTree.Expression.Kind
        switch try resolve(name.text) {
        case .local(let id):
            if isRead { tree.locals[id].reads += 1 }
            kind = .local(id)
        case .global: kind = .global(name.text)
        }
        let function = scopes.last?.id ?? 0
        tree.expressions.append(.init(kind: kind, range: name.range, function: function))
        return tree.expressions.count - 1
    }

    mutating func add(field name: SyntaxTree.Name, of base: SyntaxTree.ExpressionID, from start: Int)
        -> SyntaxTree.ExpressionID
    {
        let bytes = Array(name.text.utf8)
        constant(.string(bytes))
        tree.expressions.append(.init(kind: .string(bytes), range: name.range, function: scopes.last?.id ?? 0))
        return add(.index(base: base, key: tree.expressions.count - 1, isName: true), from: start)
    }

    /// A name or something in parentheses, with the fields, indices and calls after it. As the target of an assignment a
    /// bare name is not read.
    mutating func suffixedExpression(isTarget: Bool = false) throws(SyntaxFault) -> SyntaxTree.ExpressionID {
        let start = token.range.lowerBound
        let line = lexer.line
        let held = scopes[scopes.count - 1].registers
        var value: SyntaxTree.ExpressionID
        switch token.kind {
        case .name:
            let name = try name()
            let isAssigned = isTarget && (token.isSign(.assign) || token.isSign(.comma))
            value = try variable(name, isRead: !isAssigned)
        case .sign(.openParen):
            try advance()
            let inner = try expression()
            try close(.sign(.closeParen), "')'", opened: "(", at: line)
            value = add(.group(inner), from: start)
        default:
            var fix: String?
            if case .word(let word) = token.kind {
                fix = "'\(word.rawValue)' is a word of Lua; a value is missing before it"
            }
            throw fault("unexpected symbol", fix: fix)
        }
        while true {
            switch token.kind {
            case .sign(.dot):
                try advance()
                value = add(field: try name(), of: value, from: start)
            case .sign(.openBracket):
                try holdRegisters(needsRegister(value) ? 1 : 0)
                let key = try bracketed()
                scopes[scopes.count - 1].registers = held
                value = add(.index(base: value, key: key, isName: false), from: start)
            case .sign(.colon):
                try advance()
                let name = try name()
                constant(.string(Array(name.text.utf8)))
                try holdRegisters(2)
                let arguments = try arguments(line)
                scopes[scopes.count - 1].registers = held
                value = add(.method(object: value, name: name, arguments: arguments), from: start)
            case .sign(.openParen), .sign(.openBrace), .string:
                try holdRegisters(1)
                let arguments = try arguments(line)
                scopes[scopes.count - 1].registers = held
                value = add(.call(callee: value, arguments: arguments), from: start)
            default:
                return value
            }
        }
    }

    /// `[key]`.
    private mutating func bracketed() throws(SyntaxFault) -> SyntaxTree.ExpressionID {
        try advance()
        let key = try expression()
        try expect(.closeBracket, fix: "add ']'")
        return key
    }

    private mutating func arguments(_ line: Int) throws(SyntaxFault) -> [SyntaxTree.ExpressionID] {
        switch token.kind {
        case .string(let bytes):
            let start = token.range.lowerBound
            constant(.string(bytes))
            try advance()
            return [add(.string(bytes), from: start)]
        case .sign(.openBrace): return [try table()]
        case .sign(.openParen):
            try advance()
            if try take(.closeParen) { return [] }
            let values = try expressionList()
            try close(.sign(.closeParen), "')'", opened: "(", at: line)
            return values
        default:
            throw fault("function arguments expected", fix: "a colon calls: object:name(); a field is object.name")
        }
    }

    // MARK: Tables

    private mutating func table() throws(SyntaxFault) -> SyntaxTree.ExpressionID {
        let start = token.range.lowerBound
        let line = lexer.line
        let held = scopes[scopes.count - 1].registers
        try advance()
        try holdRegisters(1)
        var fields: [SyntaxTree.Field] = []
        var pending = 0
        while !token.isSign(.closeBrace) {
            let field = try field()
            fields.append(field)
            if case .position = field.key { pending += 1 }
            // Lua stores list items fifty at a time; until then each keeps a register.
            if pending == 50 { pending = 0 }
            scopes[scopes.count - 1].registers = held + 1
            try holdRegisters(pending)
            guard token.isSign(.comma) || token.isSign(.semicolon) else { break }
            try advance()
        }
        try close(.sign(.closeBrace), "'}'", opened: "{", at: line)
        scopes[scopes.count - 1].registers = held
        return add(.table(fields), from: start)
    }

    private mutating func field() throws(SyntaxFault) -> SyntaxTree.Field {
        switch token.kind {
        case .name:
            guard try peek().isSign(.assign) else { break }
            let name = try name()
            constant(.string(Array(name.text.utf8)))
            try advance()
            return .init(key: .name(name), value: try expression())
        case .sign(.openBracket):
            let key = try bracketed()
            try expect(.assign)
            return .init(key: .computed(key), value: try expression())
        default: break
        }
        return .init(key: .position, value: try expression())
    }

    // MARK: Functions

    /// Parameters and body, from `(` to `end`.
    mutating func functionBody(isMethod: Bool, line: Int, from start: Int? = nil) throws(SyntaxFault)
        -> SyntaxTree.FunctionID
    {
        openFunction(line: line)
        let id = tree.functions.count - 1
        let index = scopes.count - 1
        enterBlock(isLoop: false)
        try expect(.openParen)
        if isMethod {
            tree.functions[id].parameters.append(
                try declare(SyntaxTree.Name(text: "self", range: token.range), .implicitSelf))
            try show(1)
        }
        var count = 0
        if !token.isSign(.closeParen) {
            repeat {
                if case .name = token.kind {
                    tree.functions[id].parameters.append(try declare(try name(), .parameter))
                    count += 1
                } else if try take(.dots) {
                    scopes[index].isVararg = true
                    tree.functions[id].isVararg = true
                    break
                } else {
                    throw expected("<name> or '...'")
                }
            } while try take(.comma)
        }
        try show(count)
        try expect(.closeParen)
        let body = statements()
        let end = token.range.upperBound
        try close(.word(.end), "'end'", opened: "function", at: line)
        leaveBlock()
        closeFunction(body, end: end)
        return id
    }
}
