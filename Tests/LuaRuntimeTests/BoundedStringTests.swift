import LuaRuntime
import Testing

/// The functions that walk or build texts, beside stock Lua's.
@Suite struct BoundedStringTests {
    private static let comparison = #"""
        local seed = 271828
        local function random(n)
          seed = seed ~ (seed << 13)
          seed = seed ~ (seed >> 7)
          seed = seed ~ (seed << 17)
          return (seed >> 11) % n + 1
        end
        local function shown(...)
          local texts = table.pack(...)
          for i = 1, texts.n do
            local value = texts[i]
            texts[i] = type(value) == "string" and stock.string.format("%q", value) or tostring(value)
          end
          return table.concat(texts, " ", 1, texts.n)
        end
        local pieces = {"a", "B", "é", "漢", "😀", "\x80", "\xC3", "\xED\xA0\x80", "\xF7\xBF\xBF\xBF", "\xFD\xBF\xBF\xBF\xBF\xBF",
          "\xC0\x80", "\xFF", "\0", "z", "1"}
        local function text()
          local parts = {}
          for i = 1, random(12) - 1 do parts[i] = random(3) == 1 and pieces[random(#pieces)] or pieces[random(5)] end
          return table.concat(parts)
        end
        local specs = {"%d", "%5d", "%-5d", "%05d", "%+d", "% d", "%.3d", "%i", "%u", "%x", "%X", "%#x", "%o", "%c", "%f", "%.2f",
          "%10.3f", "%e", "%g", "%a", "%s", "%10s", "%-10s", "%.3s", "%q", "%%", "%5", "%", "%y", "%5q", "%123d", "%.123d", "%F",
          "%99999999d", "%99d", "%.99f", "%0-5d", "%p", "%--d", "%#s", "text ", "\0"}
        local arguments = {
          function() return random(1000) - 500 end, function() return random(1000) / 8 end, text,
          function() return ("x"):rep(random(300)) end, function() return nil end, function() return true end,
          function() return math.mininteger end, function() return 1 / 0 end, function() return 3.0 end,
          function() return setmetatable({}, {__tostring = function() return "face" end}) end,
        }
        local packs = {"i4", "<i2", ">I8", "b", "B", "s1", "s4", "z", "x", "!8", "Xi8", "f", "d", "n", "j", "c5", "c0", "c", "i17",
          " ", "=", "q", "X", "c99"}
        local function format(of, most)
          local parts = {}
          for i = 1, random(most) do parts[i] = of[random(#of)] end
          return table.concat(parts)
        end
        local actions = {
          function(l, a) return l.string.rep(a.text, a.i, a.j % 2 == 0 and a.other or nil) end,
          function(l, a) return l.string.rep(a.text, a.n) end,
          function(l, a) return l.string.upper(a.text), l.string.lower(a.text), l.string.reverse(a.text) end,
          function(l, a) return l.string.upper(a.one), l.string.lower(a.one), l.string.reverse(a.one) end,
          function(l, a) return l.string.format(a.format, a.one, a.two, a.three) end,
          function(l, a) return l.string.format(a.format, a.one, a.two, a.three) end,
          function(l, a) return l.string.pack(a.pack, a.one, a.two, a.three) end,
          function(l, a) return l.string.packsize(a.pack) end,
          function(l, a) return l.string.unpack(a.pack, a.text, a.i) end,
          function(l, a) return l.utf8.len(a.text) end,
          function(l, a) return l.utf8.len(a.text, a.i, a.j, a.n > 2) end,
          function(l, a) return l.utf8.offset(a.text, a.i) end,
          function(l, a) return l.utf8.offset(a.text, a.i, a.j) end,
          function(l, a) return l.utf8.codepoint(a.text, a.i, a.j) end,
          function(l, a) return l.utf8.len(a.one), l.utf8.offset(a.two, a.i) end,
          function(l, a)
            if not l.utf8.len(a.text, 1, -1, a.n > 2) then return end
            local found = {}
            for at, code in l.utf8.codes(a.text, a.n > 2) do found[#found + 1] = at .. ":" .. code end
            return table.concat(found, " ")
          end,
        }
        local raised = 0
        for round = 1, rounds do
          local number = random(#actions)
          local a = {text = text(), other = text(), i = random(16) - 8, j = random(16) - 8, n = random(5),
            format = format(specs, 3), pack = format(packs, 3), one = arguments[random(#arguments)](),
            two = arguments[random(#arguments)](), three = arguments[random(#arguments)]()}
          local ours = shown(pcall(actions[number], _G, a))
          local theirs = shown(pcall(actions[number], stock, a))
          if ours:find("^false") then raised = raised + 1 end
          if ours ~= theirs then return ("round %d, action %d: %s, stock Lua: %s"):format(round, number, ours, theirs) end
        end
        return "the same, errors: " .. tostring(raised > rounds / 20 and raised < rounds / 2)
        """#

    @Test(.timeLimit(.minutes(5))) func whateverTheTextStockLuaAnswersTheSame() async throws {
        let script = try await Script()
        await script.engine.run { $0.exposeStockLibraries() }
        let answer = try await script.text("rounds = 20000 " + BoundedStringTests.comparison)
        #expect(answer == "the same, errors: true")
    }

    @Test(arguments: [
        (
            "return #('ab'):rep(100001, ','), ('ab'):rep(100001, ','):sub(-5), ('ab'):rep(3, ', ')",
            "300002 ab,ab ab, ab, ab"
        ),
        ("local s = ('x'):rep(70000) return #s:rep(5, '--'), select(2, s:rep(5, '--'):gsub('%-%-', ''))", "350008 4"),
        (
            "return ('x'):rep(70000, ('y'):rep(3)) == table.concat(table.move({'x'}, 1, 1, 1), ''):rep(1) .. ('yyyx'):rep(69999)",
            "true"
        ),
        ("return (''):rep(1 << 60), (''):rep(math.maxinteger), ('x'):rep(math.mininteger)", "  "),
        (
            "local s = ('abC'):rep(50000) return s:upper() == ('ABC'):rep(50000), s:reverse():reverse() == s",
            "true true"
        ),
        ("return (('x'):rep(600000) .. 'end'):find('end', 1, true)", "600001 600003"),
        (
            "return (('x'):rep(600000) .. 'end'):find('xe', 1, true), ((('ab'):rep(400000)) .. 'b'):find('bb', 1, true)",
            "600000 800000 800001"
        ),
        (
            "local needle = ('a'):rep(90000) .. 'b' return (('a'):rep(500000) .. 'b'):find(needle, 1, true)",
            "410001 500001"
        ),
        ("return pcall(string.byte, ('x'):rep(2000000), 1, -1)", "false stack overflow (string slice too long)"),
        ("for _ in utf8.codes('a\\x80') do end", "error: invalid UTF-8 code"),
        ("for _ in utf8.codes('\\x80') do end", "error: bad argument #1 to 'codes' (invalid UTF-8 code)"),
        ("local n = 0 for at, code in utf8.codes('aé漢😀') do n = n + at + code end return n", "157306"),
    ])
    func largeAndOddTextsComeOutAsTheyShould(_ text: String, _ expected: String) async throws {
        let script = try await Script()
        let results = try await script.text(
            """
            local results = table.pack(pcall(function() \(text) end))
            if not results[1] then return "error: " .. results[2]:gsub("^[^:]+:%d+: ", "") end
            for i = 2, results.n do results[i] = tostring(results[i]) end
            return table.concat(results, " ", 2, results.n)
            """)
        #expect(results == expected)
    }

    @Test func theErrorsTracebackNamesTheFunctionThatUsedTheBudgetUp() async throws {
        let script = try await Script()
        let error = try await script.error(
            "\nreturn ('a'):rep(250):find('.-.-.-.-b$')", budget: 100_000_000)
        #expect(error.line == 2)
        let traceback = try #require(error.traceback)
        #expect(traceback.contains("[C]: in "), "\(traceback)")
        #expect(traceback.contains("'find'"), "\(traceback)")
    }

    @Test func aWaitInsideNamesTheFunctionThatStandsInTheWay() async throws {
        let script = try await Script()
        for (text, place) in [
            ("('x'):gsub('x', function() wait() end)", "string.gsub"),
            ("table.sort({1, 2}, function() wait() end)", "table.sort"),
            ("table.concat(setmetatable({}, {__index = function() wait() end}), '', 1, 2)", "table.concat"),
            ("string.format('%s', setmetatable({}, {__tostring = function() wait() end}))", "string.format"),
        ] {
            let error = try await script.error("local x = 1 " + (text.hasPrefix("(") ? "local y = " : "") + text)
            #expect(error.name == "WaitError")
            #expect(error.message.hasPrefix("cannot wait inside \(place): "), "\(error.message)")
        }
    }

    @Test func recursionThroughCallbacksEndsBeforeTheStackDoes() async throws {
        let script = try await Script()
        for text in [
            "local function f() return (('x'):gsub('x', f)) end return pcall(f)",
            "local function f() table.sort({1, 2}, f) end return pcall(f)",
            "local t t = setmetatable({}, {__index = function() return table.concat(t, '', 1, 2) end}) return pcall(table.concat, t, '', 1, 2)",
            "local function f() return (('x'):gsub(('x?'):rep(190), f)) end return pcall(f)",
            "local t t = setmetatable({}, {__tostring = function() return ('%s'):format(t) end}) return pcall(tostring, t)",
        ] {
            let result = try await script.run("local x = 1 " + text)
            #expect(result.first == false)
            guard case .string(let message) = result.last else {
                Issue.record("\(result)")
                continue
            }
            #expect(message.contains("C stack overflow"), "\(message)")
        }
    }
}
