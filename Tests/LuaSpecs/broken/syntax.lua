local t = require "fluxer.test"
t.it("never runs", function(w)
    w:expect(1:is(1)
end)
