import LuaRuntime
import Testing

/// What patterns answer, one call a line: `find`, `match`, `gsub` are the library's, `all` gathers what `gmatch` gives.
@Suite struct PatternTableTests {
    private static let table = #"""
        find("hello world", "world") --> 7 11
        find("hello world", "o w") --> 5 7
        find("hello", "xyz") --> nil
        find("hello", "") --> 1 0
        find("", "") --> 1 0
        find("", "a") --> nil
        find("hello", "l", 1) --> 3 3
        find("hello", "l", 4) --> 4 4
        find("hello", "l", 5) --> nil
        find("hello", "l", -2) --> 4 4
        find("hello", "l", -100) --> 3 3
        find("hello", "h", 0) --> 1 1
        find("hello", "", 6) --> 6 5
        find("hello", "", 7) --> nil
        find("hello", "", 100) --> nil
        find("hello", "o", math.maxinteger) --> nil
        find("hello", "h", math.mininteger) --> 1 1
        find("a.b", ".", 1, true) --> 2 2
        find("a.b", ".", 2, true) --> 2 2
        find("a+b", "+", 1, true) --> 2 2
        find("a[b", "[", 1, true) --> 2 2
        find("a%b", "%", 1, true) --> 2 2
        find("a\0b", "\0") --> 2 2
        find("a\0b\0c", "b\0c") --> 3 5
        find("a\0b\0c", "\0c", 1, true) --> 4 5
        find("aaab", "aab", 1, true) --> 2 4
        find(12345, 34) --> 3 4
        find("x=1", "=", "2") --> 2 2
        match("hello", "l+") --> "ll"
        match("hello", "(h)(e)(l)") --> "h" "e" "l"
        match("hello", ".-l") --> "hel"
        match("hello", ".*l") --> "hell"
        match("hello", "x*") --> ""
        match("hello", "xl*") --> nil
        match("hello", "^h") --> "h"
        match("hello", "^e") --> nil
        match("hello", "o$") --> "o"
        match("hello", "l$") --> nil
        match("hello", "^hello$") --> "hello"
        match("", "^$") --> ""
        match("a$b", "a$b") --> "a$b"
        match("a^b", "a^b") --> "a^b"
        match("$", "$$") --> "$"
        match("^", "^^") --> "^"
        match("hello", "hel?lo") --> "hello"
        match("helo", "hel?l?l?o") --> "helo"
        match("aaa", "a-") --> ""
        match("aaa", "a-$") --> "aaa"
        match("aaa", "^a-$") --> "aaa"
        match("aaab", "a-b") --> "aaab"
        match("key = value", "^(%w+)%s*=%s*(%w+)$") --> "key" "value"
        match("  trim me  ", "^%s*(.-)%s*$") --> "trim me"
        match("2024-05-17", "(%d+)-(%d+)-(%d+)") --> "2024" "05" "17"
        match("!roll 2d6 now", "^!(%a+)%s+(.*)$") --> "roll" "2d6 now"
        match("abc", "()b()") --> 2 3
        match("abc", "()") --> 1
        match("abc", "()", 4) --> 4
        match("abc", "()", 5) --> nil
        match("abc", "(())") --> "" 1
        match("abc", "((a)(b))") --> "ab" "a" "b"
        match("abc", "((a(b(c))))") --> "abc" "abc" "bc" "c"
        match("aXb", "%u") --> "X"
        match("aXb", "%U+") --> "a"
        match("abc123", "%a+") --> "abc"
        match("abc123", "%A+") --> "123"
        match("abc123", "%d+") --> "123"
        match("abc123", "%D+") --> "abc"
        match("a\tb", "%c") --> "\9"
        match("a\tb", "%s") --> "\9"
        match("\t\n", "%C") --> nil
        match("a,b", "%p") --> ","
        match("a,b", "%P") --> "a"
        match("a b", "%g+") --> "a"
        match("\1 b", "%G+") --> "\1 "
        match("abCD", "%l+") --> "ab"
        match("abCD", "%L+") --> "CD"
        match("a_b1", "%w+") --> "a"
        match("a_b1", "%W") --> "_"
        match("xyz09AFaf!", "%x+$") --> nil
        match("09AFaf!", "%x+") --> "09AFaf"
        match("ghi0", "%X+") --> "ghi"
        match("a\0b", "%z") --> "\0"
        match("a\0b", "%Z+") --> "a"
        match("a\0b", "[\0]") --> "\0"
        match("a\0b", "[^\0]+") --> "a"
        #match("a\255b", "\255") --> 1
        #match("a\255b", "[\128-\255]") --> 1
        match("\228\246", "%a") --> nil
        match("a.b", "%.") --> "."
        match("a%b", "%%") --> "%"
        match("a]b", "%]") --> "]"
        match("f(x)", "%((.)%)") --> "x"
        match("abc", "[abc]+") --> "abc"
        match("abcd", "[^d]+") --> "abc"
        match("a-b", "[a-]+") --> "a-"
        match("a-b", "[-a]+") --> "a-"
        match("a-b", "[b-]+") --> "-b"
        match("a]b", "[]]") --> "]"
        match("a]b", "[^]]+") --> "a"
        match("a]b", "[]b]+") --> "]b"
        match("a^b", "[b^]+") --> "^b"
        match("a^b", "[%^]") --> "^"
        match("x5y", "[%d]") --> "5"
        match("x5y", "[^%d]+") --> "x"
        match("a_1", "[%w_]+") --> "a_1"
        match("a-1", "[%a-]+") --> "a-"
        match("a-c", "[a%-c]+") --> "a-c"
        match("b", "[a-c]") --> "b"
        match("b", "[c-a]") --> nil
        match("-", "[%a-z]") --> "-"
        match("a%c", "[%%]") --> "%"
        match("a.c", "[.]") --> "."
        match("abc", "[a-]b") --> "ab"
        match("[[x]]", "%[%[(.-)%]%]") --> "x"
        match("f(a(b)c)d", "%b()") --> "(a(b)c)"
        match("f(a(b)c", "%b()") --> "(b)"
        match("f(a(b)c", "%b()", 3) --> "(b)"
        match("xaaxaax", "%bxx") --> "xaax"
        match("begin x end", "%bbd") --> "begin x end"
        match("a}b{c}", "%b{}") --> "{c}"
        match("THE (quick) fox", "%f[%a]%a+") --> "THE"
        match("THE (quick) fox", "%f[%l]%a+") --> "quick"
        find("THE (quick) fox", "%f[%a]%a+%f[%A]", 5) --> 6 10
        match("abc", "%f[%z]") --> ""
        find("abc", "%f[%z]") --> 4 3
        find("abc", "%f[^%z]") --> 1 0
        find("abc", "%f[b]") --> 2 1
        find("", "%f[%z]") --> nil
        find("a\0b", "%f[%z]") --> 2 1
        match("abcabc", "(abc)%1") --> "abc"
        match("abcabd", "(abc)%1") --> nil
        match('say "hi" now', "([\"'])(.-)%1") --> "\"" "hi"
        match("=====", "^(=*)=%1$") --> "=="
        match("====", "^(=*)=%1$") --> nil
        match("aa bb", "(%a)%1%s(%a)%2") --> "a" "b"
        match("x", "()%1") --> nil
        match("abab", "((a)b)%1") --> "ab" "a"
        match("abab", "((a)b)%2") --> "ab" "a"
        match("hello", "(h)(.)%2") --> nil
        match("hello", "(h)(.)(l)%3") --> "h" "e" "l"
        find("abc", "(b)(c)") --> 2 3 "b" "c"
        find("abc", "()b()") --> 2 2 2 3
        find("a.b.c", "%.", 3) --> 4 4
        find("aXbX", "X$") --> 4 4
        find("aXbX", "^X") --> nil
        find("aXbX", "^X", 2) --> 2 2
        find("aXbX", "^b", 3) --> 3 3
        match("aXbX", "^b", 3) --> "b"
        match("abc", "b", -2) --> "b"
        match("abc", "^b", -2) --> "b"
        match("abc", "c", -1) --> "c"
        match("abc", "a", -1) --> nil
        match("a", ".?.?.?a") --> "a"
        match("aaa", "a?a?a?aaa") --> "aaa"
        match("ab", "a*ab") --> "ab"
        match("aab", "a-ab") --> "aab"
        match("aaab", "a+ab") --> "aaab"
        match("0x1F", "^0[xX](%x+)$") --> "1F"
        match("user@host.com", "^[%w._]+@[%w.]+%.%a%a+$") --> "user@host.com"
        match("#ff00AA", "^#(%x%x)(%x%x)(%x%x)$") --> "ff" "00" "AA"
        match("a b  c", "(%S+)%s+(%S+)%s+(%S+)") --> "a" "b" "c"
        match("x", "%q") --> nil
        match("q", "%q") --> "q"
        match("5", "%5") --> error: invalid capture index %5
        match(123, 2) --> "2"
        gsub("hello world", "o", "0") --> "hell0 w0rld" 2
        gsub("hello world", "o", "0", 1) --> "hell0 world" 1
        gsub("hello world", "o", "0", 0) --> "hello world" 0
        gsub("hello world", "o", "0", -1) --> "hello world" 0
        gsub("hello", "", "-") --> "-h-e-l-l-o-" 6
        gsub("hello", "", "-", 3) --> "-h-e-llo" 3
        gsub("", "", "x") --> "x" 1
        gsub("", "a", "x") --> "" 0
        gsub("abc", "%w", "%0%0") --> "aabbcc" 3
        gsub("abc", "%w", "%1") --> "abc" 3
        gsub("abc", "(%w)", "<%1>") --> "<a><b><c>" 3
        gsub("hello world", "(%w+) (%w+)", "%2 %1") --> "world hello" 1
        gsub("abc", "()", "%1") --> "1a2b3c4" 4
        gsub("abc", "(b)()", "%2%1") --> "a3bc" 1
        gsub("abc", "b", "%%") --> "a%c" 1
        gsub("abc", "b", "a\0b") --> "aa\0bc" 1
        gsub("abc", "^a", "x") --> "xbc" 1
        gsub("aaa", "^a", "x") --> "xaa" 1
        gsub("aaa", "a$", "x") --> "aax" 1
        gsub("abc", "$", "x") --> "abcx" 1
        gsub("abc", "^", "x") --> "xabc" 1
        gsub("abc def", "%f[%w]%w+", "<%0>") --> "<abc> <def>" 2
        gsub("abc", "b*", "x") --> "xaxcx" 3
        gsub("abc", "b-", "x") --> "xaxbxcx" 4
        gsub("aabb", "a*", "x") --> "xbxbx" 3
        gsub("abc", ".", {a = 1, b = true}) --> error: invalid replacement value (a boolean)
        gsub("abc", ".", {a = "1", b = false}) --> "1bc" 3
        gsub("abc", "(.)(.)", {a = "1"}) --> "1c" 1
        gsub("abc", "()", {[1] = "first", [3] = 3}) --> "firstab3c" 4
        gsub("abc", ".", function(c) return c:upper() end) --> "ABC" 3
        gsub("abc", ".", function(c) if c == "b" then return nil end return false end) --> "abc" 3
        gsub("abc", "(.)(.)", function(a, b) return b .. a end) --> "bac" 1
        gsub("abc", "()", function(at) return at end) --> "1a2b3c4" 4
        gsub("abc", ".", function() return 1.5 end) --> "1.51.51.5" 3
        gsub("$name is $age", "%$(%w+)", {name = "Ann", age = 7}) --> "Ann is 7" 2
        gsub("x = 1", "%s+", "") --> "x=1" 2
        gsub("a,b,,c", ",", ";") --> "a;b;;c" 3
        gsub("hello", "l", 1) --> "he11o" 2
        gsub(12321, 2, "x") --> "1x3x1" 2
        gsub("abc", "b", setmetatable({}, {__index = function(_, k) return k .. k end})) --> "abbc" 1
        gsub("abc", "b", "x", 1.0) --> "axc" 1
        all("one two three", "%a+") --> "\"one\" nil nil; \"two\" nil nil; \"three\" nil nil"
        all("k1=v1, k2=v2", "(%w+)=(%w+)") --> "\"k1\" \"v1\" nil; \"k2\" \"v2\" nil"
        all("abc", "") --> "\"\" nil nil; \"\" nil nil; \"\" nil nil; \"\" nil nil"
        all("abc", "b*") --> "\"\" nil nil; \"b\" nil nil; \"\" nil nil"
        all("abc", "^a") --> ""
        all("^a^a", "^a") --> "\"^a\" nil nil; \"^a\" nil nil"
        all("aaa", "a$") --> "\"a\" nil nil"
        all("abc", "()") --> "1 nil nil; 2 nil nil; 3 nil nil; 4 nil nil"
        all("abc", "x") --> ""
        all("", "") --> "\"\" nil nil"
        all("", "a") --> ""
        all("hello world", "o", 6) --> "\"o\" nil nil"
        all("hello world", "o", -3) --> ""
        all("hello", "l", 100) --> ""
        all("hello", "", 6) --> "\"\" nil nil"
        all("hello", "", 7) --> ""
        all("a1b22", "(%a)(%d+)") --> "\"a\" \"1\" nil; \"b\" \"22\" nil"
        all("xx", "(x)()") --> "\"x\" 2 nil; \"x\" 3 nil"
        all("THE (quick) fox", "%f[%a]%a+") --> "\"THE\" nil nil; \"quick\" nil nil; \"fox\" nil nil"
        find("a", "[a") --> error: malformed pattern (missing ']')
        find("a", "[]") --> error: malformed pattern (missing ']')
        find("a", "[^]") --> error: malformed pattern (missing ']')
        find("a", "[") --> error: malformed pattern (missing ']')
        find("a", "[%") --> error: malformed pattern (missing ']')
        find("a", "[a%") --> error: malformed pattern (missing ']')
        find("a", "[a-") --> error: malformed pattern (missing ']')
        find("a", "%") --> error: malformed pattern (ends with '%')
        find("a", "a%") --> error: malformed pattern (ends with '%')
        find("a", "b%") --> nil
        find("a", "(a") --> error: unfinished capture
        find("a", "((a)") --> error: unfinished capture
        find("a", "a)") --> nil
        find("a", ")") --> nil
        find("a", "(") --> error: unfinished capture
        find("a", "%1") --> error: invalid capture index %1
        find("a", "%9(a)") --> error: invalid capture index %9
        find("a", "(a%1)") --> error: invalid capture index %1
        find("a", "%0") --> error: invalid capture index %0
        find("a", "%b") --> error: malformed pattern (missing arguments to '%b')
        find("a", "%ba") --> error: malformed pattern (missing arguments to '%b')
        find("a", "%f") --> error: missing '[' after '%f' in pattern
        find("a", "%fa") --> error: missing '[' after '%f' in pattern
        find("a", "(a)%2") --> error: invalid capture index %2
        find("b", "a(") --> nil
        find("b", "a%") --> nil
        match("a", ("(a)"):rep(33)) --> nil
        match(("a"):rep(33), ("(a)"):rep(33)) --> error: too many captures
        select("#", match(("a"):rep(32), ("(a)"):rep(32))) --> 32
        match("a", ("a?"):rep(199)) --> "a"
        match("a", ("a?"):rep(300)) --> "a"
        #match(("a"):rep(300), ("a?"):rep(199)) --> 199
        match(("a"):rep(300), ("a?"):rep(200)) --> error: pattern too complex
        match(("a"):rep(10), ("(a?"):rep(10) .. (")"):rep(10)) --> "aaaaaaaaaa" "aaaaaaaaa" "aaaaaaaa" "aaaaaaa" "aaaaaa" "aaaaa" "aaaa" "aaa" "aa" "a"
        match("", ("a*"):rep(1000)) --> ""
        gsub("abc", "b", "%") --> error: invalid use of '%' in replacement string
        gsub("abc", "b", "%2") --> error: invalid capture index %2
        gsub("abc", "(b)", "%2") --> error: invalid capture index %2
        gsub("abc", "b", "%a") --> error: invalid use of '%' in replacement string
        gsub("abc", "b", "x%") --> error: invalid use of '%' in replacement string
        gsub("abc", "(b", "x") --> "axc" 1
        gsub("abc", ".", {a = {}}) --> error: invalid replacement value (a table)
        gsub("abc", ".", function() return {} end) --> error: invalid replacement value (a table)
        gsub("abc", ".", function() return print end) --> error: invalid replacement value (a function)
        gsub("abc", "b", true) --> error: bad argument #3 to 'gsub' (string/function/table expected, got boolean)
        gsub("abc", "b") --> error: bad argument #3 to 'gsub' (string/function/table expected, got no value)
        gsub("abc", "b", nil) --> error: bad argument #3 to 'gsub' (string/function/table expected, got nil)
        gsub("abc", "b", "x", "y") --> error: bad argument #4 to 'gsub' (number expected, got string)
        gsub("abc") --> error: bad argument #2 to 'gsub' (string expected, got no value)
        gsub({}, "b", "x") --> error: bad argument #1 to 'gsub' (string expected, got table)
        gsub("abc", {}, "x") --> error: bad argument #2 to 'gsub' (string expected, got table)
        gsub("abc", "b", {}, {}) --> error: bad argument #4 to 'gsub' (number expected, got table)
        find("abc") --> error: bad argument #2 to 'find' (string expected, got no value)
        find() --> error: bad argument #1 to 'find' (string expected, got no value)
        find(nil, "a") --> error: bad argument #1 to 'find' (string expected, got nil)
        find("abc", "b", {}) --> error: bad argument #3 to 'find' (number expected, got table)
        find("abc", "b", 1.5) --> error: bad argument #3 to 'find' (number has no integer representation)
        match("abc") --> error: bad argument #2 to 'match' (string expected, got no value)
        match("abc", "b", "x") --> error: bad argument #3 to 'match' (number expected, got string)
        all("abc") --> error: bad argument #2 to 'gmatch' (string expected, got no value)
        all("abc", {}) --> error: bad argument #2 to 'gmatch' (string expected, got table)
        all("abc", "(") --> error: unfinished capture
        all("abc", "b", "x") --> error: bad argument #3 to 'gmatch' (number expected, got string)
        """#

    /// Answers how many lines there are, and those that come out differently with the library `lib`.
    private static let driver = #"""
        local function shown(...)
          local texts = table.pack(...)
          for i = 1, texts.n do
            local value = texts[i]
            texts[i] = type(value) == "string" and ("%q"):format(value) or tostring(value)
          end
          return table.concat(texts, " ", 1, texts.n)
        end
        local function all(...)
          local results = {}
          for a, b, c in lib.gmatch(...) do results[#results + 1] = shown(a, b, c) end
          return table.concat(results, "; ")
        end
        local names = {find = lib.find, match = lib.match, gsub = lib.gsub, all = all, math = math, select = select,
          setmetatable = setmetatable, print = print}
        local count, wrong = 0, {}
        for line in (cases .. "\n"):gmatch("(.-)\n") do
          local call, expected = line:match("^(.-) %-%-> (.*)$")
          local results = table.pack(pcall(assert(load("return " .. call, "=case", "t", names))))
          local answer = results[1] and shown(table.unpack(results, 2, results.n))
            or "error: " .. tostring(results[2]):gsub("^[^:]+:%d+: ", "")
          count = count + 1
          if answer ~= expected then wrong[#wrong + 1] = call .. " --> " .. answer end
        end
        return count, table.concat(wrong, "\n")
        """#

    @Test(arguments: ["string", "stock.string"])
    func everyCallOfTheTableAnswersAsWritten(_ library: String) async throws {
        let script = try await Script()
        await script.engine.run { state in
            state.exposeStockLibraries()
            state.push(PatternTableTests.table)
            state.setGlobal("cases")
        }
        let results = try await script.run("lib = \(library) " + PatternTableTests.driver)
        #expect(results == [288, ""])
    }

    @Test func theFunctionsAreOursAndTextsFindThemAsTheirMethods() async throws {
        let script = try await Script()
        await script.engine.run { $0.exposeStockLibraries() }
        let same = try await script.run(
            """
            local same = 0
            for _, name in ipairs {"find", "match", "gmatch", "gsub", "rep", "upper", "lower", "reverse", "format", "pack"} do
              if string[name] == stock.string[name] or ("")[name] ~= string[name] then same = same + 1 end
            end
            for _, name in ipairs {"insert", "remove", "move", "concat", "sort"} do
              if table[name] == stock.table[name] then same = same + 1 end
            end
            return same, getmetatable("").__index == string
            """)
        #expect(same == [0, true])
    }

    @Test func anIteratorThatFailedStaysFailed() async throws {
        let script = try await Script()
        let answers = try await script.text(
            """
            local each = ("a"):rep(300):gmatch(("a?"):rep(201))
            local _, first = pcall(each)
            local _, second = pcall(each)
            return first .. "; " .. second
            """)
        #expect(answers == "pattern too complex; this iterator of string.gmatch has failed before")
    }

    /// Lua's own iterator forgets its depth limit when it is called again after this error, and overruns the stack.
    @Test func anIteratorThatIsCalledAgainAfterAnErrorDoesNotOverrunTheStack() async throws {
        let script = try await Script()
        let answer = try await script.text(
            """
            local each = ("a"):rep(200000):gmatch(("a?"):rep(200000))
            for _ = 1, 300 do pcall(each) end
            return select(2, pcall(each))
            """)
        #expect(answer == "this iterator of string.gmatch has failed before")
    }
}
