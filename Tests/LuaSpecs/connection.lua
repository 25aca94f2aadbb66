-- The connection: what is lost when it is cut (nothing), and what a restart leaves.
local t = require "fluxer.test"

t.script [[
local count = 0
bot:command("count", function(ctx)
    count = count + 1
    ctx:reply(tostring(count))
end)
bot:listen("resumed", function() log.info "resumed" end)
]]

t.describe("a connection that is cut", function()
    t.it("is resumed: the bot knows what it knew, and misses nothing", function(w)
        local ann = w:guild():member "ann"
        ann:say "!count"
        w:expect_reply { equals = "1" }
        w:drop_connection()
        ann:say "!count"
        w:expect_reply { equals = "2" }
        t.expect(w:log()):contains "info: resumed"
    end)

    t.it("can be cut again and again", function(w)
        local ann = w:guild():member "ann"
        for round = 1, 5 do
            ann:say "!count"
            w:drop_connection()
            w:expect_reply { equals = tostring(round) }
        end
        w:expect_no_reply()
    end)
end)

t.describe("a restart", function()
    t.it("begins anew, and hears what is said afterwards", function(w)
        local ann = w:guild():member "ann"
        ann:say "!count"
        w:expect_reply { equals = "1" }
        w:restart()
        ann:say "!count"
        w:expect_reply { equals = "1" }
    end)
end)

t.describe("direct messages", function()
    t.it("are answered where they came from, and have no guild", function(w)
        local ann, bob = w:dm "ann", w:dm "bob"
        ann:say "!count"
        bob:say "!count"
        local first, second = w:expect_reply(), w:expect_reply()
        t.expect(first.channel):is "the DM with ann"
        t.expect(second.channel):is "the DM with bob"
    end)
end)
