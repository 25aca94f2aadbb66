import LuaRuntime
import Testing

@Suite struct LibraryTests {
    @Test func onlyTheAllowedNamesExist() async throws {
        let script = try await Script()
        let libraries = try await script.text(
            """
            local names = {}
            for _, library in ipairs { "string", "table", "math", "utf8", "os", "debug", "coroutine" } do
              local members = {}
              for name in pairs(_G[library]) do members[#members + 1] = name end
              table.sort(members)
              names[#names + 1] = library .. ": " .. table.concat(members, " ")
            end
            return table.concat(names, "; ")
            """)
        #expect(
            libraries
                == [
                    "string: byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper",
                    "table: concat insert move pack remove sort unpack",
                    "math: abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger modf pi rad random randomseed sin sqrt tan tointeger type ult",
                    "utf8: char charpattern codepoint codes len offset", "os: clock date difftime time",
                    "debug: traceback", "coroutine: close create isyieldable resume running status wrap yield",
                ].joined(separator: "; "))
        #expect(
            try await script.text(
                """
                local names = {}
                for name in pairs(_G) do names[#names + 1] = name end
                table.sort(names)
                return table.concat(names, " ")
                """)
                == "_G _VERSION assert call collectgarbage coroutine debug error fail getmetatable ipairs load math next note os pairs park pcall print rawequal rawget rawlen rawset select setmetatable string table tonumber tostring type utf8 wait wait_fail xpcall"
        )
    }

    @Test(arguments: [
        (
            "return io, dofile, loadfile, require, package, warn, os.execute, os.exit, os.getenv, os.remove, os.setlocale, debug.getinfo, debug.getregistry, debug.sethook, string.dump",
            "nil nil nil nil nil nil nil nil nil nil nil nil nil nil nil"
        ),
        (
            "return pcall(setmetatable, {}, {__gc = function() end})",
            "false __gc is not available to scripts: use a to-be-closed variable or teardown()"
        ),
        (
            "return pcall(setmetatable, {}, {__gc = false})",
            "false __gc is not available to scripts: use a to-be-closed variable or teardown()"
        ),
        (
            "local mt = {} local t = setmetatable({}, mt) mt.__gc = function() ran = true end t = nil for i = 1, 100 do collectgarbage() end return ran",
            "nil"
        ),
        (
            "return pcall(setmetatable, setmetatable({}, {__metatable = 'no'}), {})",
            "false cannot change a protected metatable"
        ),
        ("return pcall(setmetatable, 1, {})", "false bad argument #1 to '?' (table expected, got number)"),
        ("return getmetatable(setmetatable({}, {__metatable = 'mine'}))", "mine"),
        ("local t = setmetatable({}, {__index = {a = 1}}) return t.a, getmetatable(setmetatable(t, nil))", "1 nil"),
        ("return pcall(collectgarbage, 'stop')", "false collectgarbage: only \"count\" and \"collect\" are available"),
        (
            "return pcall(collectgarbage, 'generational')",
            "false collectgarbage: only \"count\" and \"collect\" are available"
        ),
        ("return math.type(collectgarbage('count')), collectgarbage('collect'), collectgarbage()", "float 0 0"),
        ("return load('return 1 + 1')()", "2"),
        ("return load('x x', '=name')", "nil name:1: syntax error near 'x'"),
        ("return load('x x', '@dir/file.lua')", "nil dir/file.lua:1: syntax error near 'x'"),
        ("return load('return a', 'n', 't', {a = 'environment'})()", "environment"),
        (
            "return pcall(load('return a', 'n', 't', nil))",
            "false [string \"n\"]:1: attempt to index a nil value (upvalue '_ENV')"
        ),
        ("return load('\\27Lua')", "nil attempt to load a binary chunk (only text is allowed)"),
        ("return load('return 1', 'n', 'b')", "nil attempt to load a binary chunk (only text is allowed)"),
        ("return load('return 1', 'n', 'bt')()", "1"),
        (
            "local parts = {'return ', '1', ' + 2'} local i = 0 return load(function() i = i + 1 return parts[i] end)()",
            "3"
        ),
        ("local i = 0 return load(function() i = i + 1 return i == 1 and 'return 5' or '' end)()", "5"),
        ("return load(function() return {} end)", "nil reader function must return a string"),
        ("return load(function() error('from the reader', 0) end)", "nil from the reader"),
        ("return load((' '):rep(1048576) .. 'return 1')", "nil load: text over 1 MiB"),
        (
            "local n = 0 return load(function() n = n + 1 return n < 3000 and (' '):rep(1024) or nil end)",
            "nil load: text over 1 MiB"
        ),
        ("return load(('x = 1 '):rep(170000)) ~= nil", "true"),
        ("return xpcall(function(...) return ... end, print, 1, 2)", "true 1 2"),
        ("return xpcall(error, function(m) return 'handled ' .. m end, 'x')", "false handled x"),
        ("return xpcall(function() error() end, function(m) return tostring(m) end)", "false nil"),
        (
            "return pcall(function() xpcall(print) end)",
            "false test.lua:1: bad argument #2 to 'xpcall' (function expected, got no value)"
        ),
        ("return xpcall(error, function() error('again') end, 'x')", "false error in error handling"),
        ("return tostring(print):match('^builtin') or tostring(print):match('^function')", "function"),
        ("return pcall(string.rep, 'x', -1)", "true "),
    ])
    func theLibrariesAnswer(_ text: String, _ expected: String) async throws {
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

    @Test func theHostLoadsTextOnlyAndNoMoreThanAMebibyte() async throws {
        let script = try await Script()
        let binary = try await script.error("\u{1B}Lua")
        #expect(binary.name == "SyntaxError")
        let large = try await script.error(String(repeating: " ", count: 1 << 20) + "return 1")
        #expect(large.name == "SyntaxError")
        #expect(large.message == "test.lua is larger than 1 MiB: split it into modules, or keep its data in a file")
        #expect(try await script.value(String(repeating: " ", count: (1 << 20) - 8) + "return 1") == 1)
    }
}

@Suite struct ReferenceTests {
    @Test func aReferenceDiesHarmlesslyAfterItsStateAndOnAnotherThread() async throws {
        var reference: LuaReference?
        do {
            let script = try await Script()
            reference = await script.engine.run { state in
                state.pushTable()
                defer { state.pop() }
                return state.reference(at: -1)
            }
            #expect(reference?.isDead == false)
        }
        await until { reference?.isDead == true }
        let other = try await Script()
        let kind = await other.engine.run { [reference] state in
            guard let reference else { return LuaKind.none }
            state.push(reference)
            defer { state.pop() }
            return state.type(at: -1)
        }
        #expect(kind == .nil, "a reference of another state is nil")
        reference = nil
    }

    @Test func slotsAreUsedAgain() async throws {
        let script = try await Script()
        func burst() async {
            let references = await script.engine.run { state in
                (0..<1000).map { number in
                    state.push(Int64(number))
                    defer { state.pop() }
                    return state.reference(at: -1)
                }
            }
            await Task.detached { withExtendedLifetime(references) {} }.value
        }
        await burst()
        try await script.run("")
        let before = await script.engine.run { $0.memoryInUse }
        for _ in 0..<20 {
            await burst()
            try await script.run("")
        }
        let after = await script.engine.run { $0.memoryInUse }
        #expect(after < before + 64 << 10)
    }

    @Test func aReferenceHoldsItsValue() async throws {
        let script = try await Script()
        let reference = await script.engine.run { state in
            state.pushTable()
            state.push("held")
            state.setField("name")
            defer { state.pop() }
            return state.reference(at: -1)
        }
        try await script.collect()
        let name = await script.engine.run { state in
            state.push(reference)
            defer { state.pop() }
            return state.stringMember("name", at: -1)
        }
        #expect(name == "held")
    }
}
