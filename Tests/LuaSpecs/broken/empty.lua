-- Asks for the library and declares nothing.
require "fluxer.test"
