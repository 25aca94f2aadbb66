import LuaRuntime
import Testing

/// `table.*` beside stock Lua's.
@Suite struct BoundedTableTests {
    /// Answers a text that names what differs between ours and stock Lua's, over many random lists and orders.
    private static let comparison = #"""
        local seed = 20240517
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
            if type(value) == "table" then
              local parts = {}
              for key, member in next, value do parts[#parts + 1] = tostring(key) .. "=" .. tostring(member) end
              stock.table.sort(parts)
              value = "{" .. stock.table.concat(parts, " ") .. "}"
            end
            texts[i] = tostring(value)
          end
          return stock.table.concat(texts, ", ", 1, texts.n)
        end
        local kinds = {
          function() return random(10) end,
          function() return random(100000) / 7 end,
          function() return ("x"):rep(random(3)) .. random(50) end,
          function(i) return i end,
          function(i) return -i end,
          function() return random(2) == 1 and random(9) or "text" end,
          function() return random(30) == 1 and 0 / 0 or random(20) end,
        }
        local orders = {
          false, false,
          function(a, b) return a > b end,
          function(a, b) return tostring(a) < tostring(b) end,
          function(a, b) return a <= b end,
          function() return true end,
          function() return false end,
          function(a, b) return #tostring(a) < #tostring(b) end,
        }
        local function list(size, kind)
          local made = {}
          for i = 1, size do made[i] = kind(i) end
          return made
        end
        -- A proxy counts what is asked of it, so also how often something is read is compared.
        local function proxy(of)
          local log = {}
          return setmetatable({}, {
            __len = function() return #of end,
            __index = function(_, k) log[#log + 1] = "r" .. k return of[k] end,
            __newindex = function(_, k, v) log[#log + 1] = "w" .. k of[k] = v end,
          }), log
        end
        local actions = {
          function(t, a) t.sort(a.list, a.order or nil) return a.list end,
          function(t, a) return t.insert(a.list, a.value), a.list end,
          function(t, a) return t.insert(a.list, a.i, a.value), a.list end,
          function(t, a) return t.remove(a.list), a.list end,
          function(t, a) return t.remove(a.list, a.i), a.list end,
          function(t, a) return t.move(a.list, a.i, a.j, a.k), a.list end,
          function(t, a) return t.move(a.list, a.i, a.j, a.k, {}), a.list end,
          function(t, a) return t.concat(a.list, ", ") end,
          function(t, a) return t.concat(a.list, a.i, a.j, a.k) end,
          function(t, a) return t.insert(a.list, a.i, a.value, 1) end,
          function(t, a) return t.insert(a.list) end,
          function(t, a) return t.sort(a.list, a.i) end,
          function(t, a) return t.insert(a.value, a.i) end,
          function(t, a) return t.concat(a.value) end,
        }
        local raised = 0
        for round = 1, rounds do
          local size, kind, order = random(4) == 1 and random(400) or random(20) - 1, kinds[random(#kinds)], orders[random(#orders)]
          local action = random(3) == 1 and actions[1] or actions[random(#actions)]
          local i, j, k, value = random(size + 4) - 2, random(size + 4) - 2, random(size + 4) - 2, random(99)
          if random(50) == 1 then i = math.mininteger end
          if random(50) == 1 then k = math.maxinteger end
          local through = random(4) == 1
          local answers, before = {}, seed
          for which, library in ipairs {table, stock.table} do
            seed = before
            local made, log = list(size, kind), {}
            local given = made
            if through then given, log = proxy(made) end
            local results = shown(pcall(action, library, {list = given, order = order, i = i, j = j, k = k, value = value}))
            results = results:gsub("#1 to 'remove'", "#2 to 'remove'")  -- Lua 5.4.4 blames the wrong argument
            answers[which] = results:gsub("table: 0x%x+", "a table") .. " " .. shown(made) .. " " .. stock.table.concat(log, " ")
            if results:find("^false") then raised = raised + 1 end
          end
          if answers[1] ~= answers[2] then
            return ("round %d, size %d: %s, stock Lua: %s"):format(round, size, answers[1], answers[2])
          end
        end
        return "the same, errors: " .. tostring(raised > rounds / 20)
        """#

    @Test(.timeLimit(.minutes(5))) func whateverTheListStockLuaDoesTheSame() async throws {
        let script = try await Script()
        await script.engine.run { $0.exposeStockLibraries() }
        let answer = try await script.text("rounds = 2500 " + BoundedTableTests.comparison)
        #expect(answer == "the same, errors: true")
    }

    @Test(.timeLimit(.minutes(5))) func largeListsOfEqualAndOfSortedElementsAreSortedInTime() async throws {
        let script = try await Script()
        let answer = try await script.text(
            """
            local kinds = {
              function(i) return i end, function(i) return -i end, function() return 1 end, function(i) return i % 2 end,
              function(i) return i < 50000 and i or 100000 - i end, function(i) return (i * 7919) % 100003 end,
            }
            for number, kind in ipairs(kinds) do
              local list = {}
              for i = 1, 100000 do list[i] = kind(i) end
              table.sort(list)
              for i = 2, #list do
                if list[i] < list[i - 1] then return "kind " .. number .. " is not sorted" end
              end
            end
            return "sorted"
            """)
        #expect(answer == "sorted")
    }
}
