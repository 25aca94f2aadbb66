-- What the harbour's bot and its logbook do, tried on a server of their own: `moontide test scripts/harbour`.
local t = require "fluxer.test"

t.describe("harbour", function()
    local ann

    t.before_each(function(w)
        ann = w:guild():member "ann"
    end)

    t.it("knows the ships, and those that arrive", function(w)
        ann:say "!ships"
        w:expect_reply { equals = "Albatros, Cormorant, Heron" }
        ann:say "!arrive Sea Gull"
        w:expect_reply { equals = "Sea Gull lies at berth 4." }
        ann:say "!ships"
        w:expect_reply { contains = "Sea Gull" }
    end)

    t.it("lists the commands of both packs", function(w)
        ann:say "!help"
        w:expect_reply { contains = "!log" }
    end)

    t.it("keeps the log over a restart, and shows the last five entries", function(w)
        ann:say "!log"
        w:expect_reply { equals = "The log is empty." }
        for number = 1, 6 do
            ann:say("!log entry " .. number)
            w:expect_reply { equals = "entry " .. number }
        end
        w:restart()
        ann:say "!log"
        local log = w:expect_reply { contains = "6. ann: entry 6" }
        w:expect(log.content:find("entry 1", 1, true)):is_nil()
    end)
end)
