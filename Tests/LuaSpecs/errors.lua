-- What a failing script comes to: for who called, for the operator, and for the rest of the bot.
local t = require "fluxer.test"

t.script [[
bot:command("crash", function(ctx) local nothing; return nothing.field end)
bot:command("raise <what>", function(ctx, what) error(what, 0) end)
bot:command("try", function(ctx)
    local ok, err = fluxer.try(function() error "inside" end)
    ctx:send(tostring(ok) .. " " .. err.name .. " " .. tostring(err:is "FluxerError"))
end)
bot:command("empty", function(ctx)
    local ok, err = fluxer.try(function() ctx:send "" end)
    ctx:send(tostring(ok) .. ": " .. tostring(err))
end)
bot:command("typo", function(ctx) ctx:send(ctx.mesage.content) end)
bot:command("ping", function(ctx) ctx:reply "pong" end)
bot:listen("message", function(message)
    if message.content == "boom" then error "the listener broke" end
end)
bot:listen("message", function(message)
    if message.content == "boom" then message:reply "second listener" end
end)
]]

t.describe("an error in a command", function()
    local ann

    t.before_each(function(w)
        ann = w:guild():member "ann"
    end)

    t.it("gives who called a reference, and the operator a card with file and line", function(w)
        ann:say "!crash"
        local reply = w:expect_reply { contains = "Reference ID" }
        local card = w:expect_error { contains = "attempt to index a nil value", during = "!crash" }
        t.expect(card.file):is "bot.lua"
        t.expect(card.line):is(1)
        t.expect(reply.content):contains(card.reference)
    end)

    t.it("does not show who called what went wrong", function(w)
        ann:say "!raise secret"
        w:expect_reply { contains = "Something broke" }
        w:expect_error "secret"
        t.expect(w:replies()[1].content):never():contains "secret"
    end)

    t.it("leaves the bot as it was", function(w)
        ann:say "!crash"
        ann:say "!ping"
        w:expect_reply { contains = "Reference" }
        w:expect_reply { equals = "pong" }
        w:expect_error()
    end)

    t.it("can be caught, with its name", function(w)
        ann:say "!try"
        w:expect_reply { equals = "false ScriptError true" }
    end)

    t.it("of the platform can be caught too", function(w)
        ann:say "!empty"
        w:expect_reply { contains = "false" }
    end)

    t.it("by a misspelled member names the nearest", function(w)
        ann:say "!typo"
        w:expect_error { contains = 'did you mean "message"' }
        w:expect_reply { contains = "Reference" }
    end)
end)

t.describe("an error in a listener", function()
    t.it("stops neither the other listeners nor the bot", function(w)
        local ann = w:guild():member "ann"
        ann:say "boom"
        w:expect_error { contains = "the listener broke", during = "on_message" }
        w:expect_reply { equals = "second listener" }
        ann:say "!ping"
        w:expect_reply { equals = "pong" }
    end)
end)

t.describe("on_command_error", function()
    t.script [[
bot:command("fail", function() error "broken" end)
function bot.on_command_error(ctx, err) ctx:send(err.name .. " in " .. err.stage) end
]]

    t.it("hears it instead, and names that nobody knows", function(w)
        local ann = w:guild():member "ann"
        ann:say "!fail"
        w:expect_reply { equals = "CommandInvokeError in callback" }
        ann:say "!nothing"
        w:expect_reply { equals = "CommandNotFound in name" }
    end)
end)
