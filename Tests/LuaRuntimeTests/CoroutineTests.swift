import LuaRuntime
import Testing

/// What the stock library of Lua 5.4 answers to the same texts.
@Suite struct CoroutineTests {
    @Test(arguments: [
        (
            "return coroutine.resume(coroutine.create(function(...) return select('#', ...), ... end), 1, nil, 3)",
            "true 3 1 nil 3"
        ),
        (
            "local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end) local _, x = coroutine.resume(co, 1) local _, y = coroutine.resume(co, 21) return x, y, coroutine.status(co)",
            "2 42 dead"
        ),
        (
            "local co = coroutine.create(function() end) coroutine.resume(co) return coroutine.resume(co)",
            "false cannot resume dead coroutine"
        ),
        (
            "local co = coroutine.create(function() error('x', 0) end) local a, b = coroutine.resume(co) local c, d = coroutine.resume(co) return a, b, c, d, coroutine.status(co)",
            "false x false cannot resume dead coroutine dead"
        ),
        (
            "local co = coroutine.create(function() error({1}) end) local a, b = coroutine.resume(co) return a, type(b), b[1]",
            "false table 1"
        ),
        ("return coroutine.status(coroutine.create(print))", "suspended"),
        (
            "local co co = coroutine.create(function() return coroutine.status(co) end) return coroutine.resume(co)",
            "true running"
        ),
        (
            "local outer outer = coroutine.create(function() return coroutine.wrap(function() return coroutine.status(outer) end)() end) return coroutine.resume(outer)",
            "true normal"
        ),
        (
            "local outer outer = coroutine.create(function() return coroutine.wrap(function() return coroutine.resume(outer) end)() end) return coroutine.resume(outer)",
            "true false cannot resume non-suspended coroutine"
        ),
        ("return coroutine.resume(coroutine.running())", "false cannot resume non-suspended coroutine"),
        ("local co, main = coroutine.running() return type(co), main, coroutine.status(co)", "thread true running"),
        (
            "return coroutine.wrap(function() local co, main = coroutine.running() return type(co), main end)()",
            "thread false"
        ),
        ("return coroutine.isyieldable()", "false"),
        ("return coroutine.wrap(function() return coroutine.isyieldable() end)()", "true"),
        ("local co = coroutine.create(print) return coroutine.isyieldable(co)", "true"),
        ("return pcall(coroutine.yield, 1)", "false attempt to yield from outside a coroutine"),
        (
            "return coroutine.wrap(function() return pcall(table.sort, {2, 1, 3}, function() coroutine.yield() end) end)()",
            "false attempt to yield across a C-call boundary"
        ),
        ("local f = coroutine.wrap(function() error('oops') end) return pcall(f)", "false test.lua:1: oops"),
        (
            "local f = coroutine.wrap(function() error('oops', 0) end) return pcall(function() local x = f() end)",
            "false test.lua:1: oops"
        ),
        (
            "local f = coroutine.wrap(function() error('oops') end)\nreturn pcall(function()\n  local x = f()\nend)",
            "false test.lua:3: test.lua:1: oops"
        ),
        (
            "local f = coroutine.wrap(function() error({code = 5}) end) local ok, e = pcall(f) return ok, e.code",
            "false 5"
        ),
        ("local f = coroutine.wrap(function() return 1 end) f() return pcall(f)", "false cannot resume dead coroutine"),
        (
            "local f = coroutine.wrap(function() return 1 end) f() return pcall(function() f() end)",
            "false test.lua:1: cannot resume dead coroutine"
        ),
        (
            "local out = {} for i in coroutine.wrap(function() for i = 1, 4 do coroutine.yield(i) end end) do out[#out + 1] = i end return table.concat(out, '')",
            "1234"
        ),
        ("return coroutine.close(coroutine.create(print))", "true"),
        (
            "local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function(_, e) _G.closed = tostring(e) end}) coroutine.yield() end) coroutine.resume(co) local ok = coroutine.close(co) return ok, closed, coroutine.status(co)",
            "true nil dead"
        ),
        (
            "local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() error('in close', 0) end}) coroutine.yield() end) coroutine.resume(co) return coroutine.close(co)",
            "false in close"
        ),
        (
            "local co = coroutine.create(function() error('first', 0) end) coroutine.resume(co) local a, b = coroutine.close(co) local c = coroutine.close(co) return a, b, c",
            "false first true"
        ),
        ("return pcall(coroutine.close, coroutine.running())", "false cannot close a running coroutine"),
        (
            "local co co = coroutine.create(function() return coroutine.wrap(function() return pcall(coroutine.close, co) end)() end) return coroutine.resume(co)",
            "true false cannot close a normal coroutine"
        ),
        (
            "local f = coroutine.wrap(function() local x <close> = setmetatable({}, {__close = function(_, e) _G.seen = e end}) error('gone', 0) end) pcall(f) return seen",
            "gone"
        ),
        (
            "return pcall(function() coroutine.create() end)",
            "false test.lua:1: bad argument #1 to 'create' (function expected, got no value)"
        ),
        (
            "return pcall(function() coroutine.resume(1) end)",
            "false test.lua:1: bad argument #1 to 'resume' (coroutine expected, got number)"
        ),
        (
            "return pcall(function() coroutine.status(nil) end)",
            "false test.lua:1: bad argument #1 to 'status' (coroutine expected, got nil)"
        ),
        (
            "return pcall(function() coroutine.wrap(1) end)",
            "false test.lua:1: bad argument #1 to 'wrap' (function expected, got number)"
        ),
        (
            "local co = coroutine.create(function(...) return select('#', ...) end) return coroutine.resume(co, table.unpack({}, 1, 200))",
            "true 200"
        ),
        (
            "local co = coroutine.create(function() return table.unpack({}, 1, 250) end) return select('#', coroutine.resume(co))",
            "251"
        ),
        (
            "local co = coroutine.create(function() return pcall(function() local v = coroutine.yield('in pcall') error(v, 0) end) end) local _, a = coroutine.resume(co) local _, ok, b = coroutine.resume(co, 'raised') return a, ok, b",
            "in pcall false raised"
        ),
        (
            "local co = coroutine.wrap(function() return xpcall(function() coroutine.yield(1) error('e', 0) end, function(m) return 'handled ' .. m end) end) co() return co()",
            "false handled e"
        ),
        (
            "local mt = {__index = function(_, k) return coroutine.yield(k) end} local co = coroutine.wrap(function() return setmetatable({}, mt).key end) local k = co() return k, co('answer')",
            "key answer"
        ),
        (
            "local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end local s = 0 for i in gen(10) do for j in gen(i) do s = s + j end end return s",
            "220"
        ),
        (
            "local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) return debug.traceback(co, 'm'):match('^m\\nstack traceback:') ~= nil",
            "true"
        ),
        (
            "local x = coroutine.wrap(function(...) local a, b = ... while true do a, b = coroutine.yield(a, b) end end) x(1) local a, b = x(2, 3) return a, b, select('#', x())",
            "2 3 2"
        ),
        (
            "local n = 0 local function deep(k) n = k return coroutine.wrap(function() return deep(k + 1) end)() end local ok, e = pcall(deep, 1) return ok, e:match('C stack overflow'), n > 100",
            "false C stack overflow true"
        ),
    ])
    func theLibraryAnswersAsTheStockOne(_ text: String, _ expected: String) async throws {
        let script = try await Script()
        let results = try await script.text(
            """
            local chunk = assert(load([==[\(text)]==], "@test.lua"))
            local results = table.pack(chunk())
            for i = 1, results.n do results[i] = tostring(results[i]) end
            return table.concat(results, " ", 1, results.n)
            """)
        #expect(results == expected)
    }

    @Test func waitsAndYieldsMixInOneCoroutine() async throws {
        let script = try await Script()
        #expect(
            try await script.text(
                """
                local out = {}
                local producer = coroutine.wrap(function()
                  for i = 1, 5 do
                    local value = wait(i)
                    coroutine.yield(value * 10)
                    wait()
                  end
                end)
                for value in producer do out[#out + 1] = wait(value) end
                return table.concat(out, ",")
                """) == "10,20,30,40,50")
    }

    @Test func anErrorAfterAWaitInsideACoroutineReachesItsResumer() async throws {
        let script = try await Script()
        #expect(
            try await script.text(
                """
                local co = coroutine.create(function() wait_fail(418) end)
                local ok, err = coroutine.resume(co)
                local f = coroutine.wrap(function() wait_fail(419) end)
                local ok2, err2 = pcall(f)
                return table.concat({tostring(ok), err.name, err.status, coroutine.status(co), tostring(ok2), err2.status}, " ")
                """) == "false Forbidden 418 dead false 419")
    }

    @Test func abandonedCoroutinesAreCollected() async throws {
        let script = try await Script(LuaLimits(memory: 16 << 20, cpu: 60_000_000_000))
        try await script.run(
            """
            for i = 1, 100000 do
              local f = coroutine.wrap(function() coroutine.yield(i) end)
              f()
            end
            """)
        try await script.collect()
        #expect(await script.engine.run { $0.memoryInUse } < 4 << 20)
    }
}
