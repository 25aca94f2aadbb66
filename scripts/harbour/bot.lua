-- The entry: the operator's own code, which may do everything. The packs beside it stand in moontide.lua.

local ships = { "Albatros", "Cormorant", "Heron" }

bot:command("ships", { help = "Who lies in the harbour." }, function(ctx)
    ctx:reply(table.concat(ships, ", "))
end)

bot:command("arrive <...name>", { help = "A ship comes in." }, function(ctx, name)
    ships[#ships + 1] = name
    ctx:reply(("%s lies at berth %d."):format(name, #ships))
end)

-- A reload keeps the ships: the old version hands them over, the new one takes them in.
function handover()
    return { ships = ships }
end

function setup(_, state)
    ships = state and state.ships or ships
end
