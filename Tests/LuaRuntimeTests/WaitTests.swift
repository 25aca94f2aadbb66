import LuaRuntime
import Testing

@Suite struct WaitTests {
    @Test(arguments: [
        ("plain", "return wait('a') .. wait('b')", "ab"),
        ("pcall", "local ok, v = pcall(wait, 'a') return tostring(ok) .. v", "truea"),
        ("pcall around Lua", "local ok, v = pcall(function() return wait('a') .. wait('b') end) return v", "ab"),
        ("xpcall", "local ok, v = xpcall(function() return wait('a') end, print) return v", "a"),
        (
            "generic for",
            "local out = '' for v in function(_, last) if last ~= 'd' then return wait(last and 'd' or 'c') end end do out = out .. v end return out",
            "cd"
        ),
        (
            "coroutine.wrap",
            "local f = coroutine.wrap(function() local v = wait('a') coroutine.yield(v) return wait('b') end) return f() .. f()",
            "ab"
        ),
        (
            "coroutine.resume",
            "local co = coroutine.create(function(x) local v = wait(x) local y = coroutine.yield(v) return wait(y) end) local _, a = coroutine.resume(co, 'a') local _, b = coroutine.resume(co, 'b') return a .. b .. coroutine.status(co)",
            "abdead"
        ),
        (
            "three coroutines deep",
            """
            local wrap, yield = coroutine.wrap, coroutine.yield
            local f = wrap(function()
              local g = wrap(function()
                local h = wrap(function() yield(wait('1')) yield(wait('2')) return wait('3') end)
                yield(h() .. wait('a')) yield(h() .. wait('b')) return h() .. wait('c')
              end)
              yield(g() .. wait('x')) yield(g() .. wait('y')) return g() .. wait('z')
            end)
            return f() .. ' ' .. f() .. ' ' .. f()
            """, "1ax 2by 3cz"
        ),
        (
            "__close",
            "local out = '' do local x <close> = setmetatable({}, {__close = function() out = out .. wait('closed') end}) out = 'in ' end return out",
            "in closed"
        ),
        (
            "__close after an error",
            "local out = '' pcall(function() local x <close> = setmetatable({}, {__close = function() out = out .. wait('closed') end}) error('x') end) return out",
            "closed"
        ),
        ("__index", "return setmetatable({}, {__index = function(_, k) return wait(k) end}).name", "name"),
        (
            "__newindex",
            "local out local t = setmetatable({}, {__newindex = function(_, k, v) out = wait(k .. v) end}) t.a = 'b' return out",
            "ab"
        ),
        ("__add", "local m = setmetatable({}, {__add = function(a, b) return wait('sum') end}) return m + 1", "sum"),
        (
            "__eq",
            "local mt = {__eq = function() return wait(true) end} return tostring(setmetatable({}, mt) == setmetatable({}, mt))",
            "true"
        ),
        (
            "__lt",
            "local mt = {__lt = function() return wait(true) end} return tostring(setmetatable({}, mt) < setmetatable({}, mt))",
            "true"
        ),
        ("__call", "return setmetatable({}, {__call = function(_, x) return wait(x) end})('called')", "called"),
        ("__len", "return tostring(#setmetatable({}, {__len = function() return wait(7) end}))", "7"),
        ("__unm", "return -setmetatable({}, {__unm = function() return wait('minus') end})", "minus"),
        ("a loaded chunk", "return load('return wait(...)')('chunk')", "chunk"),
        ("tail call", "local function f() return wait('tail') end return f()", "tail"),
        ("several results", "local t = {wait('a'), wait('b')} return t[1] .. t[2]", "ab"),
    ])
    func aWaitWorks(inside place: String, _ text: String, _ expected: String) async throws {
        let script = try await Script()
        #expect(try await script.text(text) == expected, "\(place)")
    }

    @Test(arguments: [
        ("table.sort", "table.sort({3, 2, 1}, function(a, b) wait() return a < b end)"),
        ("string.gsub", "(('abc'):gsub('.', function(c) return wait(c) end))"),
        ("tostring", "tostring(setmetatable({}, {__tostring = function() return wait('x') end}))"),
        ("string.format", "('%s'):format(setmetatable({}, {__tostring = function() return wait('x') end}))"),
        (
            "table.concat",
            "table.concat(setmetatable({}, {__len = function() return 1 end, __index = function() return wait('x') end}))"
        ),
        ("load", "assert(load(function() return wait('x') end))"),
        ("table.sort", "table.sort({3, 2, 1}, function(a, b) local ok, err = pcall(wait) error(err, 0) end)"),
        (
            "table.sort",
            "table.sort({3, 2, 1}, function(a, b) return coroutine.wrap(function() wait() return a < b end)() end)"
        ),
        ("nested", "call(function() wait() end)"),
    ])
    func aWaitWhereLuaCannotSuspendNamesTheFunction(_ function: String, _ text: String) async throws {
        let script = try await Script()
        let error = try await script.error("\nlocal x = \(text)")
        #expect(error.name == "WaitError")
        #expect(
            error.message
                == "cannot wait inside \(function): Lua cannot suspend there; do the waiting before or after it")
        #expect(error.file == "test.lua")
        #expect(error.line == 2)
        #expect(try await script.text("return wait('still works')") == "still works")
    }

    @Test func twoInvocationsWaitAtOnceAndEndInTheOrderOfTheirAnswers() async throws {
        let script = try await Script()
        async let first = script.text("local v = park('one') note('one') return v")
        async let second = script.text("local v = park('two') note('two') return v")
        await script.gate.arrival(at: "one")
        await script.gate.arrival(at: "two")
        script.gate.open("two", "2")
        #expect(try await second == "2")
        script.gate.open("one", "1")
        #expect(try await first == "1")
        #expect(script.gate.notes == ["two", "one"])
    }

    @Test func aCoroutineParkedInOneInvocationCannotBeTouchedByAnother() async throws {
        let script = try await Script()
        async let first = script.text(
            "co = coroutine.create(function() return park('door') end) base = coroutine.running() local _, v = coroutine.resume(co) return v"
        )
        await script.gate.arrival(at: "door")
        #expect(
            try await script.text(
                """
                local ok, why = coroutine.resume(co)
                local ok2, why2 = coroutine.resume(base)
                local ok3, why3 = pcall(coroutine.close, co)
                local ok4, why4 = pcall(coroutine.close, base)
                return table.concat({tostring(ok), why, coroutine.status(co), tostring(ok2), why2, coroutine.status(base),
                  tostring(ok3), why3, tostring(ok4), why4}, "|")
                """)
                == "false|cannot resume a coroutine that waits for the host|normal|false|cannot resume a coroutine that waits for the host|normal"
                + "|false|cannot close a normal coroutine|false|cannot close a normal coroutine")
        script.gate.open("door", "opened")
        #expect(try await first == "opened")
        #expect(try await script.text("return coroutine.status(co)") == "dead")
    }

    @Test func theHostsCoroutinesStayTheHostsWhenTheyAreUsedAgain() async throws {
        let script = try await Script()
        try await script.run("old = coroutine.running()")
        #expect(try await script.text("local ok, why = pcall(coroutine.close, old) return why") != "")
        async let parked = script.text("return park('door')")
        await script.gate.arrival(at: "door")
        #expect(
            try await script.value("return select('#', coroutine.resume(old)) == 2 and not coroutine.resume(old)")
                == true)
        script.gate.open("door", "fine")
        #expect(try await parked == "fine")
    }

    @Test func aThousandInvocationsWaitAtOnce() async throws {
        let script = try await Script()
        let total = try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    guard case .int(let value) = try await script.value("return wait(\(number)) + wait(1)") else {
                        return 0
                    }
                    return value
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 1000 * 999 / 2 + 1000)
        #expect(await script.engine.run { $0.invocationsInFlight } == 0)
    }

    @Test func aStateThatGoesAwayCancelsWhatItWaitsFor() async throws {
        let gate: Gate
        do {
            let script = try await Script()
            gate = script.gate
            script.engine.enqueue { state in
                _ = try? state.start("left") { state throws(LuaError) in
                    try state.load("park('door')", name: "left.lua")
                    return 0
                } finished: { _, _ in
                }
            }
            await gate.arrival(at: "door")
        }
        gate.open("door")
    }
}
