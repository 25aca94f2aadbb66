/// Functions, blocks, locals, labels: what Lua's compiler checks while it reads.
extension Parser {
    /// The innermost open function's number in `scopes`. There is always one while anything is read.
    private var innermost: Int { scopes.count - 1 }

    // MARK: Functions and blocks

    mutating func openFunction(line: Int) {
        let parent = scopes.last?.id
        let start = token.range.lowerBound
        tree.functions.append(.init(range: start..<start, parent: parent))
        scopes.append(
            FunctionScope(
                id: tree.functions.count - 1, firstLocal: visible.count, firstLabel: labels.count,
                firstGoto: gotos.count, line: line))
    }

    mutating func closeFunction(_ body: [SyntaxTree.StatementID], end: Int) {
        guard let scope = scopes.popLast() else { return }
        visible.removeLast(visible.count - scope.firstLocal)
        labels.removeLast(labels.count - scope.firstLabel)
        let start = min(tree.functions[scope.id].range.lowerBound, end)
        tree.functions[scope.id].body = body
        tree.functions[scope.id].range = start..<end
        tree.functions[scope.id].constants = scope.constants.count
    }

    mutating func enterBlock(isLoop: Bool) {
        let scope = scopes[innermost]
        scopes[innermost].blocks.append(
            BlockScope(active: scope.active, firstLabel: labels.count, firstGoto: gotos.count, isLoop: isLoop))
    }

    mutating func leaveBlock() {
        guard let block = scopes[innermost].blocks.popLast() else { return }
        if block.isLoop { gotos.remove(from: block.firstGoto) { $0.isBreak } }
        forget(to: block.active)
        labels.removeLast(labels.count - block.firstLabel)
        if !scopes[innermost].blocks.isEmpty {
            for index in block.firstGoto..<gotos.count { gotos[index].active = min(gotos[index].active, block.active) }
            return
        }
        // Lua reports the first one; all of them are as wrong.
        for missing in gotos[block.firstGoto...] {
            if missing.isBreak {
                record(
                    meaning(
                        "break outside a loop at line \(missing.line)", fix: "return leaves a function",
                        at: missing.range))
            } else {
                record(
                    meaning(
                        "no visible label '\(missing.name)' for goto at line \(missing.line)",
                        fix: "put ::\(missing.name):: into this block or one around it", at: missing.range))
            }
        }
        gotos.removeLast(gotos.count - block.firstGoto)
    }

    /// Takes locals out of sight.
    private mutating func forget(to active: Int) {
        let count = scopes[innermost].firstLocal + active
        if visible.count > count { visible.removeLast(visible.count - count) }
        scopes[innermost].active = active
        scopes[innermost].registers = registers
    }

    /// Registers that the visible locals of the innermost function take.
    var registers: Int {
        let scope = scopes[innermost]
        return visible[scope.firstLocal..<(scope.firstLocal + scope.active)].count { !isCompileTime($0) }
    }

    // MARK: Locals

    /// Declares a local that is not seen yet.
    mutating func declare(_ name: SyntaxTree.Name, _ origin: SyntaxTree.Local.Origin) throws(SyntaxFault)
        -> SyntaxTree.LocalID
    {
        let scope = scopes[innermost]
        if visible.count + 1 - scope.firstLocal > CompilerLimit.locals {
            throw limit("local variables", CompilerLimit.locals)
        }
        tree.locals.append(.init(name: name.text, range: name.range, origin: origin, function: scope.id))
        visible.append(tree.locals.count - 1)
        return tree.locals.count - 1
    }

    /// Makes the locals that were declared last visible.
    mutating func show(_ count: Int) throws(SyntaxFault) {
        scopes[innermost].active += count
        scopes[innermost].registers = registers
        try holdRegisters(0)
    }

    /// Locals that a statement with a fault was declaring: they are meant to be seen.
    mutating func showDeclared() {
        scopes[innermost].active = visible.count - scopes[innermost].firstLocal
    }

    private func limit(_ what: String, _ limit: Int) -> SyntaxFault {
        let line = scopes.last?.line ?? 0
        let place = scopes.count > 1 ? "function at line \(line)" : "main function"
        return fault("too many \(what) (limit is \(limit)) in \(place)", fix: "split it, or keep the values in a table")
    }

    mutating func holdRegisters(_ count: Int) throws(SyntaxFault) {
        scopes[innermost].registers += count
        guard scopes[innermost].registers < CompilerLimit.registers else {
            throw fault(
                "function or expression needs too many registers", fix: "pass a table in place of so many values")
        }
    }

    /// Whether Lua takes a local for a constant of the text, which is no variable at all.
    func isCompileTime(_ id: SyntaxTree.LocalID) -> Bool {
        guard tree.locals[id].attribute == .constant, let value = tree.locals[id].initializer else { return false }
        return isConstant(value)
    }

    private func isConstant(_ id: SyntaxTree.ExpressionID) -> Bool {
        switch tree.expressions[id].kind {
        case .nil, .true, .false, .integer, .number, .string: true
        case .local(let local): isCompileTime(local)
        case .unary(.negate, let operand):
            switch tree.expressions[operand].kind {
            case .integer, .number: true
            default: false
            }
        default: false
        }
    }

    // MARK: Names

    /// What a name means here.
    mutating func resolve(_ name: String) throws(SyntaxFault) -> NameMeaning {
        let found = try find(name, from: innermost)
        guard case .global = found else { return found }
        // A global is a field of _ENV, which functions reach as an upvalue; a local _ENV makes it that one's field.
        _ = try find("_ENV", from: innermost)
        constant(.string(Array(name.utf8)))
        return .global
    }

    private mutating func find(_ name: String, from index: Int) throws(SyntaxFault) -> NameMeaning {
        var index = index
        var crossed: [Int] = []
        var found = NameMeaning.global
        search: while true {
            let scope = scopes[index]
            for place in visible[scope.firstLocal..<(scope.firstLocal + scope.active)].indices.reversed()
            where tree.locals[visible[place]].name == name {
                found = .local(visible[place])
                break search
            }
            if let known = scope.upvalues[name] {
                found = known
                break search
            }
            guard index > 0 else {
                // Nothing is called so.
                return .global
            }
            crossed.append(index)
            index -= 1
        }
        if case .local(let id) = found, isCompileTime(id) { return found }
        for function in crossed.reversed() {
            if scopes[function].upvalues.count >= CompilerLimit.upvalues {
                throw limit("upvalues", CompilerLimit.upvalues)
            }
            scopes[function].upvalues[name] = found
        }
        return found
    }

    /// Counts a constant of the innermost function.
    mutating func constant(_ key: ConstantKey) { scopes[innermost].constants.insert(key) }

    // MARK: Labels

    mutating func addGoto(_ name: String, isBreak: Bool, at range: Range<Int>, line: Int) {
        gotos.append(
            PendingGoto(name: name, isBreak: isBreak, range: range, line: line, active: scopes[innermost].active))
    }

    /// Whether a label of the innermost function can be seen.
    func label(_ name: String) -> VisibleLabel? {
        labels[(scopes.last?.firstLabel ?? 0)...].first { $0.name == name }
    }

    /// Adds a label and settles the gotos of its block that wait for it.
    mutating func addLabel(_ name: String, line: Int, isLast: Bool) {
        guard let block = scopes[innermost].blocks.last else { return }
        let active = isLast ? block.active : scopes[innermost].active
        labels.append(VisibleLabel(name: name, line: line, active: active))
        for waiting in gotos[block.firstGoto...]
        where waiting.name == name && !waiting.isBreak && waiting.active < active {
            let local = visible[scopes[innermost].firstLocal + waiting.active]
            record(
                meaning(
                    "<goto \(name)> at line \(waiting.line) jumps into the scope of local '\(tree.locals[local].name)'",
                    fix: "declare it before the goto, or put the code between into do … end", at: waiting.range))
        }
        gotos.remove(from: block.firstGoto) { $0.name == name && !$0.isBreak }
    }
}

extension Array {
    /// Removes elements of the end of the list that begins at `start`.
    fileprivate mutating func remove(from start: Int, where condition: (Element) -> Bool) {
        guard start < count else { return }
        let kept = self[start...].filter { !condition($0) }
        replaceSubrange(start..., with: kept)
    }
}
