require "fluxer.test"
while true do end
