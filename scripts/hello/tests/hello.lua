-- What hello.lua does, tried on a server of its own: `moontide test scripts/hello`.
local t = require "fluxer.test"

t.describe("hello", function()
    local ann

    t.before_each(function(w)
        ann = w:guild():member "ann"
    end)

    t.it("answers ping", function(w)
        local call = ann:say "!ping"
        w:expect_reply { equals = "pong", to = call }
    end)

    t.it("greets who calls, or who is named", function(w)
        ann:say "!hello"
        w:expect_reply { equals = "Hello, ann!" }
        ann:say "!hello Bob"
        w:expect_reply { equals = "Hello, Bob!" }
    end)

    t.it("rolls within the sides of the die", function(w)
        for _ = 1, 10 do
            ann:say "!roll 3"
            local roll = w:expect_reply { matches = "^You rolled %d of 3%.$" }
            w:expect(tonumber(roll.content:match "%d")):is_above(0):is_below(4)
        end
    end)

    t.it("knows no die with one side", function(w)
        ann:say "!roll 1"
        w:expect_reply { contains = "at least 2 sides" }
    end)

    t.it("says what is wrong with a number that is none", function(w)
        ann:say "!roll six"
        w:expect_reply { contains = "sides" }
    end)

    t.it("waves at a good morning, and at nothing else", function(w)
        local morning = ann:say "Good morning, all"
        w:expect(morning:emojis()):equals { "🌊" }
        local evening = ann:say "good evening"
        w:expect(evening:emojis()):equals {}
        w:expect_no_reply()
    end)

    t.it("answers in direct messages too", function(w)
        w:dm("bob"):say "!ping"
        w:expect_reply { equals = "pong" }
    end)

    t.it("goes on after its connection was cut", function(w)
        w:start()
        w:drop_connection()
        ann:say "!ping"
        w:expect_reply { equals = "pong" }
    end)

    t.it("goes on after a restart", function(w)
        ann:say "!ping"
        w:restart()
        w:expect_reply "pong"
        ann:say "!ping"
        w:expect_reply "pong"
    end)
end)
