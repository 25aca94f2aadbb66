-- Arguments: what a signature takes, and what people are told when it does not fit.
local t = require "fluxer.test"

t.script [[
local function show(...)
    local parts = {}
    for index = 1, select("#", ...) do
        local value = select(index, ...)
        parts[index] = math.type(value) and value .. ":" .. math.type(value) or tostring(value)
    end
    return table.concat(parts, " | ")
end
bot:command("two <first> [second]", function(ctx, ...) ctx:send(show(...)) end)
bot:command("add <a:int> <b:int>", function(ctx, a, b) ctx:send(show(a + b)) end)
bot:command("echo <...text>", function(ctx, text) ctx:send(text) end)
bot:command("many [count:int=3] [...rest=nothing]", function(ctx, ...) ctx:send(show(...)) end)
]]

local function answers(calls)
    return function(w)
        local ann = w:guild():member "ann"
        for _, case in ipairs(calls) do
            ann:say(case[1])
            w:expect_reply(case[2])
        end
    end
end

t.describe("arguments", function()
    t.it("are words; what may be left out is nil", answers {
        { "!two a", { equals = "a | nil" } },
        { "!two a b", { equals = "a | b" } },
        { '!two "a b" c', { equals = "a b | c" } },
    })

    t.it("are integers where the signature says so", answers {
        { "!add 1 2", { equals = "3:integer" } },
        { "!add -5 5", { equals = "0:integer" } },
    })

    t.it("take the rest of the line as it stands", answers {
        { '!echo  hello   "big" world', { equals = 'hello   "big" world' } },
    })

    t.it("have defaults", answers {
        { "!many", { equals = "3:integer | nothing" } },
        { "!many 7 a b", { equals = "7:integer | a b" } },
    })

    t.it("that are missing are named, with the usage", answers {
        { "!two", { contains = "`first` is missing" } },
        { "!two", { contains = "!two <first> [second]" } },
    })

    t.it("that are no integers are named", answers {
        { "!add one 2", { contains = "a" } },
        { "!add 1 2.5", { contains = "b" } },
        { "!add 1 99999999999999999999", { contains = "b" } },
    })

    t.it("keep what people write: emoji, right to left, quotes", answers {
        { "!echo 🌊 שלום “so”", { equals = "🌊 שלום “so”" } },
    })
end)
