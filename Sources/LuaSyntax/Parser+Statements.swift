/// Statements, as in `lparser.c` of Lua 5.4.
extension Parser {
    /// The statements up to what closes the block.
    mutating func statements() -> [SyntaxTree.StatementID] {
        var found: [SyntaxTree.StatementID] = []
        while !isDone, !closesBlock(withUntil: true) {
            let isLast = token.isWord(.return)
            if let statement = statementOrNext() { found.append(statement) }
            // What follows a return is reported by whoever closes the block.
            if isLast { break }
        }
        return found
    }

    /// One statement; nil for an empty one, and after a fault, where the parser stands at the next one.
    private mutating func statementOrNext() -> SyntaxTree.StatementID? {
        let first = token.range.lowerBound
        let saved = (scopes: scopes.count, blocks: scopes[scopes.count - 1].blocks.count, level: level)
        let (depth, brackets) = (depth, brackets)
        do throws(SyntaxFault) {
            return try statement()
        } catch {
            record(error)
            while scopes.count > saved.scopes { closeFunction([], end: lastEnd) }
            while scopes[scopes.count - 1].blocks.count > saved.blocks { leaveBlock() }
            showDeclared()
            level = saved.level
            gotos.removeAll { $0.range.lowerBound >= first }
            if !isDone { skipStatement(depth: depth, brackets: brackets, from: first) }
            return nil
        }
    }

    mutating func add(_ kind: SyntaxTree.Statement.Kind, from start: Int) -> SyntaxTree.StatementID {
        let function = scopes.last?.id ?? 0
        tree.statements.append(.init(kind: kind, range: start..<max(start, lastEnd), function: function))
        return tree.statements.count - 1
    }

    private mutating func statement() throws(SyntaxFault) -> SyntaxTree.StatementID? {
        let start = token.range.lowerBound
        let line = lexer.line
        try enterLevel()
        defer { leaveLevel() }
        let kind: SyntaxTree.Statement.Kind?
        switch token.kind {
        case .sign(.semicolon):
            try advance()
            return nil
        case .word(.if): kind = try ifStatement(line)
        case .word(.while): kind = try whileStatement(line)
        case .word(.do):
            try advance()
            let body = block()
            try close(.word(.end), "'end'", opened: "do", at: line)
            kind = .block(body)
        case .word(.for): kind = try forStatement(line)
        case .word(.repeat): kind = try repeatStatement(line)
        case .word(.function): kind = try functionStatement(line)
        case .word(.local):
            try advance()
            if token.isWord(.function) {
                try advance()
                kind = try localFunction()
            } else {
                kind = try localStatement()
            }
        case .sign(.doubleColon): kind = try labelStatement(line)
        case .word(.return):
            try advance()
            kind = .return(try returned())
        case .word(.break):
            addGoto("break", isBreak: true, at: token.range, line: line)
            try advance()
            kind = .break
        case .word(.goto):
            try advance()
            let label = try name()
            if self.label(label.text) == nil { addGoto(label.text, isBreak: false, at: label.range, line: line) }
            kind = .goto(label.text)
        default: kind = try expressionStatement()
        }
        scopes[scopes.count - 1].registers = registers
        return kind.map { add($0, from: start) }
    }

    mutating func block(isLoop: Bool = false) -> [SyntaxTree.StatementID] {
        enterBlock(isLoop: isLoop)
        let body = statements()
        leaveBlock()
        return body
    }

    // MARK: Branches and loops

    private mutating func ifStatement(_ line: Int) throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        var branches: [(condition: SyntaxTree.ExpressionID?, body: [SyntaxTree.StatementID])] = []
        repeat {
            try advance()
            let condition = try expression()
            try expect(.then)
            branches.append((condition, block()))
        } while token.isWord(.elseif)
        if token.isWord(.else) {
            try advance()
            branches.append((nil, block()))
        }
        try close(.word(.end), "'end'", opened: "if", at: line)
        return .if(branches)
    }

    private mutating func whileStatement(_ line: Int) throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        try advance()
        let condition = try expression()
        enterBlock(isLoop: true)
        try expect(.do)
        let body = block()
        try close(.word(.end), "'end'", opened: "while", at: line)
        leaveBlock()
        return .while(condition: condition, body: body)
    }

    private mutating func repeatStatement(_ line: Int) throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        enterBlock(isLoop: true)
        enterBlock(isLoop: false)
        try advance()
        let body = statements()
        try close(.word(.until), "'until'", opened: "repeat", at: line)
        let condition = try expression()
        leaveBlock()
        leaveBlock()
        return .repeat(body: body, until: condition)
    }

    private mutating func forStatement(_ line: Int) throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        enterBlock(isLoop: true)
        try advance()
        let first = try name()
        let kind: SyntaxTree.Statement.Kind
        switch token.kind {
        case .sign(.assign): kind = try numericFor(first)
        case .sign(.comma), .word(.in): kind = try genericFor(first)
        default: throw expected("'=' or 'in'")
        }
        try close(.word(.end), "'end'", opened: "for", at: line)
        leaveBlock()
        return kind
    }

    /// Lua keeps the state of a loop in locals that have no name.
    private mutating func declareState(_ count: Int) throws(SyntaxFault) {
        for _ in 0..<count {
            _ = try declare(SyntaxTree.Name(text: "(for state)", range: token.range), .loop)
        }
    }

    private mutating func numericFor(_ name: SyntaxTree.Name) throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        try declareState(3)
        let local = try declare(name, .loop)
        try advance()
        var range = [try heldExpression()]
        try expect(.comma, fix: "a numeric for has two or three values: for i = 1, 10 do")
        range.append(try heldExpression())
        if try take(.comma) { range.append(try heldExpression()) }
        try show(3)
        return .numericFor(local, range: range, body: try loopBody(1))
    }

    private mutating func genericFor(_ first: SyntaxTree.Name) throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        try declareState(4)
        var names = [try declare(first, .loop)]
        while try take(.comma) { names.append(try declare(try name(), .loop)) }
        try expect(.in)
        let values = try expressionList()
        try show(4)
        return .genericFor(names, values: values, body: try loopBody(names.count))
    }

    private mutating func loopBody(_ names: Int) throws(SyntaxFault) -> [SyntaxTree.StatementID] {
        try expect(.do)
        enterBlock(isLoop: false)
        try show(names)
        let body = block()
        leaveBlock()
        return body
    }

    // MARK: Functions and locals

    private mutating func functionStatement(_ line: Int) throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        try advance()
        let start = token.range.lowerBound
        let first = try name()
        var target = try variable(first, isRead: false)
        var isMethod = false
        while token.isSign(.dot) || token.isSign(.colon) {
            isMethod = token.isSign(.colon)
            if case .local(let id) = tree.expressions[target].kind { tree.locals[id].reads += 1 }
            try advance()
            target = add(field: try name(), of: target, from: start)
            if isMethod { break }
        }
        let function = try functionBody(isMethod: isMethod, line: line)
        if case .local(let id) = tree.expressions[target].kind { write(id, target) }
        return .function(target: target, isMethod: isMethod, function)
    }

    private mutating func localFunction() throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        let local = try declare(try name(), .function)
        try show(1)
        return .localFunction(local, try functionBody(isMethod: false, line: lexer.line))
    }

    private mutating func localStatement() throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        var names: [SyntaxTree.LocalID] = []
        var closing = 0
        repeat {
            let local = try declare(try name(), .statement)
            names.append(local)
            guard token.isSign(.less) else { continue }
            try advance()
            let attribute = try name()
            try expect(.greater)
            switch attribute.text {
            case "const": tree.locals[local].attribute = .constant
            case "close":
                tree.locals[local].attribute = .toBeClosed
                closing += 1
                if closing == 2 {
                    record(
                        meaning(
                            "multiple to-be-closed variables in local list", fix: "write a local statement for each",
                            at: attribute.range))
                }
            default:
                record(
                    meaning(
                        "unknown attribute '\(attribute.text)'", fix: "there are <const> and <close>",
                        at: attribute.range))
            }
        } while try take(.comma)
        var values: [SyntaxTree.ExpressionID] = []
        if try take(.assign) {
            values = try expressionList()
            for (local, value) in zip(names, values) { tree.locals[local].initializer = value }
            // Only the last of as many values as names is a constant of the text to Lua.
            for local in names.dropLast(names.count == values.count ? 1 : 0) {
                if isCompileTime(local) { tree.locals[local].initializer = nil }
            }
        }
        try show(names.count)
        return .local(names, values: values)
    }

    private mutating func labelStatement(_ line: Int) throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        try advance()
        let label = try name()
        try expect(.doubleColon)
        while token.isSign(.semicolon) || token.isSign(.doubleColon) { _ = try statement() }
        if let other = self.label(label.text) {
            record(
                meaning(
                    "label '\(label.text)' already defined on line \(other.line)",
                    fix: "give one of the two another name",
                    at: label.range))
        }
        addLabel(label.text, line: line, isLast: closesBlock(withUntil: false))
        return .label(label.text)
    }

    private mutating func returned() throws(SyntaxFault) -> [SyntaxTree.ExpressionID] {
        var values: [SyntaxTree.ExpressionID] = []
        if !closesBlock(withUntil: true), !token.isSign(.semicolon) { values = try expressionList() }
        _ = try take(.semicolon)
        return values
    }

    // MARK: Calls and assignments

    private mutating func expressionStatement() throws(SyntaxFault) -> SyntaxTree.Statement.Kind {
        let first = try suffixedExpression(isTarget: true)
        guard token.isSign(.assign) || token.isSign(.comma) else {
            switch tree.expressions[first].kind {
            case .call, .method: return .call(first)
            default:
                throw fault("syntax error", fix: "a statement is a call, an assignment, or begins with a word of Lua")
            }
        }
        var targets = [first]
        var levels = 0
        while true {
            guard let last = targets.last, isVariable(last) else {
                throw fault("syntax error", fix: "only variables and fields can be assigned")
            }
            if case .local(let id) = tree.expressions[last].kind { write(id, last) }
            guard try take(.comma) else { break }
            targets.append(try suffixedExpression(isTarget: true))
            try enterLevel()
            levels += 1
        }
        try expect(.assign)
        leaveLevel(by: levels)
        return .assign(targets: targets, values: try expressionList())
    }

    private func isVariable(_ id: SyntaxTree.ExpressionID) -> Bool {
        switch tree.expressions[id].kind {
        case .local, .global, .index: true
        default: false
        }
    }

    /// A local is assigned; constants refuse that.
    private mutating func write(_ id: SyntaxTree.LocalID, _ place: SyntaxTree.ExpressionID) {
        tree.locals[id].writes += 1
        guard tree.locals[id].attribute != .none else { return }
        record(
            meaning(
                "attempt to assign to const variable '\(tree.locals[id].name)'", fix: "take its attribute away",
                at: tree.expressions[place].range))
    }
}
