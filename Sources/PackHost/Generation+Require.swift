import LuaRuntime
import Stdlib

/// `require` of a generation: the pack's own files, then what the program carries.
extension Generation {
    /// `require`: the pack's own files, then what the program carries. In Lua, so that a module may wait while it loads.
    func installRequire(_ state: LuaState) throws(LuaError) {
        try state.load(Generation.requireText, name: "moontide/require.lua")
        state.pushFunction("require") { [weak self] state in
            guard let self else { throw LuaError("HostError", "the pack is closing") }
            guard let name = state.string(at: 1, converting: false) else {
                throw LuaError.argument(
                    1, of: "require", parameter: "module", expected: "string", found: state.describe(at: 1))
            }
            try self.find(name, state)
            return .values(1)
        }
        let finder = state.reference(at: -1)
        state.pop()
        // The error is described where it was raised: its place is lost once it has been caught.
        state.pushFunction("require") { state in
            state.describeRaised()
            return .values(1)
        }
        let describe = state.reference(at: -1)
        state.pop()
        let turns = ModuleTurns(work: work)
        state.invocationEnded = { turns.abandon($0) }
        state.pushFunction("require") { state in
            state.push(turns.begin(state.string(at: 1) ?? "", by: state.runningInvocation?.number ?? 0))
            return .values(1)
        }
        let begin = state.reference(at: -1)
        state.pop()
        state.pushFunction("require") { state in
            turns.end(state.string(at: 1) ?? "")
            return .values(0)
        }
        let end = state.reference(at: -1)
        state.pop()
        state.pushFunction("require") { state in
            try turns.wait(for: state.string(at: 1) ?? "", by: state.runningInvocation?.number ?? 0)
        }
        let wait = state.reference(at: -1)
        state.pop()
        let chunk = state.reference(at: -1)
        state.pop()
        try state.call(
            "require",
            push: { state throws(LuaError) in
                for function in [chunk, finder, describe, begin, end, wait] { state.push(function) }
                return 5
            },
            read: { state, _ throws(LuaError) in
                state.pushCopy(of: -2)
                state.setGlobal("require")
                state.pushCopy(of: -1)
                state.setGlobal(LuaState.preloadName)
            })
    }

    private static let requireText = """
        local find, describe, begin, finish, wait = ...
        local error, xpcall = error, xpcall
        local loaded = {}
        local function require(name)
            local value = loaded[name]
            if value ~= nil then return value end
            local chunk = find(name)
            -- "begun", "own" where this very call is inside of it, "other" where another loads it and waits meanwhile.
            local turn = begin(name)
            while turn == "other" do
                wait(name)
                value = loaded[name]
                if value ~= nil then return value end
                turn = begin(name)
            end
            if turn == "own" then
                error(("module '%s' requires itself: %s"):format(name, "take one of the two requires out"), 2)
            end
            local ok, result = xpcall(chunk, describe, name)
            if ok then
                if result == nil then result = true end
                loaded[name] = result
            end
            finish(name)
            if not ok then error(result, 0) end
            return result
        end
        return require, function(name, value) loaded[name] = value end
        """

    /// Pushes the chunk that `require(name)` runs.
    private func find(_ name: String, _ state: LuaState) throws {
        guard let candidates = source.candidates(for: name) else {
            throw LuaError("ModuleNotFound", bases: [LuaError.rootName], "'\(name)' is no module name")
        }
        for file in candidates {
            let path = source.root + "/" + file
            guard PackSource.kind(of: path) == .file else {
                awaitFile(path)
                continue
            }
            try state.load(try read(file), name: file)
            return
        }
        if let file = Stdlib.file(module: name) {
            try state.load(file.text.description, name: "moontide/" + file.path)
            return
        }
        let tried = candidates.map { "  \($0)" }.joined(separator: "\n")
        throw LuaError(
            "ModuleNotFound", bases: [LuaError.rootName],
            "module '\(name)' not found; looked in \(source.name) for\n\(tried)")
    }
}

extension LuaState {
    static var preloadName: String { "__preload" }

    /// Makes `require(name)` answer the value on top, and pops it. Only while a program prepares the state.
    public func preload(_ name: String) throws(LuaError) {
        let value = reference(at: -1)
        pop()
        try call(
            "preload",
            push: { state throws(LuaError) in
                state.getGlobal(LuaState.preloadName)
                state.push(name)
                state.push(value)
                return 2
            }, read: { _, _ throws(LuaError) in })
    }
}
