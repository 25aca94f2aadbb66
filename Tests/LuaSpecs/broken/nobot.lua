local t = require "fluxer.test"
t.it("has no bot", function(w)
    w:guild():member("ann"):say "!ping"
end)
t.it("needs none", function()
    t.expect(1 + 1):is(2)
end)
