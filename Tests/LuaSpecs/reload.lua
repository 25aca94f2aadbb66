-- A reload: the new version answers from the next message on, a broken one changes nothing.
local t = require "fluxer.test"

local function version(number, more)
    return ([[
        bot:command("version", function(ctx) ctx:reply "%d" end)
        %s
    ]]):format(number, more or "")
end

t.script(version(1, [[
    bot:command("slow", function(ctx) fluxer.sleep(5); ctx:reply "from 1" end)
    function handover() return { from = 1 } end
]]))

t.describe("a reload", function()
    local ann

    t.before_each(function(w)
        ann = w:guild():member "ann"
        ann:say "!version"
        w:expect_reply { equals = "1" }
    end)

    t.it("takes over what was saved, and says what changed", function(w)
        w:save("bot.lua", version(2, 'bot:command("new", function(ctx) ctx:reply "new" end)'))
        local report = w:reload()
        t.expect(report.loaded):is(true)
        t.expect(report.changes):contains "+ !new"
        t.expect(report.changes):contains "- !slow"
        ann:say "!version"
        w:expect_reply { equals = "2" }
    end)

    t.it("of a file that does not load leaves the old version, and says why", function(w)
        w:save("bot.lua", "bot:command(")
        local report = w:reload()
        t.expect(report.loaded):is(false)
        t.expect(report.error):contains "bot.lua:1"
        ann:say "!version"
        w:expect_reply { equals = "1" }
    end)

    t.it("lets what runs come to its end", function(w)
        ann:say "!slow"
        w:save("bot.lua", version(2))
        t.expect(w:reload().loaded):is(true)
        w:advance(5)
        w:expect_reply { equals = "from 1" }
    end)

    t.it("hands over what the old version gives", function(w)
        w:save("bot.lua", version(2, [[
            function setup(bot, state)
                bot:command("state", function(ctx) ctx:reply(tostring(state and state.from)) end)
            end
        ]]))
        t.expect(w:reload().warnings):equals {}
        ann:say "!state"
        w:expect_reply { equals = "1" }
    end)

    t.it("loses no message that was on its way", function(w)
        local calls = {}
        for index = 1, 10 do
            calls[index] = ann:say "!version"
        end
        w:save("bot.lua", version(2))
        w:reload()
        for index = 1, 10 do
            w:expect_reply { to = calls[index] }
        end
        w:expect_no_reply()
    end)
end)
