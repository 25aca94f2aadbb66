import CLua
import LuaRuntime

/// The same Lua by a pack's state and by the stock library as `lua5.4` runs it.
enum PlainLua {
    private static let scripts: [(name: String, text: String)] = [
        ("fib(27)", "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end fib(27)"),
        (
            "tables and closures",
            "local t = {} for i = 1, 200000 do t[i] = function() return i end end local s = 0 for i = 1, #t do s = s + t[i]() end"
        ),
        (
            "string building",
            "local t = {} for i = 1, 100000 do t[#t + 1] = ('%d:%s'):format(i, 'x') .. i end local s = table.concat(t, ',')"
        ),
        (
            "find, match and gsub",
            "local text = ('the quick brown fox 12 jumps over 34 dogs; '):rep(20) for i = 1, 400 do text:find('dogs; $') for w in text:gmatch('%a+') do end text:gsub('(%d+)', '<%1>') end"
        ),
        ("table.sort", "local t = {} for i = 1, 100000 do t[i] = (i * 7919) % 100003 end table.sort(t)"),
        (
            "table.sort with a function",
            "local t = {} for i = 1, 30000 do t[i] = (i * 7919) % 100003 end table.sort(t, function(a, b) return a > b end)"
        ),
        (
            "coroutines",
            "local co = coroutine.wrap(function() while true do coroutine.yield(1) end end) for i = 1, 300000 do co() end"
        ),
        ("pcall", "local f = function() end for i = 1, 500000 do pcall(f) end"),
        (
            "metatables",
            "local P = {} P.__index = P function P.get(s) return s.x end local o = setmetatable({x = 1}, P) local s = 0 for i = 1, 1000000 do s = s + o:get() end"
        ),
    ]

    static func run(_ table: Table) async throws {
        try await LuaEngine("plain", limits: LuaCosts.limits).run { state in
            for script in scripts {
                let stock = try StockState()
                let found = try Bench.pair(1000) {
                    try LuaCosts.run(script.text, in: state)
                } _: {
                    try stock.run(script.text)
                }
                table.row("lua: \(script.name)", found.one, unit: "µs")
                table.row("  beside: the stock library", found.other, unit: "µs")
                table.row("  times as long", found.ratio, unit: "x")
            }
        }
    }
}

/// A state as the `lua` program opens it.
final class StockState {
    private let state: OpaquePointer

    struct Failed: Error {}

    init() throws {
        guard let state = luaL_newstate() else { throw Failed() }
        self.state = state
        luaL_openlibs(state)
    }

    deinit { lua_close(state) }

    func run(_ text: String) throws {
        let loaded = text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                luaL_loadbufferx(state, $0.baseAddress, $0.count, "=micro", "t")
            }
        }
        guard loaded == LUA_OK, lua_pcallk(state, 0, 0, 0, 0, nil) == LUA_OK else {
            lua_settop(state, 0)
            throw Failed()
        }
    }
}
