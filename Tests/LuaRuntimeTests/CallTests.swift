import LuaRuntime
import Testing

@Suite struct CallTests {
    @Test func aChunkAnswersItsResults() async throws {
        let script = try await Script()
        #expect(
            try await script.run("return 1, 2.5, 'x', true, nil, {1, 2}, {a = 1}") == [
                1, .double(2.5), "x", true, .nil, .array([1, 2]), .table([.string("a"): 1]),
            ])
        #expect(try await script.run("") == [])
    }

    @Test func aCallFromSwiftReadsItsResultsAndLeavesTheStackAsItWas() async throws {
        let script = try await Script()
        let sum = try await script.engine.run { state in
            let top = state.top
            let sum = try state.call("add") { state throws(LuaError) in
                try state.load("local a, b = ... return a + b", name: "add.lua")
                state.push(Int64(2))
                state.push(Int64(40))
                return 2
            } read: { state, count throws(LuaError) in
                #expect(count == 1)
                return state.integer(at: -1)
            }
            #expect(state.top == top)
            return sum
        }
        #expect(sum == 42)
    }

    @Test func aSyntaxErrorNamesFileAndLine() async throws {
        let script = try await Script()
        let error = try await script.error("local a = 1\nlocal b = = 2\n")
        #expect(error.name == "SyntaxError")
        #expect(error.file == "test.lua")
        #expect(error.line == 2)
        #expect(error.message == "test.lua:2: unexpected symbol near '='")
        #expect(error.isKind("ScriptError"))
    }

    @Test func anErrorNamesFileLineAndTraceback() async throws {
        let script = try await Script()
        let error = try await script.error("local function inner()\n  error('broken')\nend\ninner()\n")
        #expect(error.name == "ScriptError")
        #expect(error.message == "test.lua:2: broken")
        #expect(error.file == "test.lua")
        #expect(error.line == 2)
        let traceback = try #require(error.traceback)
        #expect(traceback.contains("test.lua:2:"))
        #expect(traceback.contains("test.lua:4:"))
    }

    @Test func anErrorAtLevelTwoNamesTheCaller() async throws {
        let script = try await Script()
        let error = try await script.error("local function check()\n  error('wrong', 2)\nend\n\ncheck()\n")
        #expect(error.message == "test.lua:5: wrong")
        #expect(error.line == 5)
    }

    @Test func aSwiftErrorReachesThePcallAndComesBackUnchanged() async throws {
        let script = try await Script()
        let error = try await script.error(
            """
            local ok, err = pcall(fail, 403)
            assert(not ok)
            assert(err.name == "Forbidden", err.name)
            assert(err:is("Forbidden") and err:is("HTTPException") and err:is("FluxerError"))
            assert(not err:is("NotFound"))
            assert(err.status == 403)
            assert(err.nothing == nil)
            assert(tostring(err) == "refused with 403")
            assert(err.message == "refused with 403")
            assert(err.line == 1 and err.file == nil or err.file == "test.lua", err.file)
            assert(err.traceback:find("stack traceback", 1, true))
            error(err)
            """)
        #expect(error.underlying as? Refused == Refused(status: 403))
        #expect(error.name == "Forbidden")
        #expect(error.line == 1)
    }

    @Test func aSwiftErrorAfterAWaitKeepsItsIdentity() async throws {
        let script = try await Script()
        let error = try await script.error("\nwait_fail(404)")
        #expect(error.underlying as? Refused == Refused(status: 404))
        #expect(error.file == "test.lua")
        #expect(error.line == 2)
    }

    @Test(arguments: [
        ("error('text', 0)", "text", LuaValue.nil),
        ("error({code = 7})", "a table was raised as an error", .table([.string("code"): 7])),
        ("error({message = 'told', code = 7})", "told", .table([.string("message"): "told", .string("code"): 7])),
        ("error()", "an error without a value was raised (error(nil))", .nil),
        ("error(nil)", "an error without a value was raised (error(nil))", .nil),
        ("error(42)", "a number was raised as an error", 42),
        ("error(true)", "a boolean was raised as an error", true),
        ("error(print)", "a function was raised as an error", .nil),
    ])
    func anyValueCanBeRaised(_ text: String, _ message: String, _ value: LuaValue) async throws {
        let script = try await Script()
        let error = try await script.error(text)
        #expect(error.name == "ScriptError")
        #expect(error.message == message)
        #expect(error.fields["value"] ?? .nil == value)
        #expect(error.line == 1)
        #expect(error.traceback != nil)
    }

    @Test func valuesRaisedInsideLuaStayWhatTheyAre() async throws {
        let script = try await Script()
        #expect(
            try await script.text(
                """
                local out = {}
                for _, value in ipairs { "text", 12, 1.5, true, {} } do
                  local ok, err = pcall(error, value)
                  out[#out + 1] = tostring(rawequal(err, value))
                end
                local ok, err = pcall(error, nil)
                out[#out + 1] = tostring(err)
                return table.concat(out, " ")
                """) == "true true true true true nil")
    }

    @Test func tenThousandErrorsThroughSwiftFramesLeaveNothingAlive() async throws {
        let script = try await Script()
        let counter = Counter()
        await script.engine.run { state in
            state.pushFunction("hold") { state in
                let held = Counted(counter)
                let more = [Counted(counter), Counted(counter)]
                defer { withExtendedLifetime((held, more)) {} }
                return try state.call("inner") { state throws(LuaError) in
                    let inner = Counted(counter)
                    defer { withExtendedLifetime(inner) {} }
                    try state.load("error('deep')", name: "inner.lua")
                    return 0
                } read: { _, _ in
                    .values(0)
                }
            }
            state.setGlobal("hold")
        }
        #expect(
            try await script.value(
                """
                local count = 0
                for i = 1, 10000 do
                  local ok, err = pcall(hold)
                  if not ok and err.message == "inner.lua:1: deep" then count = count + 1 end
                end
                return count
                """) == 10000)
        #expect(counter.count == 0)
    }

    @Test func theErrorHandlerOfXpcallSeesTheSwiftError() async throws {
        let script = try await Script()
        #expect(
            try await script.text(
                "local ok, text = xpcall(fail, function(err) return err.name .. ' ' .. err.status end, 500) return text"
            )
                == "Forbidden 500")
    }

    @Test func aStackOverflowIsAnErrorLikeAnother() async throws {
        let script = try await Script(LuaLimits(memory: 256 << 20, cpu: 60_000_000_000))
        #expect(
            try await script.value(
                "local function f() return 1 + f() end local ok, err = pcall(f) return not ok and err:find('stack overflow') ~= nil"
            )
                == true)
        let error = try await script.error("local function f() return 1 + f() end f()")
        #expect(error.message.contains("stack overflow"))
        #expect(try await script.value("return 1") == 1)
    }

    @Test func hostCallsAtTheEndOfADeepStackAreErrorsNotCrashes() async throws {
        let script = try await Script(LuaLimits(memory: 256 << 20, cpu: 60_000_000_000))
        await script.engine.run { state in
            state.pushFunction("nest") { state in
                var value = LuaValue.array([1])
                for _ in 0..<300 { value = .array([value]) }
                return .values(value.push(to: state))
            }
            state.setGlobal("nest")
        }
        #expect(
            try await script.value(
                """
                local overflows, deepest, from = 0, 0, math.huge
                local function f(n)
                  if n > from then
                    local ok, err = pcall(nest)
                    if not ok then
                      overflows = overflows + 1
                      assert(tostring(err):find("stack overflow"), err)
                    end
                  end
                  deepest = n
                  return 1 + f(n + 1)
                end
                pcall(f, 1)
                from = deepest - 40
                pcall(f, 1)
                return overflows > 5
                """) == true)
        #expect(try await script.value("return 1") == 1)
    }

    @Test func everyCallLeavesTheStackAsItWas() async throws {
        let script = try await Script()
        try await script.engine.run { state in
            let top = state.top
            state.push("global")
            state.setGlobal("kept")
            #expect(state.top == top)
            #expect(state.getGlobal("kept") == .string)
            #expect(state.top == top + 1)
            #expect(state.string(at: -1) == "global")
            state.pop()
            state.pushTable()
            #expect(state.stringMember("absent", at: -1) == nil)
            #expect(state.isArray(at: -1) == false)
            state.markArray()
            #expect(state.isArray(at: -1))
            #expect(state.top == top + 1)
            _ = try state.value(at: -1)
            _ = try state.json(at: -1)
            #expect(state.top == top + 1)
            let reference = state.reference(at: -1)
            #expect(state.top == top + 1)
            state.pop()
            state.push(reference)
            #expect(state.top == top + 1)
            state.pop()
            #expect(throws: LuaError.self) { try state.load("=", name: "bad.lua") }
            #expect(state.top == top)
            #expect(throws: LuaError.self) { try state.pushJSON(Array("[1,[2,{\"a\":[3,".utf8)) }
            #expect(state.top == top)
            #expect(throws: LuaError.self) {
                try state.start("bad") { state throws(LuaError) in
                    state.push("left behind")
                    throw LuaError("TypeError", "no")
                } finished: { _, _ in
                }
            }
            #expect(state.top == top)
            #expect(throws: LuaError.self) {
                try state.call("bad") { state throws(LuaError) in
                    try state.load("error('x')", name: "bad.lua")
                    return 0
                } read: { _, _ in
                }
            }
            #expect(state.top == top)
            try state.load("return {1, {2, print}}", name: "nested.lua")
            #expect(state.extent(at: -1)?.file == "nested.lua")
            state.pop()
            #expect(state.top == top)
        }
    }
}
