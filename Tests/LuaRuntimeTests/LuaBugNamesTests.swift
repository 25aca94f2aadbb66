import Testing

@testable import LuaRuntime

/// The names of metamethods that are taken from Lua before 5.4.5: what a script can and cannot do about it.
@Suite struct LuaBugNamesTests {
    static let isTaken = LuaBug.isThere(1)

    @Test(.enabled(if: isTaken)) func aTakenNameIsAKeyLikeAnyOther() async throws {
        let text = """
            local t = {__concat = 1, __close = 2}
            t["__con" .. "cat"] = t.__concat + 1
            local names = {}
            for name, value in pairs(t) do names[#names + 1] = name .. value end
            table.sort(names)
            return table.concat(names, " ")
            """
        #expect(try await LuaBug.run(text, confined: true) == "__close2 __concat2")
    }

    /// Every text that the name may have been overwritten with, as a key; also made by the ways in which C hands texts
    /// to Lua, and after the table of strings grew and shrank.
    static let search = """
        local called = false
        local function call() called = true return "" end
        local function attempt(prefix)
          local mt = {}
          for byte = 1, 255 do
            mt[string.char(byte, byte) .. "concat"] = call
            mt[string.char(byte, byte) .. "close"] = call
          end
          mt[prefix .. "concat"], mt[prefix .. "close"] = call, call
          local t = setmetatable({}, mt)
          pcall(function() return t .. "x" end)
          pcall(load("local x <close> = ..."), t)
        end
        attempt("__")
        for byte = 1, 255 do
          local name = string.char(byte, byte) .. "concat"
          load(function() end, name)
          pcall(load, "x", name)
          pcall(error, name)
          pcall(function() error(name, 0) end)
          os.date(name)
        end
        attempt("__")
        local many = {}
        for i = 1, 100000 do many[i] = "text " .. i end
        attempt("__")
        many = nil
        for i = 1, 1000 do collectgarbage() end
        for i = 1, 100000 do local garbage = {} end
        attempt("__")
        return tostring(called)
        """

    @Test(.enabled(if: isTaken)) func noTextBringsATakenNameBack() async throws {
        #expect(try await LuaBug.run(Self.search, confined: true) == "false")
    }

    @Test(.enabled(if: isTaken)) func theSearchFindsANameThatIsNotTaken() async throws {
        #expect(try await LuaBug.run(Self.search, confined: true, without: [.concat, .close]) == "true")
    }

    @Test func longTextsAreBuiltWithoutTheName() async throws {
        let text = """
            local long = ("x"):rep(100000)
            local parts = {}
            for i = 1, 100 do parts[i] = long end
            local joined = table.concat(parts, ",")
            local replaced = joined:gsub("x", "yy")
            return #joined .. " " .. #replaced .. " " .. #(("%s"):format(joined)) .. " " .. #joined:upper()
            """
        #expect(try await LuaBug.run(text, confined: true) == "10000099 20000099 10000099 10000099")
    }

    @Test(.enabled(if: isTaken)) func theOperatorsOwnCodeKeepsClose() async throws {
        let text = """
            local out = "in"
            do local x <close> = setmetatable({}, {__close = function() out = out .. " closed" end}) end
            return out
            """
        #expect(try await LuaBug.run(text) == "in closed")
        #expect(try await LuaBug.run(text, confined: true) == "test.lua:2: variable 'x' got a non-closable value")
    }

    @Test func nilAndFalseCanBeClosedEverywhere() async throws {
        #expect(
            try await LuaBug.run("local a <close> = nil local b <close> = false return 'well'", confined: true)
                == "well")
    }

    @Test func aForWithoutAClosingValueWorksEverywhere() async throws {
        let text =
            "local n = 0 for k, v in pairs({1, 2, 3}) do local f = function() return k end if v == 2 then break end n = n + f() end return n .. ''"
        #expect(try await LuaBug.run(text, confined: true) == "1")
    }

    @Test(arguments: [false, true]) func joiningAnErrorSaysWhatToWrite(confined: Bool) async throws {
        let script = try await Script(confined: confined)
        let error = try await script.error("local ok, err = pcall(fail, 3) return 'it was ' .. err")
        #expect(
            error.message == "cannot join a Error with ..: use tostring(x), x.mention or (\"%s\"):format(x)"
                || error.message == "cannot join an Error with ..: use tostring(x), x.mention or (\"%s\"):format(x)")
        #expect(error.name == "TypeError")
        #expect(error.traceback?.contains("in metamethod 'concat'") == true)
    }

    @Test(.enabled(if: !isTaken)) func aWaitWorksInsideConcat() async throws {
        let script = try await Script(confined: true)
        let text = "return setmetatable({}, {__concat = function(a, b) return wait('joined') end}) .. 'x'"
        #expect(try await script.text(text) == "joined")
    }
}
