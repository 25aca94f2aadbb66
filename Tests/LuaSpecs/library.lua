-- fluxer.test itself: what its matchers take for the same, and what they say when it is not.
local t = require "fluxer.test"

local function message_of(fn)
    local ok, raised = pcall(fn)
    return ok and "" or tostring(raised)
end

t.describe("expect", function()
    t.it("is says what was expected and what came", function()
        t.expect(1):is(1)
        t.expect(message_of(function() t.expect(1):is(2) end)):equals "expected 2\n     got 1"
    end)

    t.it("equals goes all the way down, and names the first difference", function()
        t.expect({ a = { 1, 2, { b = "x" } } }):equals { a = { 1, 2, { b = "x" } } }
        local text = message_of(function()
            t.expect({ a = { 1, 2, { b = "y" } } }):equals { a = { 1, 2, { b = "x" } } }
        end)
        t.expect(text):contains 'first difference at .a[3].b: expected "x", got "y"'
        t.expect(message_of(function() t.expect({ 1, 2, 3 }):equals { 1, 2 } end)):contains "at [3]: expected nil, got 3"
    end)

    t.it("equals comes to an end where tables contain themselves", function()
        local a, b = {}, {}
        a.own, b.own = a, b
        t.expect(a):equals(b)
    end)

    t.it("contains looks into texts and tables", function()
        t.expect("hello world"):contains "o w"
        t.expect({ "a", { b = 1 } }):contains { b = 1 }
        t.expect({ "a" }):never():contains "b"
    end)

    t.it("matches takes Lua patterns", function()
        t.expect("2d6"):matches "^%d+d%d+$"
        t.expect("d6"):never():matches "^%d+d"
    end)

    t.it("has takes the fields that are named, and leaves the others alone", function()
        t.expect({ a = 1, b = { c = 2, d = 3 } }):has { b = { c = 2 } }
        t.expect(message_of(function() t.expect({ b = { c = 2 } }):has { b = { c = 3 } } end)):contains "at .b.c"
    end)

    t.it("raises wants an error, and looks into its text", function()
        t.expect(function() error "no such thing" end):raises "such"
        t.expect(function() end):never():raises()
        t.expect(message_of(function() t.expect(function() error "one" end):raises "two" end)):contains "one"
        t.expect(message_of(function() t.expect(function() end):raises() end)):contains "got none"
    end)

    t.it("never turns all of them round", function()
        t.expect(1):never():is(2):never():is(1)
        t.expect(message_of(function() t.expect(1):never():is(1) end)):contains "expected anything but 1"
    end)

    t.it("a matcher that is not there names the nearest", function()
        t.expect(function() t.expect(1):equal(1) end):raises 'did you mean "equals"'
    end)
end)

t.describe("hooks", function()
    local seen = {}
    t.before_each(function() seen[#seen + 1] = "outer before" end)
    t.after_each(function() seen[#seen + 1] = "outer after" end)

    t.describe("of groups", function()
        t.before_each(function() seen[#seen + 1] = "inner before" end)
        t.after_each(function() seen[#seen + 1] = "inner after" end)
        t.it("run outside in", function()
            t.expect(seen):equals { "outer before", "inner before" }
        end)
        t.it("and back inside out, around every spec", function()
            t.expect(seen):equals {
                "outer before", "inner before", "inner after", "outer after", "outer before", "inner before",
            }
        end)
    end)
end)

t.describe("a world", function()
    t.script 'bot:command("ping", function(ctx) ctx:reply "pong" end)'

    t.it("is another one in each spec", function(w)
        t.expect(#w:replies()):is(0)
        w:guild():member("ann"):say "!ping"
        w:expect_reply "pong"
    end)

    t.it("knows nothing of the spec before", function(w)
        t.expect(#w:replies()):is(0)
    end)

    t.it("refuses options that it does not have, and names the nearest", function(w)
        t.expect(function() w:expect_reply { contain = "x" } end):raises 'did you mean "contains"'
        t.expect(function() w:guild { channel = { "x" } } end):raises 'did you mean "channels"'
        t.expect(function() w:expect_replies() end):raises 'did you mean "expect_reply"'
    end)

    t.it("refuses what the platform would", function(w)
        local ann = w:guild():member "ann"
        t.expect(function() ann:say("") end):raises "CANNOT_SEND_EMPTY_MESSAGE"
        t.expect(function() ann:say(("x"):rep(3000)) end):raises "MAX_LENGTH"
        t.expect(function() ann:say("!ping"):react "no emoji" end):raises "EMOJI"
        t.expect(function() ann:say("x", { channel = "nowhere" }) end):raises 'no channel "nowhere"'
    end)

    t.it("can be waited for inside of coroutines, and those that are left behind do no harm", function(w)
        local ask = coroutine.wrap(function()
            w:guild():member("ann"):say "!ping"
            coroutine.yield(w:expect_reply().content)
            error "never resumed"
        end)
        t.expect(ask()):is "pong"
        for _ = 1, 100 do
            coroutine.wrap(coroutine.yield)()
        end
    end)

    t.it("has several guilds, with channels, roles and members of their own", function(w)
        local one = w:guild { "One", channels = { "general" }, roles = { Mods = { "ban_members" } } }
        local two = w:guild { "Two", channels = { "lobby" } }
        one:member { name = "ann", roles = { "Mods" } }:say "!ping"
        w:expect_reply { channel = "general" }
        two:member("ann"):say "!ping"
        w:expect_reply { channel = "lobby" }
        t.expect(function() two:channel "general" end):raises 'no channel "general"'
        t.expect(function() two:member { name = "bob", roles = { "Mods" } } end):raises 'no role "Mods"'
    end)

    t.it("can be left by a skip", function(w)
        w:start()
        t.skip "what a skipped spec says"
    end)

    t.pending "a spec that is not written yet"
end)
