local t = require "fluxer.test"
t.describe("a group", function()
    error "the group broke"
end)
