-- A bot that gets everything wrong, so that each kind of expectation fails: a test in Swift reads what is said then.
bot:command("ping", function(ctx) ctx:reply "pnog" end)
bot:command("twice", function(ctx)
    ctx:send "one"
    ctx:send "two"
end)
bot:command("card", function(ctx) ctx:send { content = "look", embed = { title = "Wrong", description = "text" } } end)
bot:command("mute", function() end)
bot:command("crash", function() error "no such thing" end)
bot:command("late", function(ctx)
    fluxer.sleep(60)
    ctx:reply "late"
end)
bot:command("busy", function() while true do fluxer.sleep(0) end end)
bot:listen("message", function(message)
    if message.content == "boom" then error "the listener broke" end
    log.info("heard %s", message.content)
end)
