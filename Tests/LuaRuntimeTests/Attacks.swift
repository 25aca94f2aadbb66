import Testing

/// What a script may try with C functions, patterns, texts and memory.
struct Attack: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    /// How it ends: nil by the CPU budget, which nothing absorbs; else with an error that can be caught and says this.
    let problem: String?

    init(_ name: String, _ text: String, raises problem: String? = nil) {
        self.name = name
        self.text = text
        self.problem = problem
    }

    var testDescription: String { name }

    /// Each would run for seconds to ages, some in the loop around them.
    static let endless = [
        Attack("four lazy quantifiers", "string.find(('a'):rep(250), '.-.-.-.-b$')"),
        Attack("three lazy captures", "string.match(('a'):rep(3000), '(.-)(.-)(.-)b')"),
        Attack("a lazy item on a long text", "string.find(('a'):rep(100000), '.-b')"),
        Attack("a pattern of 100,000 characters", "string.find(('a'):rep(300000), ('a'):rep(100000) .. '.-b')"),
        Attack("thirty greedy items", "string.find(('a'):rep(1000), ('a*'):rep(30) .. 'b')"),
        Attack("gsub with thirty lazy items", "string.gsub(('a'):rep(1000), ('a-'):rep(30) .. 'b', '')"),
        Attack("gmatch that finds nothing", "for _ in string.gmatch(('a'):rep(5000), '.-.-.-b') do end"),
        Attack("brackets that are never balanced", "string.find(('('):rep(200000), '%b()')"),
        Attack("huge sets", "string.find(('a'):rep(20000), ('[' .. ('b'):rep(100000) .. ']*'):rep(3) .. 'c')"),
        Attack("frontiers", "string.find(('ab'):rep(100000), '%f[b].-.-c')"),
        Attack("back references", "string.find(('ab'):rep(50000), '(a.-)%1%1c')"),
        Attack("gsub inside gsub", "string.gsub('x', 'x', function() string.find(('a'):rep(250), '.-.-.-.-b$') end)"),
        Attack(
            "a match in __tostring",
            "tostring(setmetatable({}, {__tostring = function() return (('a'):rep(250):gsub('.-.-.-.-b$', '')) end}))"),
        Attack(
            "a match, then a message handler that spins",
            "xpcall(string.find, function() while true do end end, ('a'):rep(250), '.-.-.-.-b$')"),
        Attack(
            "a match, then a message handler that matches",
            "xpcall(string.find, function() string.find(('a'):rep(250), '.-.-.-.-b$') end, ('a'):rep(250), '.-.-.-.-b$')"
        ),
        Attack(
            "plain finds that nearly fit",
            "local s = ('a'):rep(1000000) while true do s:find(('a'):rep(1000) .. 'b', 1, true) end"),
        Attack("gsub with C functions", "while true do string.gsub(('a'):rep(100000), '', type) end"),
        Attack("rep of nothing", "while true do (''):rep(1 << 60) end"),
        Attack("rep of much", "while true do ('x'):rep(4000000) end"),
        Attack(
            "upper, lower, reverse", "local s = ('a'):rep(1000000) while true do s:upper() s:lower() s:reverse() end"),
        Attack(
            "utf8.len and offset",
            "local s = ('é'):rep(500000) while true do utf8.len(s) utf8.offset(s, 400000) utf8.offset(s, -400000) end"),
        Attack(
            "continuation bytes",
            "local s = ('\\x80'):rep(1000000) while true do pcall(utf8.offset, s, 0, -1) pcall(utf8.codes(''), s, 1) end"
        ),
        Attack(
            "format of 100,000 floats",
            "while true do pcall(string.format, ('%99.99f'):rep(100000), table.unpack({}, 1, 100000)) end"),
        Attack("format of zeros", "while true do string.format('%q', ('\\0'):rep(100000)) end"),
        Attack("packsize", "while true do pcall(string.packsize, ('i4'):rep(30000)) end"),
        Attack("os.date", "while true do os.date(('%c'):rep(2000)) end"),
        Attack("load of a mebibyte", "local s = ('x=1 '):rep(200000) while true do load(s) end"),
        Attack(
            "tracebacks of a deep stack",
            "local function f(n) if n == 0 then while true do debug.traceback('x') end end return f(n - 1) + 1 end f(150000)"
        ),
        Attack("table.move of 2^60", "table.move({}, 1, 1 << 60, 2)"),
        Attack("table.move backwards", "table.move({}, 1, 1 << 60, -(1 << 60))"),
        Attack("table.move elsewhere", "table.move({1}, 1, 1 << 40, 1, {})"),
        Attack(
            "insert into a table that says it is long",
            "table.insert(setmetatable({}, {__len = function() return math.maxinteger - 1 end}), 1, 1)"),
        Attack(
            "insert through metamethods that are tables",
            "table.insert(setmetatable({}, {__len = function() return 1 << 50 end, __index = {}, __newindex = {}}), 1, 1)"
        ),
        Attack(
            "remove from a table that says it is long",
            "table.remove(setmetatable({}, {__len = function() return 1 << 50 end}), 1)"),
        Attack(
            "concat of 2^50 empty texts",
            "table.concat(setmetatable({}, {__index = function() return '' end}), '', 1, 1 << 50)"),
        Attack(
            "sort of 2^31 elements",
            "table.sort(setmetatable({}, {__len = function() return (1 << 31) - 2 end, __index = function(_, k) return k end}))"
        ),
        Attack(
            "sort of 2^31 elements by C functions",
            "table.sort(setmetatable({}, {__len = function() return (1 << 31) - 2 end, __index = type, __newindex = {}}))"
        ),
        Attack(
            "sort by an order in C",
            "table.sort(setmetatable({}, {__len = function() return (1 << 31) - 2 end, __index = type, __newindex = {}}), rawequal)"
        ),
        Attack(
            "sort of long texts",
            "local t = {} for i = 1, 1000 do t[i] = ('x'):rep(20000) .. i end while true do table.sort(t) table.sort(t, function(a, b) return b < a end) end"
        ),
        Attack(
            "sort of 300,000 numbers",
            "local t = {} for i = 1, 300000 do t[i] = i end while true do table.sort(t, function(a, b) return a > b end) table.sort(t) end"
        ),
        Attack("an order that spins", "table.sort({3, 2, 1}, function() while true do end end)"),
    ]

    /// With 8 MiB of memory.
    static let bombs = [
        Attack("rep of 2^60", "return ('x'):rep(1 << 60)", raises: "resulting string too large"),
        Attack("rep of 2^30", "return ('x'):rep(1 << 30)", raises: "not enough memory"),
        Attack("rep with a separator", "return ('x'):rep(1 << 22, ('y'):rep(100))", raises: "not enough memory"),
        Attack("rep of a long text", "local s = ('x'):rep(3 << 20) return s:rep(4)", raises: "not enough memory"),
        Attack("doubling", "local s = 'x' while true do s = s .. s end", raises: "not enough memory"),
        Attack(
            "gsub by a long text", "return (('x'):rep(100000):gsub('x', ('y'):rep(1000)))", raises: "not enough memory"),
        Attack(
            "gsub of nothing by a long text",
            "return (('x'):rep(100000):gsub('', ('%0'):rep(500) .. ('y'):rep(100)))", raises: "not enough memory"),
        Attack(
            "gsub by a function's text",
            "local s = ('y'):rep(10000) return (('x'):rep(100000):gsub('x', function() return s end))",
            raises: "not enough memory"),
        Attack(
            "gsub by a table's text",
            "local s = ('y'):rep(10000) return (('x'):rep(100000):gsub('x', {x = s}))", raises: "not enough memory"),
        Attack(
            "gmatch that is kept", "local t = {} for c in ('x'):rep(2 << 20):gmatch('.') do t[#t + 1] = {c} end",
            raises: "not enough memory"),
        Attack(
            "format of long texts", "local s = ('y'):rep(3 << 20) return ('%s%s%s'):format(s, s, s)",
            raises: "not enough memory"),
        Attack(
            "format of zeros", "local s = ('\\0'):rep(3 << 20) return ('%q%q'):format(s, s)",
            raises: "not enough memory"),
        Attack("a wide format", "return ('%99999999d'):format(1)", raises: "'%99999999d'"),
        Attack("a long format", "return ('%d'):rep(1 << 20):format(1)", raises: "format longer than 1 MiB"),
        Attack(
            "pack of long texts", "local s = ('y'):rep(3 << 20) return string.pack('s4s4s4', s, s, s)",
            raises: "not enough memory"),
        Attack("pack of a fixed size", "return string.pack('c1000000000', 'x')", raises: "not enough memory"),
        Attack("pack of many", "return string.pack(('c99999999'):rep(100), 'x')", raises: "not enough memory"),
        Attack("pack with a long format", "string.pack(('x'):rep(1 << 17))", raises: "format longer than 64 KiB"),
        Attack("packsize", "string.packsize(('i4'):rep(1 << 17))", raises: "format longer than 64 KiB"),
        Attack("unpack", "string.unpack(('z'):rep(1 << 17), '')", raises: "format longer than 64 KiB"),
        Attack("os.date", "os.date(('%c'):rep(1 << 16))", raises: "format longer than 4 KiB"),
        Attack("all bytes of a text", "return ('x'):rep(2 << 20):byte(1, -1)", raises: "string slice too long"),
        Attack(
            "upper, lower, reverse, rep",
            "return (('x'):rep(2 << 20):upper() .. ('x'):rep(2 << 20):lower()):reverse():rep(2)",
            raises: "not enough memory"),
        Attack(
            "concat of C functions' texts",
            "return table.concat(setmetatable({}, {__len = function() return 1 << 50 end, __index = type}))",
            raises: "not enough memory"),
        Attack(
            "concat of long texts",
            "local s = ('x'):rep(100000) return table.concat(setmetatable({}, {__index = function() return s end}), '', 1, 1 << 50)",
            raises: "not enough memory"),
        Attack(
            "concat with a long separator",
            "return table.concat(setmetatable({}, {__index = type}), ('x'):rep(1000000), 1, 1000)",
            raises: "not enough memory"),
        Attack(
            "move into a table", "return table.move(setmetatable({}, {__index = type}), 1, 1 << 50, 1, {})",
            raises: "not enough memory"),
        Attack("unpack of 10^8", "return table.unpack({}, 1, 1e8)", raises: "too many results to unpack"),
        Attack(
            "unpack of everything", "return table.unpack({}, math.mininteger, math.maxinteger)",
            raises: "too many results to unpack"),
        Attack(
            "unpack of a million, kept", "return {table.unpack({}, 1, 900000)}, {table.unpack({}, 1, 900000)}",
            raises: "not enough memory"),
        Attack(
            "sort of 2^31", "table.sort(setmetatable({}, {__len = function() return 1 << 31 end}))",
            raises: "array too big"),
        Attack(
            "an order that is none", "table.sort({3, 1, 2, 5, 4, 9, 8}, function() return true end)",
            raises: "invalid order function for sorting"),
        Attack("sort of anything", "table.sort({1, 'x'})", raises: "attempt to compare string with number"),
        Attack("insert out of bounds", "table.insert({}, 5, 1)", raises: "position out of bounds"),
        Attack("move behind the end", "table.move({}, 1, math.maxinteger, 2)", raises: "destination wrap around"),
        Attack(
            "move of everything", "table.move({}, math.mininteger, math.maxinteger, 2)",
            raises: "too many elements to move"),
        Attack(
            "concat of tables", "table.concat({{}})", raises: "invalid value (table) at index 1 in table for 'concat'"),
        Attack("201 quantifiers", "string.find(('a'):rep(300), ('a?'):rep(201))", raises: "pattern too complex"),
        Attack("33 captures", "string.find(('a'):rep(99), ('(a)'):rep(33))", raises: "too many captures"),
        Attack(
            "an iterator called after its error",
            "local each = ('a'):rep(99999):gmatch(('a?'):rep(99999)) for _ = 1, 300 do pcall(each) end each()",
            raises: "this iterator of string.gmatch has failed before"),
        Attack("invalid UTF-8", "for _ in utf8.codes('a\\xFF\\x80') do end", raises: "invalid UTF-8 code"),
        Attack("invalid UTF-8, decoded", "utf8.codepoint('\\xED\\xA0\\x80', 1)", raises: "invalid UTF-8 code"),
        Attack(
            "recursion in gsub", "local function f() return (('x'):gsub('x', f)) end f()", raises: "C stack overflow"),
        Attack(
            "recursion in gsub with deep patterns",
            "local function f() return (('x'):gsub(('x?'):rep(190), f)) end f()", raises: "C stack overflow"),
        Attack("recursion in sort", "local function f() table.sort({1, 2}, f) end f()", raises: "C stack overflow"),
        Attack(
            "recursion in concat",
            "local t t = setmetatable({}, {__index = function() return table.concat(t, '', 1, 2) end}) table.concat(t, '', 1, 2)",
            raises: "C stack overflow"),
        Attack(
            "recursion in format",
            "local t t = setmetatable({}, {__tostring = function() return ('%s'):format(t) end}) tostring(t)",
            raises: "C stack overflow"),
        Attack(
            "recursion in load", "local function f() error(select(2, load(f)), 0) end f()",
            raises: "C stack overflow"),
        Attack(
            "a deep expression", "error(select(2, load('return ' .. ('('):rep(100000) .. '1' .. (')'):rep(100000))))",
            raises: "more than 200 levels of nesting"),
        Attack("recursion in Lua", "local function f() return 1 + f() end f()", raises: "not enough memory"),
        Attack("bytecode", "error(select(2, load('\\27Lua')))", raises: "only text is allowed"),
        Attack("a text over a mebibyte", "error(select(2, load((' '):rep(2 << 20))))", raises: "text over 1 MiB"),
        Attack(
            "a million coroutines", "local t = {} for i = 1, 1000000 do t[i] = coroutine.create(print) end",
            raises: "not enough memory"),
    ]
}
