-- Every spec here fails: Tests/moontideTests/LuaSpecsTests.swift says with which words.
local t = require "fluxer.test"

t.bot "bot.lua"

local ann

t.before_each(function(w)
    ann = w:guild():member "ann"
end)

t.it("equals", function(w)
    ann:say "!ping"
    w:expect_reply { equals = "pong" }
end)

t.it("contains", function(w)
    ann:say "!ping"
    w:expect_reply { contains = "pong" }
end)

t.it("matches", function(w)
    ann:say "!ping"
    w:expect_reply { matches = "^po" }
end)

t.it("embed", function(w)
    ann:say "!card"
    w:expect_reply { embed = { title = "Right" } }
end)

t.it("no embed", function(w)
    ann:say "!ping"
    w:expect_reply { embed = true }
end)

t.it("to", function(w)
    local other = ann:say "hello"
    ann:say "!ping"
    w:expect_reply { to = other }
end)

t.it("channel", function(w)
    w:guild { channels = { "bots" } }
    ann:say "!ping"
    w:expect_reply { channel = "bots" }
end)

t.it("nothing came", function(w)
    ann:say "!mute"
    w:expect_reply { equals = "pong" }
end)

t.it("within", function(w)
    ann:say "!late"
    w:expect_reply { equals = "late", within = "59s" }
end)

t.it("no reply", function(w)
    ann:say "!twice"
    w:expect_reply { equals = "one" }
    w:expect_no_reply()
end)

t.it("no error came", function(w)
    ann:say "!ping"
    w:expect_error { contains = "thing", during = "!ping" }
end)

t.it("another error came", function(w)
    ann:say "!crash"
    w:expect_error { contains = "other" }
end)

t.it("an error that nothing expected", function(w)
    ann:say "boom"
    w:settle()
end)

t.it("a difference deep down", function()
    t.expect({ list = { { name = "a" }, { name = "b" } } }):equals { list = { { name = "a" }, { name = "c" } } }
end)

t.it("is", function(w)
    w:expect("one"):is "two"
end)

t.it("never", function(w)
    w:expect("one"):never():is "one"
end)

t.it("nothing raised", function()
    t.expect(function() end):raises "x"
end)

t.it("a mistake in the spec", function()
    local nothing
    return nothing.field
end)

t.it("an expectation in a helper", function(w)
    local function check()
        w:expect(1):is(2)
    end
    check()
end)

t.it("a bot that never rests", function(w)
    ann:say "!busy"
    w:settle()
end)

t.it("a spec that spins", function()
    while true do end
end)

t.it("a spec that spins in pcall", function()
    while true do
        pcall(function() while true do end end)
    end
end)

t.it("a spec that yields to nobody", function()
    coroutine.yield()
end)

t.describe("a hook that fails", function()
    t.before_each(function()
        error "the hook broke"
    end)
    t.it("before", function() end)
end)

t.describe("a hook that fails", function()
    t.after_each(function()
        error "the hook broke"
    end)
    t.it("after", function() end)
end)

t.describe("a bot that does not load", function()
    t.script "bot:command("
    t.it("at all", function(w)
        w:start()
    end)
end)

t.describe("a bot that waits while it loads", function()
    t.script "fluxer.sleep(3600)"
    t.it("for too long", function(w)
        w:start()
    end)
end)

t.describe("a world that is over", function()
    local kept
    t.it("is kept", function(w)
        kept = w
        error "kept"
    end)
    t.it("and used", function()
        kept:settle()
    end)
end)
