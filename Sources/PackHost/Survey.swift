import LuaRuntime

/// What scripts of a program find in a fresh state.
public enum Survey {
    /// Names of the globals and of what is in them, and of the modules that `require` answers: `{ globals = …, modules = … }`,
    /// each name with `true`, or with a table of names where the value is a table, three levels deep.
    ///
    /// - Parameters:
    ///   - program: whose API is looked at.
    ///   - modules: names that are asked of `require`; those it does not know are left out.
    package static func names(
        of program: any PackProgram, requiring modules: [String]
    ) async throws(PackError) -> LuaValue {
        let generation: Generation
        do throws(LuaError) {
            generation = try await Generation(
                number: 1, source: .none, account: LuaAccount(),
                budget: PackBudget(limits: .own, clock: RealScriptClock()), program: program
            ) { _ in }
        } catch {
            throw PackError(.failed, pack: PackSource.none.name, error.message, cause: error)
        }
        try await generation.prepare()
        let result = await generation.run { state -> Result<LuaValue, LuaError> in
            Result { () throws(LuaError) in try survey(state, modules) }
        }
        await generation.close()
        do { return try result.get() } catch {
            throw PackError(.failed, pack: PackSource.none.name, error.message, cause: error)
        }
    }

    private static func survey(_ state: LuaState, _ modules: [String]) throws(LuaError) -> LuaValue {
        try state.load(text, name: "moontide/survey.lua")
        let chunk = state.reference(at: -1)
        state.pop()
        return try state.call(
            "survey",
            push: { state throws(LuaError) in
                state.push(chunk)
                return modules.push(to: state)
            },
            read: { state, count throws(LuaError) in try state.value(at: -count) })
    }

    private static let text = """
        local modules = ...
        local function names(from, levels)
            local found = {}
            for name, value in next, from do
                if type(name) == "string" then
                    found[name] = type(value) == "table" and value ~= _G and levels > 0 and names(value, levels - 1) or true
                end
            end
            return found
        end
        local answer = { globals = names(_G, 2), modules = {} }
        for _, name in ipairs(modules) do
            local ok, value = pcall(require, name)
            if ok then answer.modules[name] = type(value) == "table" and names(value, 2) or true end
        end
        return answer
        """
}

extension PackSource {
    /// A pack without files.
    package static let none = PackSource(missing: "/nonexistent", name: "none")
}
