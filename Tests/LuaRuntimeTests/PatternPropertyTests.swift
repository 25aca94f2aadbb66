import LuaRuntime
import Testing

/// Our pattern functions beside stock Lua's in the same process.
@Suite struct PatternPropertyTests {
    /// Makes patterns of all that patterns are made of, also of what makes them malformed, and subjects that often fit.
    private static let generator = """
        local seed = ...
        local function random(n)
          seed = seed ~ (seed << 13)
          seed = seed ~ (seed >> 7)
          seed = seed ~ (seed << 17)
          return (seed >> 11) % n + 1
        end
        local function one(list) return list[random(#list)] end

        local letters = {"a", "b", "c", "A", "1", "9", " ", "(", ")", "[", "]", "%", "-", "^", "$", ".", "_", "\\0", "\\255"}
        local classes = {"%a", "%c", "%d", "%g", "%l", "%p", "%s", "%u", "%w", "%x", "%A", "%D", "%S", "%W", "%z", "%.",
          "%%", "%]", "%(", "%-", "%\\0"}
        local sets = {"[ab]", "[^ab]", "[a-c]", "[^a-c]", "[%d_]", "[]]", "[^]]", "[]a]", "[a-]", "[-a]", "[%a-c]", "[a%-c]",
          "[^%s]", "[%]]", "[a-%%]", "[c-a]", "[\\0-\\127]", "[\\128-\\255]", "[^\\0]", "[.]", "[$^]", "[%b]"}
        local quantifiers = {"", "", "", "*", "+", "-", "?"}
        local others = {"%b()", "%bab", "%baa", "%f[a]", "%f[%a]", "%f[^%a]", "%f[%z]", "%1", "%2", "%0", "()", "$", "^"}
        local broken = {"%", "[", "[^", "[a", "[a-", "[%", "%b", "%ba", "%f", "%fa", "(", ")", "%9", "]", "*", "?", "-"}

        local function pattern()
          local parts, open = {}, 0
          if random(4) == 1 then parts[1] = "^" end
          for _ = 1, random(6) do
            local kind = random(20)
            if kind <= 5 then parts[#parts + 1] = one({"a", "b", "c", ".", "A", "1", " "}) .. one(quantifiers)
            elseif kind <= 8 then parts[#parts + 1] = one(classes) .. one(quantifiers)
            elseif kind <= 11 then parts[#parts + 1] = one(sets) .. one(quantifiers)
            elseif kind <= 14 then parts[#parts + 1] = "(" open = open + 1
            elseif kind <= 16 and open > 0 then parts[#parts + 1] = ")" open = open - 1
            elseif kind <= 19 then parts[#parts + 1] = one(others)
            elseif random(3) == 1 then parts[#parts + 1] = one(broken)
            end
          end
          if random(10) > 1 then parts[#parts + 1] = (")"):rep(open) end
          if random(6) == 1 then parts[#parts + 1] = "$" end
          return table.concat(parts)
        end

        local function subject()
          local parts = {}
          for i = 1, random(18) - 1 do
            parts[i] = random(3) == 1 and one(letters) or one({"a", "a", "b", "c", "A", "1", "(", ")", " "})
          end
          return table.concat(parts)
        end

        local raised, matched = 0, 0
        for _ = 1, 3000 do
          local s, p, init = subject(), pattern(), random(12) - 6
          local differs = difference(s, p, init)
          if differs then return differs end
          local ok, found = pcall(string.find, s, p)
          if not ok then raised = raised + 1 elseif found then matched = matched + 1 end
        end
        return ("%d %d"):format(raised, matched)
        """

    @Test(.timeLimit(.minutes(5)), arguments: [1, 7, 1917, 40_000, 5_000_021, 61, 3_141_592, 271_828] as [Int64])
    func whateverThePatternStockLuaAnswersTheSame(_ seed: Int64) async throws {
        let script = try await Script()
        await script.engine.run { $0.exposeStockLibraries() }
        try await script.run(PatternComparison.program)
        await script.engine.run { state in
            state.push(seed)
            state.setGlobal("seed")
        }
        let outcome = try await script.text(
            "return (function(...) \(PatternPropertyTests.generator) end)(seed)")
        let counts = outcome.split(separator: " ").compactMap { Int($0) }
        try #require(counts.count == 2, "\(outcome)")
        #expect(counts[0] > 100, "many of the patterns are malformed")
        #expect(counts[1] > 700, "many of the patterns are found")
    }

    @Test func theFuzzersInputIsSplitAndCompared() throws {
        let comparison = try PatternComparison()
        var seed: UInt64 = 88_172_645_463_325_252
        for length in 0..<600 {
            let bytes = (0..<(length % 48)).map { _ -> UInt8 in
                seed ^= seed << 13
                seed ^= seed >> 7
                seed ^= seed << 17
                return length % 3 == 0 ? UInt8(truncatingIfNeeded: seed) : Array("%a(b)[]^$.*+-?".utf8)[Int(seed % 14)]
            }
            let difference = try bytes.withUnsafeBytes { try comparison.difference($0) }
            #expect(difference == nil, "seed position \(length)")
        }
    }
}
