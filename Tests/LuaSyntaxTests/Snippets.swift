/// Texts that Lua takes or refuses, each for a rule of its own.
enum Snippets {
    /// Texts of one line each, and some of several.
    static let all: [String] = small + long

    private static let small: [String] = [
        "", ";", ";;;", " \t\u{B}\u{C}\r\n", "return", "return;", "return 1, 2;", "return; return", "return 1 local x",
        "local x", "local x, y = 1", "local x = ", "local 1", "local function f() end", "local function f.g() end",
        "local x <const> = 1", "local x <close> = nil", "local x <foo> = 1", "local x <const", "local x <const> = 1 x = 2",
        "local x <close> = nil x = 2", "local a <close>, b <close> = nil, nil", "local x <const> = 1 local f = function() x = 2 end",
        "local x <const> = {} x.y = 1", "local f <const> = print function f() end", "local f <const> = {} function f.g() end",
        "local x <const>, y = 1, 2 y = 3", "local x < const > = 1", "local x<const>, y<const> = 1, 2 x, y = 3, 4",
        "x = 1", "x, y = 1", "x, y = ", "x, 1 = 1", "x.y, z[1] = 1, 2", "x", "x.y", "x:y", "x:y()", "x:y'z'", "x:y{}", "x:y.z()",
        "x.y:z = 1", "(x) = 1", "(x).y = 1", "(x)[1] = 1", "(f()) = 1", "(f())", "(f())()", "f() = 1", "f().x = 1", "f().x",
        "f'' ''", "f{}{}", "f[[x]]", "f[=[x]=]", "f\n(1)", "f\n\"x\"", "('x'):rep(2)", "'x':rep(2)", "{}.x = 1", "({}).x = 1",
        "1", "1()", "nil()", "function() end", "function f() end", "function f.g.h() end", "function f:g() end",
        "function f:g:h() end", "function f.g:h() end", "function f:g.h() end", "function f[1]() end", "function (f)() end",
        "return function(a, b, ...) end", "return function(..., a) end", "return function(a,) end", "return function(a b) end",
        "return function(self, self) end", "function f(1) end", "function f(...) return ... end", "function f() return ... end",
        "return ...", "local function g() local h = function(...) return ... end end", "do end", "do", "do end end", "end", "do do end",
        "if x then end", "if x then else end", "if x then elseif y then else end", "if x then else elseif y then end",
        "if x end", "if then end", "if x then", "if x then else else end", "else", "elseif x then", "until x", "then",
        "while x do end", "while do end", "while x end", "while true do break end", "break", "if x then break end",
        "do break end", "while x do local function f() break end end", "repeat until x", "repeat local x until x", "repeat",
        "repeat end", "repeat break until x", "for i = 1, 2 do end", "for i = 1, 2, 3 do end", "for i = 1 do end",
        "for i = 1, 2, 3, 4 do end", "for i, j = 1, 2 do end", "for i in x do end", "for i, j in x, y do end", "for in x do end",
        "for i x do end", "for i.j in x do end", "for 1 in x do end", "for i = 1, 2 end", "for i in x do i = 1 end",
        "for i = 1, 2 do break break end", "goto x", "goto x ::x::", "::x:: goto x", "::x:: ::x::", "::x:: do ::x:: end",
        "do ::x:: end ::x::", "do goto x end ::x::", "goto x do ::x:: end", "goto x local a ::x::", "goto x local a ::x:: print(a)",
        "do goto x local a ::x:: end", "do goto x local a ::x:: ; end", "do goto x local a ::x:: ::y:: end",
        "repeat goto x local a ::x:: until a", "::x::: ", "::x", ":: x ::", "::1::", "goto 1", "goto", "goto = 1", "goto.x = 1",
        "function f() goto x end ::x::", "::x:: function f() goto x end", "while x do goto continue local a ::continue:: end",
        "while x do goto continue local a ::continue:: a = 1 end", "goto x; local a <const> = 1 ::x:: print(a)",
        "do goto l1 end; do ::l1:: end", "::a:: goto b ::b:: goto a", "if x then goto out end local y ::out::",
        "return 1 + 2 - 3 * 4 / 5 // 6 % 7 ^ 8 .. 9", "return a < b <= c > d >= e == f ~= g", "return a & b | c ~ d << e >> f",
        "return not not x", "return - - x", "return ~~x", "return ##x", "return --x\n1", "return -x^-y", "return 2^-3^2", "return a or b and c",
        "return a ! b", "return a != b", "return a && b", "return a || b", "x += 1", "x++", "return x ? 1 : 2", "return a = b", "if a = b then end",
        "return 1 +", "return + 1", "return * 1", "return .. x", "return x ..", "return 1..2", "return 1 ..2", "return 1. .. 2", "return a..b",
        "return ()", "return (1", "return (1))", "return ((1))", "return (1, 2)", "return {", "return }", "return {}", "return {,}", "return {;}",
        "return {1,}", "return {1;}", "return {1,,}", "return {1 2}", "return {a = 1, b = 2; c}", "return {a = }", "return {a.b = 1}",
        "return {[1] = 2}", "return {[1] 2}", "return {[] = 2}", "return {[1, 2] = 3}", "return {[ [[x]] ] = 1}", "return {[[x]] = 1}",
        "return {f = function() end, ...}", "return {a == 1}", "return {nil = 1}", "return {end = 1}", "return {a\n=\n1}",
        "x[", "x[]", "x[1", "x[1] = 2", "x[1][2].y = 3", "x.", "x.1", "x.end", "x.nil = 1", "x..y", "x. y = 1", "x : y ( )",
        "f(", "f(1", "f(1,", "f(1,)", "f(,1)", "f(1 2)", "f(1;2)", "f(...)", "f(function() end)", "f(function() end", "f(if)",
        "local t = {} t.x = function(self) return self end", "and", "return and 1", "return 1 and", "return not", "in", "local in = 1",
        "local end", "local goto", "local goto = 1", "local _ENV = {} x = 1", "local function f(_ENV) x = 1 end", "_ENV.x = 1", "_ENV = nil",
        "local a <const> = 5; return a", "local a<const> = 'x' .. 'y'; a = 1",
        // Numbers
        "return 0", "return 00", "return 1.", "return .1", "return .", "return 1.5e3", "return 1e", "return 1e+", "return 1e+5", "return 1E-5",
        "return 1e5e", "return 3x", "return 3_", "return 0x", "return 0xg", "return 0xA", "return 0X.8", "return 0x.", "return 0x1p", "return 0x1p4",
        "return 0x1p-4", "return 0x1e+1", "return 0xep1", "return 0x1.8P+2", "return 1..", "return 1...", "return 3..2", "return 3...2", "return 1.2.3",
        "return 9223372036854775807", "return 9223372036854775808", "return 0xffffffffffffffffff", "return 1e400", "return 08", "return 1f", "return 0b1",
        "return 12a", "return 1and 2", "return 1 and2", "return 0xfor", "return 1or 2", "return 1e5or 2", "return 0x1pf", "return 1E+", "return .e1", "return ..1",
        // Strings
        "return ''", "return \"\"", "return '", "return '\n'", "return 'a\\\nb'", "return 'a\\\r\nb'", "return '\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\''",
        "return '\\q'", "return '\\x41'", "return '\\x4'", "return '\\xg1'", "return '\\x'", "return '\\65'", "return '\\065'", "return '\\256'",
        "return '\\2555'", "return '\\999'", "return '\\z  \n  x'", "return '\\z", "return '\\", "return '\\u{41}'", "return '\\u{7FFFFFFF}'",
        "return '\\u{80000000}'", "return '\\u{}'", "return '\\u41'", "return '\\u{41'", "return '\\u{g}'", "return '\\u{000000000041}'", "return '\\z\\q'",
        "return \"it's\"", "return 'say \"hi\"'", "return 'größe 🌊'", "return größe", "größe = 1", "x = 'a' 'b'", "return \"\\\"", "return 'a\rb'",
        "return [[x]]", "return [==[x]]]==]", "return [==[x]]", "return [[", "return [=x", "return [=", "return [==", "return [[\n\n]]", "return [[\r\n]]]]",
        "return [[a]b]]", "return [=[a]=b]=]", "x = [[\n", "return ]]", "return [ [x]]",
        // Comments
        "-- x", "--[[ x ]]", "--[[ x", "--[==[ x ]] ]==]", "--[=x\nreturn", "--[ [x\n]]", "--[[\n\n]] return 1", "return --[[x]] 1", "--", "---[[ x\nreturn 1",
        "-- \0 \nreturn 1", "--[==[\n]]", "x = 1 --[[ ]] y = 2", "#!/bin/lua", "# x", "\u{FEFF}return 1",
        // Bytes that begin nothing
        "@", "$x = 1", "x = 1 @", "`x`", "return \\", "x = ?", "!", "\0", "x = 1\0", "return '\0'", "return '\\0'", "\u{1B}Lua",
    ]

    /// Faults behind some lines, and what a fault's line depends on.
    private static let long: [String] = [
        "if x then\n  print(1)\n", "do\n\n\n", "function f()\n  if x then\n end\n", "f(\n1,\n2\n", "return {\n1,\n2\n", "return {\n1\n2\n}",
        "x = \n\n", "x =\n1\n+\n", "local a <const> = 1\n\na = 2\n\n", "\n\nbreak\n\n", "do\nbreak\n\n\nend\n\n", "goto a\n\n\n", "do\ngoto a\nend\n\nlocal x\n::a::\nprint(x)",
        "while x do\n  goto b\nend\n\n", "function f()\n\n  goto b\nend\n\nreturn f\n", "function f()\n break\nend\n", "::a::\n\n::a::\n", "--[[\n\n\n", "x = [[\n\n\n", "x = '\n\n",
        "x = 'a\\\n\\\n\\q'", "x = 'a\\z\n\n\n\\q'", "x = [[\n\n]] y", "x = [[\n\n]] [[\n\n]] 5", "f(\n)\n.", "x\n\n\n= = 1", "return 1\n\n,\n\n", "return 1\n\nx", "local x <\n\nfoo\n\n> = 1",
        "local a <close>,\nb <close>\n= nil, nil", "if x\nthen\n\nelse\n\nelse\nend", "x\n=\n{\na\n=\n}\n", "x = {a\n\n=1\n b}", "x = {\na\n\nb}", "x = {\na,\nb\n\n\n. c d}", "for i = 1,\n2\n\ndone",
        "local function f(a,\n\n1) end", "\r\n\r\nx", "\n\r\n\rx", "\n\n\r\rx", "x = 1 -- a\n-- b\n y", "repeat\n\n\n", "repeat\nlocal a\nuntil\n\n", "f\n{\n}\n5", "a.b\n:c\n:d()", "a\n.\nb\n", "\n\nreturn ...\n, function() return\n... end",
        "local t = {\n  one = 1,\n  two = 2\n  three = 3,\n}", "print(\"a\"\nprint(\"b\")", "if a then print(1)\nelse if b then print(2)\nend\n", "bot:command('x', function(ctx)\n  ctx:reply('y'\nend)\n",
        many("x = 1\n", 2_000), many("local a = 1\n", 200), many("local a = 1\n", 201), many("local a = 1\n", 199) + "local function f() end", many("local a = 1\n", 200) + "for i = 1, 2 do end",
        many("do ", 150) + many(" end", 150), many("do ", 250) + many(" end", 250), "return " + many("(", 150) + "1" + many(")", 150), "return " + many("(", 250) + "1" + many(")", 250),
        "return " + many("{", 150) + many("}", 150), "return " + many("{", 300) + many("}", 300), "return " + many("-", 1) + many("not ", 150) + "x", "return " + many("not ", 250) + "x",
        "return " + many("a .. ", 150) + "a", "return " + many("a .. ", 300) + "a", "return " + many("a + ", 5_000) + "a", "return " + many("2 ^ ", 150) + "2", "return " + many("2 ^ ", 300) + "2",
        "return a" + many(".b", 150), "a" + many("()", 5_000), "return a" + many("[1]", 150), "f(" + many("1, ", 240) + "1)", "f(" + many("1, ", 260) + "1)", "return " + many("1, ", 240) + "1", "return " + many("1, ", 260) + "1",
        "return {" + many("1, ", 1_000) + "1}", many("a, ", 150) + "a = 1", many("a, ", 250) + "a = 1", "local " + many("a, ", 199) + "a = 1", "local " + many("a, ", 200) + "a = 1",
        "return function(" + many("a, ", 199) + "a) end", "return function(" + many("a, ", 200) + "a) end", many("::a", 1) + "::", labels(150), labels(250), upvalues(200), upvalues(254), upvalues(255), upvalues(256), many("if x then ", 150) + many("end ", 150),
        many("function f() ", 150) + many("end ", 150), many("if x then elseif ", 1) + many("y then elseif ", 1_000) + "z then end", "return " + many("f(", 150) + many(")", 150), "return " + many("f{", 150) + many("}", 150),
        many("while x do ", 190) + "x" + many(" end", 190), "x = '" + many("a", 100_000) + "'", many("a", 5_000) + " = 1", "return 1" + many("0", 5_000), "return 0x" + many("f", 5_000), "return 0." + many("0", 5_000) + "1",
    ]

    static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    private static func labels(_ count: Int) -> String { (0..<count).map { "::l\($0)::" }.joined(separator: " ") }

    /// A function that uses that many locals of the functions around it.
    private static func upvalues(_ count: Int) -> String {
        let names = (0..<count).map { "v\($0)" }
        let split = names.count / 2
        let outer = names[..<split].map { "local \($0)" }.joined(separator: "\n")
        let inner = names[split...].map { "local \($0)" }.joined(separator: "\n")
        let uses = names.map { "u = \($0)" }.joined(separator: "\n")
        return "local u\n\(outer)\nreturn function()\n\(inner)\nreturn function()\n\(uses)\nend\nend"
    }
}
