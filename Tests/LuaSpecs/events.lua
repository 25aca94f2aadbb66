-- Events: what a bot hears of what happens around it.
local t = require "fluxer.test"

t.script [[
local function tell(channel, text) channel:send(text) end
bot:listen("message_edit", function(before, after)
    after:reply(("%s became %s"):format(before and before.content, after.content))
end)
bot:listen("message_delete", function(message) message.channel:send("gone: " .. message.content) end)
bot:listen("on_reaction_add", function(reaction, user)
    if not user.bot then reaction.message:reply(user.display_name .. " put " .. tostring(reaction.emoji)) end
end)
bot:listen("member_join", function(member)
    for _, channel in ipairs(member.guild.channels) do return tell(channel, "welcome, " .. member.display_name) end
end)
bot:listen("member_remove", function(member)
    for _, channel in ipairs(member.guild.channels) do return tell(channel, "farewell, " .. member.display_name) end
end)
function bot.on_ready(info) log.info("ready, reloaded: %s", info.reloaded) end
]]

t.describe("events", function()
    local guild, ann

    t.before_each(function(w)
        guild = w:guild()
        ann = guild:member "ann"
    end)

    t.it("tell of edits, with the text before", function(w)
        local message = ann:say "one"
        w:settle()
        message:edit "two"
        w:expect_reply { equals = "one became two", to = message }
    end)

    t.it("tell of deletions, with the text that was", function(w)
        local message = ann:say "one"
        w:settle()
        message:delete()
        w:expect_reply { equals = "gone: one" }
        t.expect(message:now()):is_nil()
    end)

    t.it("tell of reactions", function(w)
        local message = ann:say "look"
        w:settle()
        message:react("👍", guild:member "bob")
        w:expect_reply { equals = "bob put 👍", to = message }
    end)

    t.it("tell who joins, but not who was there before", function(w)
        w:start()
        w:expect_no_reply()
        local bob = guild:member "bob"
        w:expect_reply { equals = "welcome, bob" }
        bob:leave()
        w:expect_reply { equals = "farewell, bob" }
    end)

    t.it("come in the order in which things happened", function(w)
        local messages = {}
        for index = 1, 10 do
            messages[index] = ann:say("m" .. index)
        end
        w:settle()
        for index = 1, 10 do
            messages[index]:edit("e" .. index)
        end
        for index = 1, 10 do
            w:expect_reply { equals = ("m%d became e%d"):format(index, index) }
        end
    end)

    t.it("call on_ready once, whatever the connection does", function(w)
        w:start()
        w:drop_connection()
        w:drop_connection()
        t.expect(w:log()):equals { "info: ready, reloaded: false" }
    end)
end)
