-- A first bot. `make demo` runs it and opens a chat to try it in.
-- Change anything below and save: the running bot has it before you are back in the chat.

-- A command: its name, what it does (for !help), and the function that runs.
-- ctx knows the message, its author, the channel, and how to answer.
bot:command("ping", { help = "Is anyone there?" }, function(ctx)
    ctx:reply("pong")
end)

-- [name] may be left out; then it is nil. <name> would have to be there.
bot:command("hello [name]", { help = "Says hello." }, function(ctx, name)
    ctx:send(("Hello, %s!"):format(name or ctx.author.display_name))
end)

-- :int takes whole numbers only, =6 is what counts when nothing is said.
bot:command("roll [sides:int=6]", { help = "Rolls a die." }, function(ctx, sides)
    if sides < 2 then
        return ctx:reply("A die has at least 2 sides.")
    end
    ctx:reply(("You rolled %d of %d."):format(math.random(sides), sides))
end)

-- A listener hears every message, not only commands. Bots' messages are left alone, or two bots would never stop.
bot:listen("message", function(message)
    if not message.author.bot and message.content:lower():find("good morning", 1, true) then
        message:add_reaction("🌊")
    end
end)

-- Runs when the bot is ready, and again after each save.
function bot.on_ready(info)
    log.info(info.reloaded and "hello again" or "hello")
end
