-- A confined pack: it answers where its commands are called, and keeps one file. Anything else needs a right.

local FILE = "log.json"

local function entries()
    local text = pack.data.read(FILE)
    return text and fluxer.json.decode(text) or fluxer.array {}
end

bot:command("log [...entry]", { help = "Shows the last entries of the log, or writes one." }, function(ctx, entry)
    local log = entries()
    if entry then
        log[#log + 1] = { who = ctx.author.display_name, what = entry }
        pack.data.write(FILE, fluxer.json.encode(log))
        return ctx:reply(("entry %d"):format(#log))
    end
    if #log == 0 then
        return ctx:reply("The log is empty.")
    end
    local lines = {}
    for index = math.max(1, #log - pack.settings.shown + 1), #log do
        lines[#lines + 1] = ("%d. %s: %s"):format(index, log[index].who, log[index].what)
    end
    ctx:reply(table.concat(lines, "\n"))
end)
