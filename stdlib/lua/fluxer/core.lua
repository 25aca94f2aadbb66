--- What every pack finds: globals, the log, and the guard of the globals. Runs once in a fresh state.
local host, fluxer, commands, bot, utils, pack = ...

local error, rawset, select, tostring, type, xpcall = error, rawset, select, tostring, type, xpcall
local concat, format = table.concat, string.format

--- Calls a function: true and its results, or false and an error object.
function fluxer.try(fn, ...)
    return xpcall(fn, host.describe, ...)
end

local function line(text, ...)
    if select("#", ...) == 0 then
        return tostring(text)
    end
    return format(text, ...)
end

local log = {}
for _, level in ipairs { "debug", "info", "warning", "error" } do
    log[level] = function(...)
        host.log(level, line(...))
    end
end

function print(...)
    local words = {}
    for index = 1, select("#", ...) do
        words[index] = tostring((select(index, ...)))
    end
    host.log("info", concat(words, "\t"))
end

_G.fluxer, _G.commands, _G.bot, _G.log, _G.utils, _G.pack = fluxer, commands, bot, log, utils, pack

local own = { setup = true, handover = true, teardown = true }

-- A global that slips in by a forgotten `local` is a bug that shows up much later; so it is one at once.
setmetatable(_G, {
    __newindex = function(globals, name, value)
        if own[name] then
            return rawset(globals, name, value)
        end
        if type(name) == "string" and name:find("^on_") and type(value) == "function" then
            error(("write `function bot.%s()`: a global function %s is never called"):format(name, name), 2)
        end
        local how = type(value) == "function" and "local function " .. tostring(name) .. "()" or "local "
            .. tostring(name) .. " = …"
        error(("'%s' is not declared: write `%s`"):format(tostring(name), how), 2)
    end,
    __metatable = false,
})
