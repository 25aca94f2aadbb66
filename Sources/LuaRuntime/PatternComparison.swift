import CLuaShim

extension LuaState {
    /// Sets the global `stock` to a table with stock Lua's `string`, `table` and `utf8`: what tests and the fuzzer
    /// compare ours with. Never for the state of a pack.
    package func exposeStockLibraries() {
        ensureStack(12)
        mt_push_stock_libraries(current)
        setGlobal("stock")
    }
}

/// Our pattern functions beside stock Lua's, on a state of its own that stays on the thread that made it.
package final class PatternComparison {
    private let state: LuaState

    /// Bytes of a pattern and of a subject, and of one for a pattern with many quantifiers: so few that stock Lua, which
    /// has no budget, is done with the worst of them in a tenth of a second.
    package static let longest = 20
    private static let longestForMany = 10

    package init() throws(LuaError) {
        state = try LuaState(limits: LuaLimits(cpu: 60_000_000_000))
        state.exposeStockLibraries()
        let program = PatternComparison.program
        try state.call("comparison") { state throws(LuaError) in
            try state.load(program, name: "comparison.lua")
            return 0
        } read: { _, _ throws(LuaError) in
        }
    }

    /// What the functions answer differently for what the bytes say, or nil.
    ///
    /// The first byte says how long the pattern is, the second where to begin; the pattern follows, what is left is the
    /// subject. Any bytes will do.
    package func difference(_ bytes: UnsafeRawBufferPointer) throws(LuaError) -> String? {
        guard bytes.count >= 2 else { return nil }
        let length = min(Int(bytes[0]) % (PatternComparison.longest + 1), bytes.count - 2)
        let first = Int64(Int8(truncatingIfNeeded: Int(bytes[1]))) / 4
        let pattern = UnsafeRawBufferPointer(rebasing: bytes[2..<(2 + length)])
        let quantifiers = pattern.reduce(0) { $0 + ("*+-?".utf8.contains($1) ? 1 : 0) }
        let most = quantifiers > 4 ? PatternComparison.longestForMany : PatternComparison.longest
        let subject = UnsafeRawBufferPointer(rebasing: bytes[(2 + length)...].prefix(most))
        return try state.call("comparison") { state throws(LuaError) in
            state.getGlobal("difference")
            state.push(bytes: subject)
            state.push(bytes: pattern)
            state.push(first)
            return 3
        } read: { state, count throws(LuaError) in
            count > 0 ? state.string(at: -count) : nil
        }
    }

    /// Defines `difference(subject, pattern, init)`, which needs `stock`. Answers a text, or nil where all agree.
    package static let program = """
        local pcall, select, tostring, type = pcall, select, tostring, type
        local quote, concat, pack = stock.string.format, stock.table.concat, stock.table.pack

        local function shown(...)
          local texts = pack(...)
          for i = 1, texts.n do
            local value = texts[i]
            texts[i] = type(value) == "string" and quote("%q", value) or tostring(value)
          end
          return concat(texts, " ", 1, texts.n)
        end

        local function walk(library, subject, pattern, init)
          local texts = {}
          for a, b, c, d in library.gmatch(subject, pattern, init) do
            texts[#texts + 1] = shown(a, b, c, d)
            if #texts > 100 then break end
          end
          return concat(texts, "; ")
        end

        local calls = {
          find = function(library, s, p, i) return library.find(s, p, i) end,
          plain = function(library, s, p, i) return library.find(s, p, i, true) end,
          match = function(library, s, p, i) return library.match(s, p, i) end,
          gmatch = walk,
          gsub_text = function(library, s, p) return library.gsub(s, p, "<%0|%1%%>") end,
          gsub_other = function(library, s, p) return library.gsub(s, p, p) end,
          gsub_call = function(library, s, p, i) return library.gsub(s, p, function(...) return shown(...) end, i) end,
          gsub_table = function(library, s, p) return library.gsub(s, p, {a = "A", ab = 12, [1] = "first", [""] = false}) end,
        }

        function difference(subject, pattern, init)
          for name, call in pairs(calls) do
            local ours = shown(pcall(call, string, subject, pattern, init))
            local theirs = shown(pcall(call, stock.string, subject, pattern, init))
            if ours ~= theirs then
              return quote("%s(%q, %q, %d): %s, stock Lua: %s", name, subject, pattern, init, ours, theirs)
            end
          end
        end
        """
}
