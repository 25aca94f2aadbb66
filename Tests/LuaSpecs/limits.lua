-- Limits as they appear to Lua: who spins, hoards or never comes back is ended, and the bot goes on.
local t = require "fluxer.test"

t.script [[
bot:command("spin", function() while true do end end)
bot:command("spincaught", function(ctx)
    while true do pcall(function() while true do end end) end
end)
bot:command("hoard", function(ctx)
    local kept = {}
    while true do kept[#kept + 1] = ("x"):rep(100000) .. #kept end
end)
bot:command("deep", function(ctx)
    local function down(n) return 1 + down(n + 1) end
    ctx:reply(tostring((fluxer.try(down, 1))))
end)
bot:command("rep", function(ctx) ctx:reply(tostring((fluxer.try(string.rep, "x", 1 << 60)))) end)
bot:command("sleepinsort", function(ctx)
    local ok, err = fluxer.try(table.sort, { 3, 2, 1 }, function(a, b) fluxer.sleep(1) return a < b end)
    ctx:reply(tostring(ok) .. " " .. err.message)
end)
bot:command("ping", function(ctx) ctx:reply "pong" end)
]]

t.describe("a script that", function()
    local ann

    t.before_each(function(w)
        ann = w:guild():member "ann"
    end)

    t.after_each(function(w)
        ann:say "!ping"
        w:expect_reply { equals = "pong" }
        w:expect_no_reply()
    end)

    t.it("spins is ended by its CPU budget", function(w)
        ann:say "!spin"
        w:expect_error { contains = "CPU", during = "!spin" }
        w:expect_reply { contains = "Reference" }
    end)

    t.it("spins inside of pcall is ended too", function(w)
        ann:say "!spincaught"
        w:expect_error { contains = "CPU" }
        w:expect_reply { contains = "Reference" }
    end)

    t.it("hoards memory gets an error", function(w)
        ann:say "!hoard"
        w:expect_error { contains = "memory" }
        w:expect_reply { contains = "Reference" }
    end)

    t.it("recurses without end gets an error that it can catch", function(w)
        ann:say "!deep"
        w:expect_reply { equals = "false" }
    end)

    t.it("asks for a string without end gets an error that it can catch", function(w)
        ann:say "!rep"
        w:expect_reply { equals = "false" }
    end)

    t.it("waits where Lua cannot is told where", function(w)
        ann:say "!sleepinsort"
        w:expect_reply { contains = "false cannot wait inside" }
    end)
end)
