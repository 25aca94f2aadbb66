import LuaRuntime
import Testing

/// Attacks on C functions and memory: each ends within its budget with the error it should have, and the state works on.
@Suite(.serialized) struct AttackTests {
    @Test(.timeLimit(.minutes(5)), arguments: Attack.endless)
    func whatWouldNotEndUsesUpItsBudgetAndNothingAbsorbsIt(_ attack: Attack) async throws {
        for isConfined in [true, false] {
            let script = try await Script(confined: isConfined)
            let text =
                isConfined
                ? "while true do \(attack.text) end"
                : "while true do pcall(function() while true do coroutine.wrap(function() \(attack.text) end)() end end) end"
            let error = try await script.error(text, budget: 20_000_000, label: "!attack")
            #expect(error.name == "BudgetExceeded")
            #expect(error.message.hasPrefix("'!attack' used more than 20 ms of CPU without waiting"))
            #expect(try await script.text("return wait('alive')") == "alive")
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: Attack.bombs)
    func whatAsksForTooMuchRaisesWhatCanBeCaught(_ attack: Attack) async throws {
        let problem = try #require(attack.problem)
        for isConfined in [true, false] {
            let script = try await Script(LuaLimits(memory: 8 << 20, cpu: 20_000_000_000), confined: isConfined)
            let caught = try await script.text(
                "return select(2, pcall(function() local _ \(attack.text) end))")
            #expect(caught.contains(problem), "\(caught)")
            #expect(try await script.text("return wait('works') .. #('x'):rep(100000)") == "works100000")
            #expect(await script.engine.run { $0.peakMemory } < 64 << 20)
            try await script.collect()
            #expect(await script.engine.run { $0.memoryInUse } < 1 << 20)
        }
    }

    @Test func aTracebackOfADeepStackIsShortAndThatOfAShallowOneIsLuasOwn() async throws {
        let script = try await Script()
        let deep = try await script.text(
            "local function f(n) if n == 0 then return debug.traceback('here', 1) end return (f(n - 1)) end return f(150000)"
        )
        #expect(deep.hasPrefix("here\nstack traceback:\n\ttest.lua:1: in "))
        #expect(deep.hasSuffix("(more than 2000 levels)"))
        #expect(deep.split(separator: "\n").count == 18)
        let shallow = try await script.text(
            """
            local co = coroutine.create(function() coroutine.yield() end)
            coroutine.resume(co)
            local same = debug.traceback(co) == debug.traceback(co, nil, 0) and debug.traceback(print) == print
            return tostring(same) .. "; " .. debug.traceback("message") .. "; " .. debug.traceback(co, "message")
            """)
        #expect(
            shallow
                == "true; message\nstack traceback:\n\ttest.lua:4: in main chunk\n\t[C]: in ?; "
                + "message\nstack traceback:\n\t[C]: in field 'yield'\n\ttest.lua:1: in function <test.lua:1>")
    }
}
