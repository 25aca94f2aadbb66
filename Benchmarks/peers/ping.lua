-- The job that the peers' bots do too: one command, answered by a reply.
bot:command("ping", { help = "Is anyone there?" }, function(ctx)
    ctx:reply("pong")
end)
