import Testing

@testable import LuaRuntime

/// One test a row of the table in docs/limits.md: with the fence the text ends as it should, without it the process ends
/// or the answer is wrong.
@Suite struct LuaBugTests {
    static let concat = """
        local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end
        local joined = setmetatable({}, {__concat = function(a, b) deep(5000) return "joined" end})
        for i = 1, 200 do
          coroutine.wrap(function()
            local a, b = "a", "b"
            local text = a .. b .. joined .. a .. b .. a
            for j = 1, 200 do local garbage = {text .. j} end
          end)()
        end
        return "ended"
        """

    @Test func row1AConcatenationThatMovesTheStackIsRefused() async throws {
        let expected = LuaBug.isThere(1) ? "attempt to concatenate a table value (upvalue 'joined')" : "ended"
        for confined in [false, true] {
            #expect(try await LuaBug.run(Self.concat, confined: confined).hasSuffix(expected))
        }
    }

    @Test(.enabled(if: LuaBug.isConcatBroken))
    func row1WithoutItsFenceAConcatenationThatMovesTheStackEndsTheProcess() async {
        await #expect(processExitsWith: .failure) { await LuaBug.crash(LuaBugTests.concat, without: .concat) }
    }

    static let brokenFor = """
        local function closing() return setmetatable({}, {__close = function() end}) end
        local function broken(n)
          local a <close> = closing()
          for key in next, {1, 2, 3}, nil, closing() do
            local captured = function() return key end
            if n > 0 then break end
          end
          local b <close> = closing()
          if n > 1 then broken(n - 1) end
          local c <close> = closing()
          return n
        end
        for i = 1, 300 do coroutine.wrap(function() broken(1 + i % 40) end)() end
        return "ended"
        """

    @Test func row2AClosingValueIsRefusedInConfinedPacks() async throws {
        let expected = LuaBug.isThere(2) ? "variable 'a' got a non-closable value" : "ended"
        #expect(try await LuaBug.run(Self.brokenFor, confined: true).hasSuffix(expected))
    }

    @Test(.enabled(if: LuaBug.shows(2)))
    func row2WithoutItsFenceABreakOutOfAForWithAClosingValueEndsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            await LuaBug.crash(LuaBugTests.brokenFor, confined: true, without: .close)
        }
    }

    static let nestedCloses = """
        local waiting, deepest, last = {}, 0, nil
        for i = 1, 100000 do
          waiting[i] = coroutine.create(function()
            local x <close> = setmetatable({}, {__close = function()
              deepest = i
              local next_one = waiting[i + 1]
              if next_one then
                local ok, err = pcall(coroutine.close, next_one)
                if not ok then last = err end
              end
            end})
            coroutine.yield()
          end)
          coroutine.resume(waiting[i])
        end
        coroutine.close(waiting[1])
        return deepest .. " " .. last
        """

    @Test func row3AtMostAHundredClosesAreNested() async throws {
        #expect(
            try await LuaBug.run(Self.nestedCloses, limits: LuaLimits(memory: 1 << 30, cpu: 60_000_000_000))
                == "100 C stack overflow")
    }

    @Test(.enabled(if: LuaBug.isThere(3)))
    func row3WithoutItsFenceNestedClosesEndTheProcess() async {
        await #expect(processExitsWith: .failure) {
            await LuaBug.crash(
                LuaBugTests.nestedCloses, without: .nestedClose, limits: LuaLimits(memory: 1 << 30, cpu: 60_000_000_000)
            )
        }
    }

    static let waitingHandler = """
        for round = 1, 50 do
          local co = coroutine.create(function()
            local x <close> = setmetatable({}, {__close = function()
              for i = 1, 20000 do local garbage = {} end
              error("in close", 0)
            end})
            local function deep(n)
              if n == 0 then return (xpcall(coroutine.yield, function(e) return e end)) end
              return (deep(n - 1))
            end
            deep(3000)
          end)
          coroutine.resume(co)
          local ok, err = pcall(coroutine.close, co)
          if not ok then return err end
        end
        return "ended"
        """

    @Test func row4ACoroutineThatWaitsInsideXpcallIsNotClosed() async throws {
        let expected =
            LuaBug.isThere(4)
            ? "cannot close a coroutine that waits inside xpcall: resume it to its end, or use pcall there" : "ended"
        #expect(try await LuaBug.run(Self.waitingHandler) == expected)
    }

    @Test(.enabled(if: LuaBug.shows(4)))
    func row4WithoutItsFenceClosingOneThatWaitsInsideXpcallEndsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            await LuaBug.crash(LuaBugTests.waitingHandler, without: .waitingHandler)
        }
    }

    static let metatables = metatables(with: "setmetatable(weak[i], other)")
    static let metatablesAfterNone = metatables(with: "setmetatable(weak[i], nil) setmetatable(weak[i], other)")

    private static func metatables(with replacement: String) -> String {
        """
        local ballast = {}  -- each of these takes the collector one step
        for i = 1, 10 do
          ballast[i] = {}
          for j = 1, 100000 do ballast[i][j] = j end
        end
        local weak, last = {}, {}
        for i = 1, 200 do weak[i] = setmetatable({}, {__mode = "kv"}) end
        for round = 1, 400 do
          for i = 1 + round % 20, #weak, 20 do
            local other = {__mode = "kv", __index = {round = round}}
            \(replacement)
            last[i] = round
          end
          collectgarbage()
          for i = 1, 500 do local garbage = {{}} end
          for i = 1, #weak do
            if weak[i].round ~= last[i] then return "wrong" end
          end
        end
        return "ended"
        """
    }

    @Test func row5AMetatableThatReplacesAnotherLives() async throws {
        #expect(try await LuaBug.run(Self.metatables) == "ended")
        #expect(try await LuaBug.run(Self.metatablesAfterNone) == "ended")
    }

    @Test(.enabled(if: LuaBug.shows(5)))
    func row5WithoutItsFenceAMetatableThatReplacesAnotherIsFreedInUse() async {
        await #expect(processExitsWith: .failure) {
            await LuaBug.crash(LuaBugTests.metatables, without: .metatables)
        }
        await #expect(processExitsWith: .failure) {
            await LuaBug.crash(LuaBugTests.metatablesAfterNone, without: .metatables)
        }
    }

    static let emergency = """
        local full = {}
        pcall(function() for i = 1, 1e9 do full[i] = ("x"):rep(1000) .. i end end)
        for i = 1, 200 do full[#full] = nil end
        local ended = 0
        for round = 1, 2000 do
          pcall(function()
            local target = setmetatable({}, setmetatable({__newindex = {}}, {__mode = "v"}))
            for i = 1, 2000 do target[i] = {i} end
          end)
          ended = round
        end
        return "ended"
        """
    static let little = LuaLimits(memory: 4 << 20, cpu: 60_000_000_000)

    @Test func row6AnAssignmentThroughAWeakMetatableIsNotCollectedInto() async throws {
        #expect(try await LuaBug.run(Self.emergency, limits: Self.little) == "ended")
    }

    @Test(.enabled(if: LuaBug.shows(6)))
    func row6WithoutItsFenceAnEmergencyCollectionFreesWhatIsAssignedTo() async {
        await #expect(processExitsWith: .failure) {
            await LuaBug.crash(LuaBugTests.emergency, without: .allocator, limits: LuaBugTests.little)
        }
    }

    static let iterator = """
        local levels = \(ScriptThreads.stackSize / 20)
        local iterator = string.gmatch(("a"):rep(levels), ("a?"):rep(levels))
        local first, why = pcall(iterator)
        local second, then_why = pcall(iterator)
        return tostring(why) .. ", then " .. tostring(then_why)
        """

    @Test func row7AnIteratorThatFailedStaysFailed() async throws {
        #expect(
            try await LuaBug.run(Self.iterator)
                == "pattern too complex, then this iterator of string.gmatch has failed before")
    }

    @Test func row7WithoutItsFenceAnIteratorThatFailedEndsTheProcess() async {
        await #expect(processExitsWith: .failure) { await LuaBug.crash(LuaBugTests.iterator, without: .gmatch) }
    }

    static let chain = "local a = {} a.x = a local b = a" + String(repeating: ".x", count: 40_000) + ".y.z return b"

    @Test func row8ALongChainOfFieldsIsRefused() async throws {
        let message = try await LuaBug.run(Self.chain)
        if LuaBug.isThere(8) {
            #expect(
                message == "test.lua:1: more than 200 index steps in a row: put a part of them into a local variable")
        } else {
            #expect(message == "test.lua:1: attempt to index a nil value (field 'y')")
        }
    }

    /// Not with the larger stacks under a sanitizer: the time grows with the square.
    @Test(.enabled(if: LuaBug.isThere(8) && ScriptThreads.stackSize <= 2 << 20))
    func row8WithoutItsFenceTheNameOfALongChainEndsTheProcess() async {
        await #expect(processExitsWith: .failure) { await LuaBug.crash(LuaBugTests.chain, without: .chains) }
    }

    static let comparison = """
        local kept = {[true] = "yes", [false] = "no"}
        local stolen = {[true] = "stolen", [false] = "stolen"}
        local function other() local a, b, c, d, e, f = stolen, stolen, stolen, stolen, stolen, stolen return 1 end
        local function asked(a, b) return kept[a < b] end
        other()
        return asked(1, 2)
        """

    @Test func row9AnIndexThatIsAComparisonIsRefused() async throws {
        let message = try await LuaBug.run(Self.comparison)
        if LuaBug.isThere(9) {
            #expect(
                message == "test.lua:4: an index must not be a comparison (Lua before 5.4.8 gets it wrong): "
                    + "write t[(a < b) and true or false]")
        } else {
            #expect(message == "yes")
        }
    }

    @Test(.enabled(if: LuaBug.isThere(9)))
    func row9WithoutItsFenceAnIndexThatIsAComparisonReadsWhatAnotherFunctionLeft() async throws {
        #expect(try await LuaBug.run(Self.comparison, without: .comparisons) == "stolen")
    }

    /// Bytes that making the text of a failed error handler takes, after all garbage is gone.
    private static func costOfErrorText(without: LuaFences) async throws -> Int {
        let script = try await Script(without: without)
        try await script.collect()
        return await script.engine.run { state in
            state.push("a text of the same length")  // what a push itself takes, apart from the text
            state.pop()
            let before = state.memoryInUse
            state.push("error in error handling")
            defer { state.pop() }
            return state.memoryInUse - before
        }
    }

    /// Not reproduced: what is shown is that the text is there already, so nothing can fail to make it.
    @Test func row10TheTextOfAFailedErrorHandlerTakesNoMemory() async throws {
        #expect(try await Self.costOfErrorText(without: []) == 0)
        #expect(try await Self.costOfErrorText(without: .errorText) > 0)
    }
}
