-- Waiting: fluxer.sleep, bot:wait_for, and the clock that a spec moves.
local t = require "fluxer.test"

t.script [[
bot:command("later <seconds:int> [text=done]", function(ctx, seconds, text)
    fluxer.sleep(seconds)
    ctx:reply(text)
end)

bot:command("quiz", function(ctx)
    ctx:send "Capital of France? 15 s."
    local message, why = bot:wait_for("message", {
        timeout = 15,
        check = function(m) return m.author.id == ctx.author.id and m.content:lower() == "paris" end,
    })
    ctx:reply(message and "correct" or "no answer: " .. why)
end)

bot:command("clock", function(ctx) ctx:send(("%d %s"):format(os.time(), os.date("!%Y-%m-%d %H:%M"))) end)

local ticks = 0
bot:command("tick", function(ctx)
    fluxer.spawn(function()
        while true do
            fluxer.sleep "10m"
            ticks = ticks + 1
        end
    end)
end)
bot:command("ticks", function(ctx) ctx:send(tostring(ticks)) end)
]]

t.describe("the clock", function()
    local ann

    t.before_each(function(w)
        ann = w:guild():member "ann"
    end)

    t.it("stands still until it is moved", function(w)
        ann:say "!later 60"
        w:expect_no_reply()
        w:advance(59)
        w:expect_no_reply()
        w:advance(1)
        w:expect_reply { equals = "done" }
    end)

    t.it("wakes in the order of the deadlines, whatever the order of the calls", function(w)
        ann:say "!later 30 third"
        ann:say "!later 10 first"
        ann:say "!later 20 second"
        w:advance "1m"
        for _, text in ipairs { "first", "second", "third" } do
            w:expect_reply { equals = text }
        end
    end)

    t.it("goes through every timer on its way", function(w)
        ann:say "!tick"
        w:advance "24h"
        ann:say "!ticks"
        w:expect_reply { equals = "144" }
    end)

    t.it("moves for a reply no further than until it is there", function(w)
        local before = w:now()
        ann:say "!later 20"
        w:expect_reply { equals = "done", within = "1m" }
        t.expect(w:now() - before):is(20)
    end)

    t.it("is the one that os.time and os.date show", function(w)
        ann:say "!clock"
        local first = tonumber(w:expect_reply().content:match "^%d+")
        t.expect(first):is(math.tointeger(w:now()))
        w:advance "36h"
        ann:say "!clock"
        t.expect(tonumber(w:expect_reply().content:match "^%d+") - first):is(36 * 3600)
    end)
end)

t.describe("wait_for", function()
    local guild, ann

    t.before_each(function(w)
        guild = w:guild()
        ann = guild:member "ann"
        ann:say "!quiz"
        w:expect_reply { contains = "Capital" }
    end)

    t.it("takes the first event that fits", function(w)
        guild:member("bob"):say "Paris"
        ann:say "London"
        w:expect_no_reply()
        ann:say "PARIS"
        w:expect_reply { equals = "correct" }
    end)

    t.it("ends with its time", function(w)
        w:advance(14)
        w:expect_no_reply()
        w:advance(1)
        w:expect_reply { equals = "no answer: timeout" }
        ann:say "paris"
        w:expect_no_reply()
    end)

    t.it("is still there after the connection was cut", function(w)
        w:drop_connection()
        ann:say "paris"
        w:expect_reply { equals = "correct" }
    end)

    t.it("is gone after a restart", function(w)
        w:restart()
        ann:say "paris"
        w:expect_no_reply()
    end)
end)
