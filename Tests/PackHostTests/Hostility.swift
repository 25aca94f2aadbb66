import Testing

/// What a hostile pack may try, where, and how it ends. `docs/limits.md` shows this list; each row is a test, beside which a
/// healthy pack goes on answering.
struct Hostility: Sendable, CustomTestStringConvertible {
    /// Where the text runs.
    enum Place: String, Sendable { case command, timer, load, setup, handover, teardown }

    /// What ends it, and what is left to see of it.
    enum End: Sendable {
        /// The budget of CPU: nothing absorbs the error.
        case cpu
        /// The memory cap: the error was caught.
        case memory
        /// An error that says this; it can be caught.
        case raises(String)
        /// It comes to its own end: what it asked for was bounded or harmless.
        case ends
    }

    let name: String
    let place: Place
    let end: End
    let text: String

    init(_ name: String, in place: Place = .command, _ end: End, _ text: String) {
        self.name = name
        self.place = place
        self.end = end
        self.text = text
    }

    var testDescription: String { name }

    static let all = loops + places + longCalls + memory + depth + hostCalls + bugs

    private static let forever = "while true do end"

    private static let loops = [
        Hostility("endless loop", .cpu, forever),
        Hostility("goto loop", .cpu, "::top:: goto top"),
        Hostility("endless tail call", .cpu, "local function f() return f() end f()"),
        Hostility("loop inside pcall", .cpu, "while true do pcall(function() while true do end end) end"),
        Hostility("pcall of pcall of a loop", .cpu, "local function f() pcall(f) end while true do pcall(f) end"),
        Hostility("loop in an xpcall handler", .cpu, "xpcall(error, function() while true do end end)"),
        Hostility("loop inside xpcall", .cpu, "while true do xpcall(function() while true do end end, print) end"),
        Hostility("loop in a coroutine", .cpu, "coroutine.wrap(function() while true do end end)()"),
        Hostility(
            "coroutines that are resumed again", .cpu,
            "while true do coroutine.resume(coroutine.create(function() while true do end end)) end"),
        Hostility("loop in __index", .cpu, "return setmetatable({}, {__index = function() while true do end end}).x"),
        Hostility(
            "loop in __eq", .cpu,
            "local m = {__eq = function() while true do end end} return setmetatable({}, m) == setmetatable({}, m)"),
        Hostility(
            "loop in __tostring", .cpu, "tostring(setmetatable({}, {__tostring = function() while true do end end}))"),
        Hostility(
            "loop in __close", .cpu, "local x <close> = setmetatable({}, {__close = function() while true do end end})"),
        Hostility(
            "loop in __close after a loop", .cpu,
            "local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end"),
        Hostility("loop in a sort comparator", .cpu, "table.sort({3, 2, 1}, function() while true do end end)"),
        Hostility(
            "pcall in a sort comparator", .cpu,
            "table.sort({3, 2, 1}, function() while true do pcall(function() while true do end end) end end)"),
        Hostility("loop in a gsub callback", .cpu, "string.gsub('abc', '.', function() while true do end end)"),
        Hostility("loop in an iterator", .cpu, "for _ in function() return 1 end do end"),
        Hostility("loop in a reader of load", .cpu, "load(function() while true do end end)"),
        Hostility("loop in text that is loaded", .cpu, "load('while true do end')()"),
        Hostility(
            "loop in a call that the host makes", .cpu,
            "while true do pcall(call, function() while true do end end) end"),
        Hostility("errors in a loop", .cpu, "while true do pcall(error, 'x') end"),
        Hostility("errors of the host in a loop", .cpu, "while true do pcall(give, 'wrong') end"),
    ]

    private static let places = [
        Hostility("loop after a wait", in: .timer, .cpu, forever),
        Hostility(
            "pcall around a wait and a loop", in: .timer, .cpu,
            "while true do pcall(function() while true do end end) end"),
        Hostility("loop while loading", in: .load, .cpu, forever),
        Hostility(
            "pcall and loop while loading", in: .load, .cpu, "while true do pcall(function() while true do end end) end"
        ),
        Hostility(
            "memory bomb while loading", in: .load, .memory,
            "local t = {} for i = 1, math.huge do t[i] = ('x'):rep(1000) .. i end"),
        Hostility("syntax that does not end", in: .load, .raises("expected"), "local t = {"),
        Hostility("loop in setup", in: .setup, .cpu, forever),
        Hostility("loop in handover", in: .handover, .cpu, forever),
        Hostility("handover of a function", in: .handover, .raises("cannot leave its pack"), "return print"),
        Hostility(
            "handover of two mebibytes", in: .handover, .raises("larger than 1 MiB"), "return ('x'):rep(1 << 21)"),
        Hostility(
            "handover of a table in itself", in: .handover, .raises("contains itself"), "local t = {} t[1] = t return t"
        ),
        Hostility("loop in teardown", in: .teardown, .cpu, forever),
        Hostility(
            "pcall and loop in teardown", in: .teardown, .cpu,
            "while true do pcall(function() while true do end end) end"),
    ]

    private static let longCalls = [
        Hostility("pattern bomb: lazy items", .cpu, "string.find(('a'):rep(250), '.-.-.-.-b$')"),
        Hostility("pattern bomb: greedy items", .cpu, "string.find(('a'):rep(1000), ('a*'):rep(30) .. 'b')"),
        Hostility("pattern bomb: gsub", .cpu, "string.gsub(('a'):rep(1000), ('a-'):rep(30) .. 'b', '')"),
        Hostility("pattern bomb: gmatch", .cpu, "for _ in string.gmatch(('a'):rep(5000), '.-.-.-b') do end"),
        Hostility("pattern bomb: brackets", .cpu, "while true do string.find(('('):rep(20000), '%b()') end"),
        Hostility(
            "sort of a long table", .cpu,
            "local t = {} for i = 1, 200000 do t[i] = -i end while true do table.sort(t) table.sort(t, function(a, b) return a > b end) end"
        ),
        Hostility(
            "sort with an order that contradicts itself", .ends,
            "local t = {} for i = 1, 100 do t[i] = i % 7 end pcall(table.sort, t, function() return true end)"),
        Hostility("table.move of 2^60", .cpu, "table.move({}, 1, 1 << 60, 2)"),
        Hostility(
            "concat of 2^50", .cpu,
            "table.concat(setmetatable({}, {__index = function() return '' end}), '', 1, 1 << 50)"),
        Hostility(
            "insert into what says it is long", .cpu,
            "table.insert(setmetatable({}, {__len = function() return 1 << 50 end}), 1, 1)"),
        Hostility("unpack of 10^8", .raises("too many results"), "return table.unpack({}, 1, 100000000)"),
        Hostility("load of long texts", .cpu, "local s = ('x=1 '):rep(100000) while true do load(s) end"),
        Hostility("load of more than 1 MiB", .raises("over 1 MiB"), "error(select(2, load(('x'):rep(1 << 21))))"),
        Hostility("upper of a mebibyte", .cpu, "local s = ('a'):rep(1 << 20) while true do s:upper() end"),
        Hostility("utf8.len of a mebibyte", .cpu, "local s = ('é'):rep(500000) while true do utf8.len(s) end"),
        Hostility(
            "invalid UTF-8", .ends,
            "for _, s in ipairs {'\\xff', '\\xc0\\x80', '\\xed\\xa0\\x80', '\\xf8'} do emit(s) emit(tostring(utf8.len(s))) end"
        ),
        Hostility("bytecode", .raises("binary chunk"), "error(select(2, load('\\27Lua', 'x', 'b')))"),
    ]

    private static let memory = [
        Hostility("rep of 2^60", .raises("resulting string too large"), "return ('x'):rep(1 << 60, 'y')"),
        Hostility("rep past the cap", .memory, "return ('x'):rep(1 << 30)"),
        Hostility("doubled text", .memory, "local s = 'x' while true do s = s .. s end"),
        Hostility("table of numbers", .memory, "local t = {} for i = 1, math.huge do t[i] = i end"),
        Hostility("table of tables", .memory, "local t = {} for i = 1, math.huge do t[i] = {} end"),
        Hostility("table of texts as keys", .memory, "local t = {} for i = 1, math.huge do t['k' .. i] = true end"),
        Hostility(
            "table of closures", .memory, "local t = {} for i = 1, math.huge do t[i] = function() return i end end"),
        Hostility(
            "a million coroutines", .memory,
            "local t = {} for i = 1, 1000000 do t[i] = coroutine.wrap(function() coroutine.yield() end) t[i]() end"),
        Hostility(
            "concat of many texts", .memory,
            "local t = {} for i = 1, 4000 do t[i] = ('x'):rep(4000) .. i end return table.concat(t)"),
        Hostility(
            "format of wide fields", .memory,
            "local t = {} for i = 1, math.huge do t[i] = ('%99d'):rep(10):format(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) .. i end"
        ),
        Hostility("buffer that gsub grows", .memory, "return (('x'):rep(100000):gsub('x', ('y'):rep(1000)))"),
        Hostility("objects of the host", .memory, "local t = {} for i = 1, math.huge do t[i] = give() end"),
        Hostility(
            "errors of the host that are kept", .memory,
            "local t = {} for i = 1, math.huge do t[i] = select(2, pcall(give, 'wrong')) end"),
    ]

    private static let depth = [
        Hostility("recursion in Lua", .memory, "local function f(n) return f(n + 1) + 1 end f(1)"),
        Hostility("recursion with growing arguments", .memory, "local function f(...) return f(1, ...) end f()"),
        Hostility(
            "recursion in C", .raises("stack overflow"), "local function f() return (string.gsub('x', 'x', f)) end f()"),
        Hostility(
            "recursion in metamethods", .raises("stack overflow"),
            "local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k .. 'x'] end return t.x"),
        Hostility(
            "recursion in coroutines", .raises("stack overflow"),
            "local function f() return coroutine.wrap(f)() end f()"),
        Hostility(
            "recursion in the parser", .raises("200 levels"),
            "error(select(2, load(('('):rep(1000) .. '1' .. (')'):rep(1000))))"),
        Hostility(
            "nested tables in the parser", .raises("200 levels"),
            "error(select(2, load('return ' .. ('{'):rep(1000) .. ('}'):rep(1000))))"),
        Hostility(
            "nested functions in the parser", .raises("200 levels"),
            "error(select(2, load(('return function() '):rep(300) .. ('end '):rep(300))))"),
        Hostility("recursion through the host", .raises("overflow"), "local function f() return call(f) end f()"),
    ]

    private static let hostCalls = [
        Hostility("a million timers", .raises("timers are under way"), "for i = 1, 1000000 do timer() end"),
        Hostility("a million spawned calls", .raises("calls are under way"), "for i = 1, 1000000 do spawn(park) end"),
        Hostility(
            "spawned loops", .raises("calls are under way"),
            "for i = 1, 1000000 do spawn(function() while true do end end) end"),
        Hostility("a million log lines", .ends, "for i = 1, 1000 do log(('x'):rep(10000)) end"),
        Hostility("a million messages", .raises("wait for their turn"), "for i = 1, 1000000 do send() end"),
        Hostility("what the host keeps", .memory, "for i = 1, math.huge do keep() end"),
        Hostility(
            "a pack that keeps every message", .memory,
            "kept = kept or {} for i = 1, math.huge do kept[#kept + 1] = give() end"),
        Hostility(
            "waiting where Lua cannot", .raises("cannot wait inside table.sort"),
            "table.sort({2, 1}, function() pause() end)"),
        Hostility(
            "resuming what waits for the host", .ends,
            "local co co = coroutine.create(function() pause() end) coroutine.resume(co) coroutine.resume(co)"),
        Hostility(
            "__gc", .raises("__gc is not available"), "setmetatable({}, {__gc = function() while true do end end})"),
        Hostility("changing what others use", .ends, "string.format, table.concat, pcall, error = nil, nil, nil, nil"),
        Hostility(
            "changing a metatable of the host", .ends,
            "local m = getmetatable(give()) if m then error('it is there') end"),
    ]

    /// The rows of the list of Lua's own bugs, with their fences up. The tests of the fences show what happens without.
    private static let bugs = [
        Hostility(
            "Lua bug 1: __concat that moves the stack", .ends,
            "local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end local j = setmetatable({}, {__concat = function() deep(5000) return 'j' end}) for i = 1, 20 do pcall(function() return 'a' .. 'b' .. j .. 'c' end) end"
        ),
        Hostility(
            "Lua bug 2: break out of a for that closes", .ends,
            "for k in next, {1, 2}, nil, nil do local f = function() return k end break end"),
        Hostility(
            "Lua bug 3: nested closes", .ends,
            "local w = {} for i = 1, 200 do w[i] = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() if w[i + 1] then pcall(coroutine.close, w[i + 1]) end end}) coroutine.yield() end) coroutine.resume(w[i]) end coroutine.close(w[1])"
        ),
        Hostility(
            "Lua bug 4: closing what waits inside xpcall", .ends,
            "for i = 1, 20 do local co = coroutine.create(function() xpcall(coroutine.yield, print) end) coroutine.resume(co) pcall(coroutine.close, co) end"
        ),
        Hostility(
            "Lua bug 5: metatables replaced during a collection", .ends,
            "local w = {} for i = 1, 100 do w[i] = setmetatable({}, {__mode = 'kv'}) end for r = 1, 20 do for i = 1, 100 do setmetatable(w[i], {__mode = 'kv', __index = {}}) end collectgarbage() end"
        ),
        Hostility(
            "Lua bug 6: collection inside an assignment", .memory,
            "local t = setmetatable({}, {__mode = 'k', __newindex = {}}) local i = 0 while true do i = i + 1 t[{}] = i local m = getmetatable(t).__newindex m[i] = ('x'):rep(100) .. i end"
        ),
        Hostility(
            "Lua bug 7: gmatch called after it failed", .raises("has failed before"),
            "local f = ('x'):rep(300000):gmatch(('x?'):rep(200000)) pcall(f) f()"),
        Hostility(
            "Lua bug 8: a chain of fields", .raises("index"), "error(select(2, load('return a' .. ('.x'):rep(20000))))"),
        Hostility(
            "Lua bug 9: an index that is a comparison", .ends,
            "load('local t = {} return function(a, b) return t[a < b] end')"),
        Hostility(
            "Lua bug 10: no memory inside error handling", .memory,
            "local t = {} while true do local ok, e = xpcall(function() for i = #t + 1, math.huge do t[i] = ('x'):rep(100) .. i end end, function(e) return e .. ('y'):rep(100) end) error(e, 0) end"
        ),
    ]
}
