import Testing

@testable import LuaRuntime

/// What the fences leave as it is: scripts that do nothing odd notice none of them.
@Suite struct LuaBugCostTests {
    @Test(arguments: [
        (
            "one that waits inside pcall",
            "local co = coroutine.create(function() pcall(coroutine.yield) end) coroutine.resume(co) return tostring(coroutine.close(co))",
            "true"
        ),
        (
            "one whose xpcall has ended well",
            "local co = coroutine.create(function() xpcall(function() coroutine.yield() end, print) coroutine.yield() end) coroutine.resume(co) coroutine.resume(co) return tostring(coroutine.close(co))",
            "true"
        ),
        (
            "one whose xpcall has failed",
            "local co = coroutine.create(function() xpcall(error, function(e) return e end, 'x') coroutine.yield() end) coroutine.resume(co) return tostring(coroutine.close(co))",
            "true"
        ),
        (
            "one whose xpcall failed after a wait",
            "local co = coroutine.create(function() xpcall(function() coroutine.yield() error('x') end, function(e) return e end) coroutine.yield() end) coroutine.resume(co) coroutine.resume(co) return tostring(coroutine.close(co))",
            "true"
        ),
        (
            "one whose message handler failed",
            "local co = coroutine.create(function() xpcall(error, function(e) error(e) end, 'x') coroutine.yield() end) coroutine.resume(co) return tostring(coroutine.close(co))",
            "true"
        ),
        (
            "one that died inside xpcall's function",
            "local co = coroutine.create(function() xpcall(coroutine.yield, print) error('after') end) coroutine.resume(co) coroutine.resume(co) return select(2, coroutine.close(co))",
            "test.lua:1: after"
        ),
        (
            "one that was resumed to its end after the refusal",
            "local co = coroutine.create(function() return xpcall(coroutine.yield, print) end) coroutine.resume(co) pcall(coroutine.close, co) local _, _, x = coroutine.resume(co, 'end') return x .. tostring(coroutine.close(co))",
            "endtrue"
        ),
        (
            "one that called xpcall a thousand times",
            "local co = coroutine.create(function() for i = 1, 1000 do xpcall(error, function() end, i) end coroutine.yield() end) coroutine.resume(co) return tostring(coroutine.close(co))",
            "true"
        ),
        (
            "ninety-nine inside each other",
            """
            local cos = {}
            for i = 1, 99 do
              cos[i] = coroutine.create(function()
                local x <close> = setmetatable({}, {__close = function() if cos[i + 1] then assert(coroutine.close(cos[i + 1])) end end})
                coroutine.yield()
              end)
              coroutine.resume(cos[i])
            end
            return tostring(coroutine.close(cos[1])) .. coroutine.status(cos[99])
            """, "truedead"
        ),
    ])
    func aCoroutineIsClosed(_ which: String, _ text: String, _ expected: String) async throws {
        #expect(try await LuaBug.run(text) == expected, "\(which)")
    }

    /// The count of a coroutine's own calls with a handler ends at 255; it then counts as inside one for good.
    @Test(.enabled(if: LuaBug.isThere(4))) func aCoroutineDeepInsideXpcallGoesOnAndIsNotClosed() async throws {
        let text = """
            local function deep(n)
              if n == 0 then return coroutine.yield("down") end
              coroutine.yield()
              local ok, value = xpcall(deep, function(e) return e end, n - 1)
              return value
            end
            local co = coroutine.create(function() local value = deep(2000) coroutine.yield(value) end)
            local last
            repeat last = select(2, coroutine.resume(co, "up")) until last == "down"
            local closed = pcall(coroutine.close, co)
            local _, value = coroutine.resume(co, "up again")
            local again = pcall(coroutine.close, co)
            coroutine.resume(co)
            return tostring(closed) .. " " .. value .. " " .. tostring(again) .. " " .. coroutine.status(co)
            """
        #expect(try await LuaBug.run(text) == "false up again false dead")
    }

    /// An invocation that waits inside `xpcall` and is cancelled unwinds as any other; nothing of it is left.
    @Test func aCallThatIsCancelledInsideXpcallEnds() async throws {
        let script = try await Script()
        let counter = Counter()
        await script.engine.run { state in
            state.pushFunction("hold") { state in
                .values(Holder(counted: Counted(counter)).push(to: state))
            }
            state.setGlobal("hold")
        }
        async let ended = script.error(
            "local held = hold() xpcall(park, function(e) return e end, 'door') park('door')")
        await script.gate.arrival(at: "door")
        await script.engine.run { $0.cancelAll("the test ends it") }
        #expect(try await ended.name == LuaError.cancelledName)
        try await script.collect()
        #expect(counter.count == 0)
    }

    @Test func metatablesAreSetAndReplacedAsEver() async throws {
        let text = """
            local out = {}
            local function add(...) out[#out + 1] = table.concat({...}, ",") end
            local a, b = {__index = {x = "a"}}, {__index = {x = "b"}}
            local t = setmetatable({}, a)
            add(t.x, tostring(getmetatable(t) == a))
            add(setmetatable(t, b).x, tostring(setmetatable(t, nil).x))
            add(setmetatable(t, a).x, setmetatable(t, a).x)
            local fixed = setmetatable({}, {__metatable = "mine"})
            add(tostring(pcall(setmetatable, fixed, a)), getmetatable(fixed))
            add(select(2, pcall(setmetatable, fixed, nil)))
            add(select(2, pcall(setmetatable, 1, a)))
            add(select(2, pcall(setmetatable, {}, 1)))
            add(select(2, pcall(setmetatable, {}, {__gc = print})))
            return table.concat(out, "; ")
            """
        let answer = try await LuaBug.run(text)
        #expect(
            answer
                == "a,true; b,nil; a,a; false,mine; cannot change a protected metatable; "
                + "bad argument #1 to '?' (table expected, got number); "
                + "bad argument #2 to '?' (nil or table expected, got number); "
                + "__gc is not available to scripts: use a to-be-closed variable or teardown()")
    }

    /// A million metatables replaced: what is kept is let go of at the end of each of the collector's cycles.
    @Test func keptMetatablesAreLetGoOf() async throws {
        let script = try await Script(LuaLimits(memory: 16 << 20, cpu: 60_000_000_000))
        try await script.run(
            "local t = setmetatable({}, {}) for i = 1, 1000000 do setmetatable(t, {__index = {i}}) end")
        try await script.collect()
        #expect(await script.engine.run { $0.memoryInUse } < 1 << 20)
    }
}
