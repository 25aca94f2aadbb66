-- What a script finds, and what it does not.
local t = require "fluxer.test"

t.script [[
bot:command("has <name>", function(ctx, name)
    local value = _G
    for part in name:gmatch "[^.]+" do value = type(value) == "table" and value[part] or nil end
    ctx:reply(type(value))
end)
bot:command("set", function(ctx)
    local ok, err = fluxer.try(function() forgotten = 1 end)
    ctx:reply(tostring(ok) .. " " .. err.message)
end)
bot:command("json", function(ctx)
    local value = fluxer.json.decode '{"list":[1,2.5,"x"],"none":null,"empty":[]}'
    ctx:send(("%d %s %s %s"):format(#value.list, math.type(value.list[1]), tostring(value.none == fluxer.null),
        fluxer.json.encode(value.empty)))
end)
bot:command("badjson", function(ctx)
    local ok, err = fluxer.try(fluxer.json.decode, '{"a":')
    ctx:reply(tostring(ok) .. " " .. err.name)
end)
bot:command("print", function(ctx) print("a", 1, nil); log.warning("%d left", 3) end)
]]

t.describe("a script", function()
    local ann

    t.before_each(function(w)
        ann = w:guild():member "ann"
    end)

    for name, kind in pairs {
        ["string.format"] = "function", ["math.floor"] = "function", ["os.time"] = "function", ["utf8.char"] = "function",
        ["debug.traceback"] = "function", ["fluxer.json.encode"] = "function", ["commands.Bot"] = "function",
        io = "nil", dofile = "nil", loadfile = "nil", ["os.execute"] = "nil", ["os.getenv"] = "nil", ["os.exit"] = "nil",
        ["os.remove"] = "nil", ["package.loadlib"] = "nil", ["debug.sethook"] = "nil", ["debug.getregistry"] = "nil",
    } do
        t.it(("finds %s to be %s"):format(name, kind), function(w)
            ann:say("!has " .. name)
            w:expect_reply { equals = kind }
        end)
    end

    t.it("is told of a forgotten local", function(w)
        ann:say "!set"
        w:expect_reply { contains = "false" }
        t.expect(w:replies()[1].content):contains "forgotten"
    end)

    t.it("reads and writes JSON, null and empty lists included", function(w)
        ann:say "!json"
        w:expect_reply { equals = "3 integer true []" }
        ann:say "!badjson"
        w:expect_reply { contains = "false" }
    end)

    t.it("writes to its log", function(w)
        ann:say "!print"
        t.expect(w:log()):equals { "info: a\t1\tnil", "warning: 3 left" }
    end)
end)
