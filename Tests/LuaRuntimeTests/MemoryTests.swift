import LuaRuntime
import Testing

@Suite(.serialized) struct MemoryTests {
    /// Past the cap every instruction collects; under the thread sanitizer that takes minutes with 8 MiB.
    static let cap = Sanitizer.isThread ? 2 << 20 : 8 << 20

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "local t = {} for i = 1, math.huge do t[i] = i end",
            "local t = {} for i = 1, math.huge do t[i] = {} end",
            "local t = {} for i = 1, math.huge do t['k' .. i] = true end",
            "local t = {} for i = 1, math.huge do t[i] = ('x'):rep(1000) .. i end",
            "local s = 'x' while true do s = s .. s end",
            "local t = {} for i = 1, math.huge do t[i] = function() return i end end",
            "local t = {} for i = 1, math.huge do t[i] = coroutine.create(print) end",
            "local t = {} for i = 1, math.huge do t[i] = coroutine.wrap(function() coroutine.yield() end) t[i]() end",
            "return ('x'):rep(1 << 30)",
            "return ('x'):rep(1 << 23, ',')",
            "local t = {} for i = 1, 4000 do t[i] = ('x'):rep(4000) .. i end return table.concat(t)",
            "local function f(...) return f(1, ...) end f()",
            "local function f(n) local a, b, c, d, e, g, h = 1, 2, 3, 4, 5, 6, 7 return f(n + 1) + a end f(1)",
            "return {table.unpack({}, 1, 900000)}, {table.unpack({}, 1, 900000)}",
            "local t = {} for i = 1, math.huge do t[i] = select(2, pcall(fail, i)) end",
        ])
    func theCapStrikesCanBeCaughtAndTheStateWorksOn(_ text: String) async throws {
        let script = try await Script(LuaLimits(memory: MemoryTests.cap, cpu: 60_000_000_000))
        let before = await script.engine.run { $0.memoryInUse }
        let caught = try await script.text(
            """
            local ok, err = pcall(function() \(text) end)
            return ok and "it worked" or tostring(err)
            """)
        #expect(
            caught.hasSuffix("not enough memory") || caught.contains("stack overflow")
                || caught.contains("too many results"),
            "\(caught)")
        #expect(try await script.text("return wait('works') .. #('x'):rep(100000)") == "works100000")
        let error = try await script.error("local kept = {} " + text)
        #expect(error.name == "ScriptError")
        try await script.collect()
        let after = await script.engine.run { $0.memoryInUse }
        #expect(after < before + 1 << 20, "\(before) \(after)")
    }

    @Test func swiftPushesNeverFailAtTheCap() async throws {
        let script = try await Script(LuaLimits(memory: 1 << 20, cpu: 60_000_000_000))
        await script.engine.run { state in
            state.pushFunction("big") { state in
                .values(String(repeating: "x", count: 4 << 20).push(to: state))
            }
            state.setGlobal("big")
            state.pushFunction("many") { state in
                .values(LuaValue.array(Array(repeating: .array(["text", 1]), count: 50_000)).push(to: state))
            }
            state.setGlobal("many")
        }
        for call in ["big", "many"] {
            let error = try await script.error("local x = \(call)() local y = 1 return #x + y")
            #expect(error.message == "test.lua:1: not enough memory")
            #expect(
                try await script.text(
                    "local ok, err = pcall(function() local x = \(call)() return #x end) return tostring(ok) .. err")
                    == "falsetest.lua:1: not enough memory")
            #expect(try await script.text("return wait('works')") == "works")
        }
    }

    @Test(.timeLimit(.minutes(5))) func memoryThatIsHeldKeepsRaisingAndLettingGoHelps() async throws {
        let script = try await Script(LuaLimits(memory: 4 << 20, cpu: 60_000_000_000))
        let error = try await script.error("hold = {} for i = 1, math.huge do hold[i] = {i} end")
        #expect(error.message.hasSuffix("not enough memory"))
        let again = try await script.error("while true do pcall(function() return {} end) end")
        #expect(again.message.hasSuffix("not enough memory"))
        await script.engine.run { state in
            state.pushNil()
            state.setGlobal("hold")
        }
        #expect(try await script.value("return #{1, 2, 3}") == 3)
    }

    @Test func aHundredThousandBoundObjectsLeaveNoneAlive() async throws {
        let script = try await Script(LuaLimits(memory: 16 << 20, cpu: 60_000_000_000))
        let counter = Counter()
        await script.engine.run { state in
            state.pushFunction("make") { state in .values(Holder(counted: Counted(counter)).push(to: state)) }
            state.setGlobal("make")
        }
        try await script.run("for i = 1, 100000 do local object = make() end")
        try await script.collect()
        #expect(counter.count == 0)
        try await script.run("kept = {} for i = 1, 1000 do kept[i] = make() end")
        #expect(counter.count == 1000)
    }

    @Test func aStateThatGoesAwayReleasesItsObjects() async throws {
        let counter = Counter()
        do {
            let script = try await Script()
            await script.engine.run { state in
                state.pushFunction("make") { state in .values(Holder(counted: Counted(counter)).push(to: state)) }
                state.setGlobal("make")
            }
            try await script.run("kept = {} for i = 1, 1000 do kept[i] = make() end")
            #expect(counter.count == 1000)
        }
        await until { counter.count == 0 }
    }
}

struct Holder: LuaBound {
    let counted: Counted
    static let luaType = LuaType<Holder>("Holder", "Holds something that is counted.", members: [])
}

/// Lets others run until it is so; the test's time limit is the end of the patience.
func until(_ condition: () -> Bool) async {
    while !condition(), !Task.isCancelled { await Task.yield() }
}
