import CLua
import CLuaShim

extension LuaState {
    private static func with(
        _ lua: OpaquePointer?, _ host: UnsafeMutableRawPointer?, _ body: (LuaState) throws -> LuaReturn
    ) -> Int32 {
        guard let lua, let host else { return 0 }
        let state = Unmanaged<LuaState>.fromOpaque(host).takeUnretainedValue()
        let outer = state.current
        state.current = lua
        defer { state.current = outer }
        do {
            state.hasOverflowed = false
            switch try body(state) {
            case .values(let count):
                guard state.hasOverflowed else { return count }
                throw LuaError("ScriptError", bases: [LuaError.rootName], "stack overflow")
            case .wait(let operation): return try state.scheduler.park(operation, in: state)
            }
        } catch {
            lua_settop(lua, 0)
            state.pushRaised(LuaError(error))
            return MT_RAISE
        }
    }

    private static func called(_ lua: OpaquePointer?, _ host: UnsafeMutableRawPointer?, _ function: Int32) -> Int32 {
        with(lua, host) { state in
            let entry = state.hostFunctions[Int(function)]
            return try entry.body(state, entry.name)
        }
    }

    static let callbacks = mt_callbacks(
        call: { called($0, $1, $2) },
        finish: { lua, host in
            with(lua, host) { state in try state.scheduler.finishParked(in: state) }
        },
        field: { called($0, $1, $2) },
        missing: { lua, host, _ in with(lua, host) { try $0.missingMember() } },
        release: { object in
            if let object { Unmanaged<LuaBox>.fromOpaque(object).release() }
        },
        describe: { lua, host in
            _ = with(lua, host) { state in
                state.describeRaised()
                return .values(0)
            }
        },
        doom: { lua, host in
            _ = with(lua, host) { state in
                let error =
                    state.scheduler.running?.doomError
                    ?? LuaError(LuaError.budgetName, bases: [LuaError.rootName], "the invocation has to end")
                state.pushRaised(error)
                return .values(0)
            }
        },
        over_budget: { host in
            guard let host else { return 1 }
            let state = Unmanaged<LuaState>.fromOpaque(host).takeUnretainedValue()
            return state.scheduler.isOverBudget(state) ? 1 : 0
        }
    )

    /// Pushes an error object with the place it was raised at and the traceback from there.
    func pushRaised(_ error: LuaError) {
        ensureStack(16)
        _ = located(error).push(to: self)
    }

    func located(_ error: LuaError) -> LuaError {
        guard error.traceback == nil else { return error }
        var error = error
        mt_traceback(current, current, 0)
        error.traceback = string(at: -1)
        pop()
        if error.line == nil {
            var line: Int32 = 0
            let found = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String? in
                guard mt_where(current, 0, buffer.baseAddress, 256, &line) != 0 else { return nil }
                return buffer.baseAddress.map { String(cString: $0) }
            }
            if let found {
                error.file = found
                error.line = Int(line)
            }
        }
        return error
    }

    /// The value on top becomes an error object: what every protected call of the host ends with.
    public func describeRaised() {
        ensureStack(16)
        let error: LuaError
        if let raised = object(LuaError.self, at: -1) {
            if raised.traceback != nil { return }
            error = located(raised)
        } else {
            var script: LuaError
            switch type(at: -1) {
            case .string: script = .script(string(at: -1) ?? "")
            case .nil: script = .script("an error without a value was raised (error(nil))")
            default:
                let value = (try? value(at: -1)) ?? .nil
                let message = stringMember("message", at: -1) ?? "\(describe(at: -1)) was raised as an error"
                script = .script(message, value: value)
            }
            script = located(script)
            // `error(text, 2)` means the caller's line: believed where the traceback has it too.
            if let place = LuaState.place(in: script.message),
                script.traceback?.contains("\(place.file):\(place.line):") == true
            {
                script.file = place.file
                script.line = place.line
            }
            error = script
        }
        pop()
        _ = error.push(to: self)
    }

    // MARK: Members of bound types

    func metatable(of descriptor: LuaTypeDescriptor) -> Int32 {
        if let known = metatables[ObjectIdentifier(descriptor)] { return known }
        ensureStack(12)
        types.append(descriptor)
        pushTable(hash: 12)
        push(descriptor.name)
        setField("__name")
        push(false)
        setField("__metatable")
        pushTable(hash: descriptor.members.count)
        for entry in descriptor.members {
            if entry.kind == .method {
                push(entry: entry, of: descriptor.name)
            } else {
                push(Int64(number(of: entry, descriptor.name)))
            }
            setField(entry.name)
        }
        mt_push_index(current, absolute(-1), Int32(types.count - 1))
        mt_remove(current, -2)
        setField("__index")
        installOperators(of: descriptor)
        mt_set_release(current)
        let reference = mt_ref(current)
        metatables[ObjectIdentifier(descriptor)] = reference
        return reference
    }

    private func installOperators(of descriptor: LuaTypeDescriptor) {
        let operators = descriptor.operators, name = descriptor.name
        func set(_ event: String, _ body: @escaping @Sendable (LuaState) throws -> LuaReturn) {
            pushFunction(name + event, body)
            setField(event)
        }
        set("__tostring") { state in
            state.push(state.box(at: 1).flatMap { operators.tostring?($0) } ?? name)
            return .values(1)
        }
        set("__newindex") { state in
            let key = state.string(at: 2) ?? state.describe(at: 2)
            guard let assign = operators.assign, let box = state.box(at: 1) else {
                throw LuaError("TypeError", bases: [LuaError.rootName], "\(name) is read-only: cannot set '\(key)'")
            }
            try assign(box, state, key)
            return .values(0)
        }
        mt_push_concat_name(current)
        pushFunction(name + "__concat") { state in
            let side = state.box(at: 1) != nil ? 1 : 2
            let what = state.box(at: Int32(side))?.descriptor.name ?? name
            throw LuaError(
                "TypeError", bases: [LuaError.rootName],
                "cannot join a \(what) with ..: use tostring(x), x.mention or (\"%s\"):format(x)")
        }
        rawSet()
        if let equals = operators.equals {
            set("__eq") { state in
                guard let left = state.box(at: 1), let right = state.box(at: 2) else {
                    state.push(false)
                    return .values(1)
                }
                state.push(equals(left, right))
                return .values(1)
            }
        }
        if let length = operators.length {
            set("__len") { state in
                state.push(Int64(state.box(at: 1).map { length($0, state) } ?? 0))
                return .values(1)
            }
        }
        if let close = operators.close {
            set("__close") { state in
                if let box = state.box(at: 1) { close(box) }
                return .values(0)
            }
        }
        if let call = operators.call {
            set("__call") { state in
                guard let box = state.box(at: 1) else { return .values(0) }
                return try call(box, state)
            }
        }
    }

    /// A name that the type's list does not have.
    private func missingMember() throws -> LuaReturn {
        guard let box = box(at: 1) else { return .values(0) }
        let descriptor = box.descriptor
        guard let name = string(at: 2, converting: false) else {
            throw LuaError(
                "TypeError", bases: [LuaError.rootName], "\(descriptor.name) cannot be indexed with \(describe(at: 2))")
        }
        if let member = descriptor.operators.member {
            return .values(member(box, name).push(to: self))
        }
        throw LuaError.unknownName(
            name, of: descriptor.name, kind: "member", among: descriptor.members.map(\.name))
    }
}

extension LuaError {
    /// `Message has no member "contnt": did you mean "content"?`
    public static func unknownName(
        _ name: String, of owner: String, kind: String, among known: [String]
    ) -> LuaError {
        let hint = Nearest.name(to: name, among: known).map { ": did you mean \"\($0)\"?" } ?? ""
        return LuaError("TypeError", bases: [rootName], "\(owner) has no \(kind) \"\(name.prefix(60))\"\(hint)")
    }
}
