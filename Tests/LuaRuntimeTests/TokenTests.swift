import Testing

@testable import LuaRuntime

/// What the loader's pass over tokens lets through and what it refuses.
@Suite(.enabled(if: LuaBug.isThere(8))) struct TokenTests {
    private static func load(_ text: String, without: LuaFences = []) async throws -> String {
        let engine = try await LuaEngine("tokens", limits: LuaLimits(), confined: true, without: without)
        return await engine.run { state in
            do throws(LuaError) {
                try state.load(text, name: "test.lua")
                state.pop()
                return "loaded"
            } catch {
                return error.message
            }
        }
    }

    static let comparison =
        "an index must not be a comparison (Lua before 5.4.8 gets it wrong): write t[(a < b) and true or false]"
    static let chain = "more than 200 index steps in a row: put a part of them into a local variable"

    private static func steps(_ count: Int, _ step: String = ".x") -> String { String(repeating: step, count: count) }

    @Test(arguments: [
        ("t[a < b]", 1), ("t[a > b]", 1), ("t[a <= b]", 1), ("t[a >= b]", 1), ("t[a == b]", 1), ("t[a ~= b]", 1),
        ("t[(a < b)]", 1), ("t[((a < b))]", 1), ("t[not (a < b)]", 1), ("t[not not (a < b)]", 1),
        ("t[not ((not (a < b)))]", 1), ("t[not a < b]", 1), ("t[(a < b) == c]", 1), ("t[a + 1 < b .. c]", 1),
        ("t[(a and b) < c]", 1), ("t\n[\na\n<\nb\n]", 6), ("t --[[ ] ]] [a -- ]\n< b]", 2), ("t.x[a < b]", 1),
        ("t[1][a < b]", 1), ("f()[a < b]", 1), ("f''[a < b]", 1), ("f{}[a < b]", 1), ("(t)[a < b]", 1),
        ("t[f(x)[a < b]]", 1), ("t[{x = t[a < b]}]", 1), ("t[a < function() return x or y end]", 1),
        ("t[a < {x and y}]", 1), ("t[a < f(x or y)]", 1), ("t[a < b[x or y]]", 1),
        ("t['\\\n\\z  \n' < b]", 3), ("t[ [==[\n]]]=]]==] < b]", 2), ("t[0xep1 < 1e+5]", 1), ("t[0xe+1 < .5]", 1),
        ("t['\\'' < \"\\\"\"]", 1), ("t['\\\\' < b]", 1), ("t[a <\r\nb]", 2), ("t[a ~ b == c]", 1),
        ("t[a << 1 < b]", 1), ("t['and' < b]", 1), ("t[x.y < b]", 1), ("t[(a < b).x < c]", 1),
    ])
    func anIndexThatIsAComparisonIsRefused(_ expression: String, _ line: Int) async throws {
        #expect(try await Self.load("return \(expression)") == "test.lua:\(line): \(Self.comparison)")
    }

    @Test(arguments: [
        "return t[(a < b) and true or false]", "return t[a < b and c]", "return t[a or b == c]",
        "return t[(a or b == c)]",
        "return t[(a < b) and x]", "return t[f(a < b)]", "return t[f(a < b) + 1]", "return t[#(a < b)]",
        "return t[(a < b).x]", "return t[{a < b}]", "return t[a << b]", "return t[a >> b]", "return t[a ~ b]",
        "return t[~a]", "return {[a < b] = 1}", "return {x, [a < b] = 1; [a == b] = 2}", "return f{[a < b] = 1}",
        "return t[a], a < b", "return a < t[b]", "return t['a < b']", "return t[ [[a < b]] ]", "return t[a --[[ < ]] ]",
        "return t[a -- < b\n]", "return t[function() return a < b end]", "local x <const> = 1 return t[x]",
        "local x <close> = nil return t[function() local y <const> = 2 end]", "return t[not a]",
        "return t[not (a and b)]",
        "return t[(function() if a < b then return 1 else return 2 end end)()]",
        "return t[(function() repeat local x = a until x < b end)()]",
        "return t[(function() for i = 1, 2 do while a < b do break end end end)()]",
        "goto x ::x:: return t[1]", "return t[a..b]", "return ...", "local a = 1 .. 2 return a",
        "return 0x.8p1, 3., .3e-2",
        "return t[\"\\x41\\u{48}\\65\"]", "return t['\\\r\n']", "", "# comment?", "return t[a", "return t)a < b]",
        "return \"open",
        "return [==[ open", "return [=x", "--[[ open", "return t[a < b", "}])", "end end until",
    ])
    func otherTextsAreLeftToLua(_ text: String) async throws {
        let answer = try await Self.load(text)
        #expect(!answer.contains(Self.comparison) && !answer.contains(Self.chain))
        #expect(try await Self.load(text, without: [.chains, .comparisons]) == answer)
    }

    @Test(arguments: [
        "a" + steps(200), "a" + steps(200, "[1]"), "a" + steps(100, "[b.x]"), "a" + steps(200) + "()" + steps(200),
        "a" + steps(200) + ":m()" + steps(200), "a" + steps(200) + " + a" + steps(200),
        "a" + steps(200) + " or a" + steps(200),
        "f(a" + steps(200) + ", a" + steps(200) + ")", "{a" + steps(200) + ", a" + steps(200) + "}",
        "(a" + steps(100) + ")" + steps(100), "-a" + steps(200) + " .. a" + steps(200),
        "a[f(b" + steps(200) + ")]" + steps(199), "a[function() return b" + steps(200) + " end]",
        "a" + steps(200) + "'text'" + steps(200), "f(a" + steps(190) + ").y:g(a" + steps(199) + ").z",
    ])
    func twoHundredIndexStepsInARowAreTaken(_ expression: String) async throws {
        #expect(try await Self.load("return \(expression)") == "loaded")
    }

    @Test(arguments: [
        ("a" + steps(201), 1), ("a" + steps(201, "[1]"), 1), ("a" + steps(201, "\n.x"), 202),
        ("a" + steps(201, ".--[[]]x"), 1), ("a" + steps(101, ".x[1]"), 1), ("(a" + steps(101) + ")" + steps(100), 1),
        ("((a" + steps(100) + "))" + steps(101), 1), ("a[b" + steps(200) + "]", 1),
        ("a[b" + steps(100) + "]" + steps(100), 1),
        ("a" + steps(100) + "[b" + steps(101) + "]", 1), ("a[(b" + steps(200) + ")]", 1),
        ("f(a" + steps(201) + ")", 1), ("{x = a" + steps(201) + "}", 1), ("f()" + steps(201), 1),
        ("function() return a" + steps(201) + " end", 1), ("a['x']" + steps(200), 1), ("a[ [[x]] ]" + steps(200), 1),
        ("'text' (a" + steps(200) + ").y = 1 return 1", 1),
    ])
    func moreThanTwoHundredIndexStepsInARowAreRefused(_ expression: String, _ line: Int) async throws {
        #expect(try await Self.load("return \(expression)") == "test.lua:\(line): \(Self.chain)")
    }

    @Test func nestingBeyondLuasOwnLimitIsAnError() async throws {
        for (open, close) in [("(", ")"), ("{", "}"), ("t[", "]"), ("function() return ", " end ")] {
            let deep = "return " + String(repeating: open, count: 5000) + "1" + String(repeating: close, count: 5000)
            #expect(try await Self.load(deep) == "test.lua:1: more than 200 levels of nesting")
            let shallow = "return " + String(repeating: open, count: 60) + "1" + String(repeating: close, count: 60)
            #expect(try await Self.load(shallow) == "loaded", "\(open)")
        }
    }

    @Test func loadOfAScriptIsLookedAtToo() async throws {
        let script = try await Script()
        for reader in [
            "'return t[a < b]'",
            "coroutine.wrap(function() coroutine.yield('return t[a') coroutine.yield(' < b]') end)",
        ] {
            let text = try await script.text(
                "local f, err = load(\(reader), '=piece') return tostring(f) .. ' ' .. err")
            #expect(text == "nil piece:1: \(Self.comparison)")
        }
        let text = try await script.text("local f, err = load('return t[a < b]') return err")
        #expect(text == "[string \"return t[a < b]\"]:1: \(Self.comparison)")
    }
}
