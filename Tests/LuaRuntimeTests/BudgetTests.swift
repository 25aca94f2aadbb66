import LuaRuntime
import Testing

/// One after the other: what is measured is the script's own time, not the wait behind the others.
@Suite(.serialized) struct BudgetTests {
    static let budget: UInt64 = 100_000_000

    static let spinning = [
        "while true do end",
        "pcall(function() while true do end end) note('went on')",
        "while true do pcall(function() while true do end end) end",
        "while true do pcall(pcall, pcall, pcall, function() while true do end end) end",
        "local function f() pcall(f) end while true do pcall(f) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "coroutine.wrap(function() while true do end end)()",
        "coroutine.resume(coroutine.create(function() while true do end end)) note('went on') while true do end",
        "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
        "while true do pcall(coroutine.wrap(function() pcall(function() while true do end end) end)) end",
        "coroutine.wrap(function() coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)() end)()",
        "return setmetatable({}, {__index = function() while true do end end}).x",
        "table.sort({3, 2, 1}, function() while true do end end)",
        "table.sort({3, 2, 1}, function() while true do pcall(function() while true do end end) end end)",
        "(('abc'):gsub('.', function() while true do end end))",
        "tostring(setmetatable({}, {__tostring = function() while true do end end}))",
        "local x <close> = setmetatable({}, {__close = function() while true do end end})",
        "local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end",
        "for _ in function() return 1 end do end",
        "goto top ::top:: goto top",
        "local function f() return f() end f()",
        "load('while true do end')()",
        "load(function() while true do end end)",
        "call(function() while true do end end)",
        "while true do pcall(call, function() while true do end end) end",
        "while true do pcall(fail, 1) end",
        "local t = {} while true do t[#t % 100 + 1] = {} end",
        "local s = '' while true do s = (s .. 'x'):sub(-100) end",
    ]

    @Test(.timeLimit(.minutes(5)), arguments: spinning)
    func aSpinningScriptEndsWithinItsBudget(_ text: String) async throws {
        let script = try await Script()
        let clock = ContinuousClock()
        let began = clock.now
        let error = try await script.error(
            text.hasPrefix("((") ? "local x = " + text : text, budget: BudgetTests.budget, label: "!spin")
        #expect(error.name == "BudgetExceeded")
        #expect(error.message.hasPrefix("'!spin' used more than 100 ms of CPU without waiting"))
        #expect(clock.now - began < .seconds(Sanitizer.isThread ? 200 : 20))
        #expect(try await script.text("return wait('alive')") == "alive")
    }

    @Test func aSpinningScriptThatMayNotWaitEndsToo() async throws {
        let script = try await Script()
        for text in ["while true do end", "while true do pcall(function() while true do end end) end"] {
            let error = try await script.error(text, mayWait: false, budget: BudgetTests.budget)
            #expect(error.name == "BudgetExceeded")
        }
    }

    @Test(.timeLimit(.minutes(5))) func othersAnswerWhileOneSpins() async throws {
        let script = try await Script()
        let other = try await Script()
        try await script.run("spinning = false")
        async let spun = script.run("spinning = true while not stop do end return true", budget: 50_000_000_000)
        while try await script.value("return spinning") != true {}
        var same = 0, second = 0
        for number in 0..<10 {
            if try await script.text("return wait('\(number)')") == "\(number)" { same += 1 }
            if try await other.text("return wait('\(number)')") == "\(number)" { second += 1 }
        }
        #expect(same == 10)
        #expect(second == 10)
        #expect(await script.engine.run { $0.invocationsInFlight } == 1, "it still spins")
        try await script.run("stop = true")
        #expect(try await spun == [true])
    }

    @Test(.timeLimit(.minutes(5))) func slicesOfTwoSpinningInvocationsInterleave() async throws {
        let script = try await Script()
        try await script.run("turns, last = 0, nil")
        let text = { @Sendable (name: String) in
            """
            local name = "\(name)"
            while turns < 6 do
              if last ~= name then last = name turns = turns + 1 end
            end
            return true
            """
        }
        async let one = script.value(text("one"))
        async let two = script.value(text("two"))
        #expect(try await one == true)
        #expect(try await two == true)
    }

    @Test func anInnerCallsTimeIsChargedToTheInvocationThatMakesIt() async throws {
        let script = try await Script()
        let error = try await script.error(
            """
            while true do
              call(function() local till = os.clock() + 0.015 while os.clock() < till do end end)
            end
            """, budget: BudgetTests.budget, label: "outer")
        #expect(error.name == "BudgetExceeded")
    }

    @Test func theBudgetBeginsAnewAfterAWait() async throws {
        let script = try await Script()
        let done = try await script.run(
            """
            for i = 1, 4 do
              local till = os.clock() + 0.06
              while os.clock() < till do end
              wait()
            end
            return true
            """, budget: 200_000_000)
        #expect(done == [true])
    }
}

@Suite struct CancelTests {
    private func start(_ script: Script, _ text: String) async -> (number: UInt64, outcome: Task<LuaError?, Never>) {
        let (stream, feed) = AsyncStream.makeStream(of: LuaError?.self)
        let number = await script.engine.run { state in
            let invocation = try? state.start("cancelled", budget: 20_000_000_000) { state throws(LuaError) in
                try state.load(text, name: "test.lua")
                return 0
            } finished: { _, outcome in
                if case .raised(let error) = outcome { feed.yield(error) } else { feed.yield(nil) }
                feed.finish()
            }
            return invocation?.number ?? 0
        }
        return (
            number,
            Task {
                for await error in stream { return error }; return nil
            }
        )
    }

    private func cancel(_ number: UInt64, _ script: Script) async {
        await script.engine.run { $0.cancel(number, "the pack is reloaded") }
    }

    @Test func aParkedInvocationEndsAndItsVariablesAreClosed() async throws {
        let script = try await Script()
        let (number, outcome) = await start(
            script,
            """
            local x <close> = setmetatable({}, {__close = function(_, err) note("closed by " .. err.name) note("again") end})
            park("door")
            note("went on")
            """)
        await script.gate.arrival(at: "door")
        await cancel(number, script)
        let error = await outcome.value
        #expect(error?.name == "Cancelled")
        #expect(error?.message == "the pack is reloaded")
        #expect(script.gate.notes == ["closed by Cancelled", "again"])
        #expect(await script.engine.run { $0.invocationsInFlight } == 0)
        script.gate.open("door")
        #expect(try await script.text("return wait('alive')") == "alive")
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "while true do pcall(park, 'door') end",
            "pcall(function() while true do pcall(park, 'door') end end) note('went on') while true do end",
            "while true do pcall(coroutine.wrap(function() while true do pcall(park, 'door') end end)) end",
            "local function f() pcall(f) park('door') end while true do pcall(f) end",
        ])
    func aCancelThatPcallSwallowsComesAgain(_ text: String) async throws {
        let script = try await Script()
        let (number, outcome) = await start(script, text)
        await script.gate.arrival(at: "door")
        await cancel(number, script)
        #expect(await outcome.value?.name == "Cancelled")
        #expect(await script.engine.run { $0.invocationsInFlight } == 0)
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "while true do end", "while true do pcall(function() while true do end end) end",
            "coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()",
        ])
    func aSpinningInvocationEnds(_ text: String) async throws {
        let script = try await Script()
        let (number, outcome) = await start(script, text)
        await cancel(number, script)
        #expect(await outcome.value?.name == "Cancelled")
    }

    @Test func anInvocationThatCancelsItselfEndsAtOnce() async throws {
        let script = try await Script()
        await script.engine.run { state in
            state.pushFunction("cancel_me") { state in
                if let number = state.runningInvocation?.number { state.cancel(number, "by itself") }
                return .values(0)
            }
            state.setGlobal("cancel_me")
        }
        let error = try await script.error("cancel_me() note('went on')")
        #expect(error.name == "Cancelled")
        let nested = try await script.error("call(function() cancel_me() note('went on') end) note('went on')")
        #expect(nested.name == "Cancelled")
        let swallowed = try await script.error(
            "local x <close> = setmetatable({}, {__close = function() note('closed') end}) pcall(pcall, cancel_me) pcall(park, 'door')"
        )
        #expect(swallowed.name == "Cancelled")
        #expect(script.gate.notes == ["closed"])
    }

    @Test func anOuterInvocationCanBeCancelledFromAnInnerCall() async throws {
        let script = try await Script()
        await script.engine.run { state in
            state.pushFunction("cancel_all") { state in
                state.cancelAll("everything ends")
                return .values(0)
            }
            state.setGlobal("cancel_all")
        }
        let error = try await script.error("pcall(call, function() cancel_all() note('went on') end) note('went on')")
        #expect(error.name == "Cancelled")
        #expect(script.gate.notes == [])
        #expect(try await script.value("return 1") == 1)
    }

    @Test func aReadyInvocationNeverRuns() async throws {
        let script = try await Script()
        let gate = script.gate
        await script.engine.run { state in
            state.pushFunction("start_and_cancel") { state in
                let invocation = try state.start("ready") { state throws(LuaError) in
                    try state.load("note('ran')", name: "ready.lua")
                    return 0
                } finished: { _, outcome in
                    if case .raised(let error) = outcome { gate.note(error.name) }
                }
                state.cancel(invocation.number, "not needed")
                return .values(0)
            }
            state.setGlobal("start_and_cancel")
        }
        try await script.run("start_and_cancel()")
        while await script.engine.run({ $0.invocationsInFlight }) > 0 {}
        #expect(script.gate.notes == ["Cancelled"])
    }
}
