-- Commands: how they are called, what they are given, how they answer.
local t = require "fluxer.test"

t.script [[
bot:command("ping", { help = "Is anyone there?" }, function(ctx) ctx:reply "pong" end)

bot:command("who|whoami", function(ctx)
    ctx:send(("%s in %s of %s"):format(ctx.author.display_name, ctx.channel.name, ctx.guild and ctx.guild.name or "nothing"))
end)

bot:command("quiet", { hidden = true }, function() end)
bot:command("off", { enabled = false }, function(ctx) ctx:send "on" end)

bot:command("card", function(ctx)
    ctx:send { content = "look", embed = { title = "Report", description = "all well" } }
end)

bot:command("shout", function(ctx) ctx:send "@everyone wake up" end)
]]

t.describe("a command", function()
    local ann

    t.before_each(function(w)
        ann = w:guild { "Harbour", channels = { "general", "bots" } }:member "ann"
    end)

    t.it("answers the message that called it", function(w)
        local call = ann:say "!ping"
        local reply = w:expect_reply { equals = "pong", to = call, channel = "general" }
        t.expect(reply.reply_to):is(call.id)
        w:expect_no_reply()
    end)

    t.it("answers where it was called", function(w)
        ann:say("!ping", { channel = "bots" })
        w:expect_reply { equals = "pong", channel = "bots" }
    end)

    t.it("is found in any case, with blanks after the prefix, and by its other names", function(w)
        for _, text in ipairs { "!PING", "!  ping", "! Ping" } do
            ann:say(text)
            w:expect_reply { equals = "pong" }
        end
        ann:say "!whoami"
        w:expect_reply { equals = "ann in general of Harbour" }
    end)

    t.it("knows author, channel and guild", function(w)
        ann:say("!who", { channel = "bots" })
        w:expect_reply { equals = "ann in bots of Harbour" }
    end)

    t.it("is nothing without the prefix, or where nobody defined it", function(w)
        for _, text in ipairs { "ping", "?ping", "!pong", "!", "say !ping" } do
            ann:say(text)
        end
        w:expect_no_reply()
    end)

    t.it("is not called by an edit", function(w)
        local message = ann:say "!pin"
        message:edit "!ping"
        w:expect_no_reply()
    end)

    t.it("that is switched off says so", function(w)
        ann:say "!off"
        local reply = w:expect_reply()
        t.expect(reply.content):never():is "on"
        t.expect(reply.content):contains "off"
    end)

    t.it("sends embeds", function(w)
        ann:say "!card"
        w:expect_reply { equals = "look", embed = { title = "Report", description = "all well" } }
    end)

    t.it("does not mention everyone", function(w)
        ann:say "!shout"
        t.expect(w:expect_reply().mentions_everyone):is(false)
    end)

    t.it("is in the help, but not when it is hidden", function(w)
        ann:say "!help"
        local help = w:expect_reply { contains = "ping" }.content
        t.expect(help):contains "Is anyone there?"
        t.expect(help):never():contains "quiet"
    end)
end)

t.describe("many calls", function()
    t.it("are all answered, in the order they came", function(w)
        local ann = w:guild():member "ann"
        local calls = {}
        for index = 1, 15 do
            calls[index] = ann:say "!ping"
        end
        for index = 1, 15 do
            w:expect_reply { to = calls[index] }
        end
        w:expect_no_reply()
    end)

    t.it("beyond the platform's limit wait for its clock", function(w)
        local ann = w:guild():member "ann"
        for _ = 1, 30 do
            ann:say "!ping"
        end
        w:settle()
        local before = #w:replies()
        t.expect(before):is_below(30)
        w:advance "1m"
        t.expect(#w:replies()):is(30)
    end)
end)

t.describe("a prefix", function()
    t.script [[
commands.Bot { command_prefix = { "?", "hey " } }
bot:command("ping", function(ctx) ctx:reply(ctx.prefix) end)
]]

    t.it("is what the script sets", function(w)
        local ann = w:guild():member "ann"
        ann:say "?ping"
        w:expect_reply { equals = "?" }
        ann:say "hey ping"
        w:expect_reply { contains = "hey" }
        ann:say "!ping"
        w:expect_no_reply()
    end)
end)
