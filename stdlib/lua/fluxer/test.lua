--- Specs: what a bot does, said in Lua and tried on the sandbox. `moontide test` runs them.
---
---     local t = require "fluxer.test"
---     t.describe("ping", function()
---         t.it("answers", function(w)
---             w:guild():member("ann"):say "!ping"
---             w:expect_reply { equals = "pong" }
---         end)
---     end)
local host = ...
if type(host) ~= "table" or not host.next_reply then
    error("fluxer.test is for specs alone: put the file into tests/ and run `moontide test`", 0)
end

local error, ipairs, next, pairs, pcall, rawequal, rawget, setmetatable, tostring, type, xpcall =
    error, ipairs, next, pairs, pcall, rawequal, rawget, setmetatable, tostring, type, xpcall
local concat, sort, format, find, match = table.concat, table.sort, string.format, string.find, string.match

-- ---------------------------------------------------------------------------------------------- values as text

local function quoted(text)
    if #text > 400 then
        text = text:sub(1, 400) .. "…"
    end
    return '"' .. text:gsub('[%c"\\]', { ["\n"] = "\\n", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }) .. '"'
end

local function key_order(a, b)
    local kind_a, kind_b = type(a), type(b)
    if kind_a ~= kind_b then
        return kind_a < kind_b
    end
    if kind_a == "number" or kind_a == "string" then
        return a < b
    end
    return tostring(a) < tostring(b)
end

local function keys_of(value)
    local keys = {}
    for key in next, value do
        keys[#keys + 1] = key
    end
    sort(keys, key_order)
    return keys
end

--- A value as a reader of a report wants it.
local function show(value, depth)
    depth = depth or 0
    if type(value) == "string" then
        return quoted(value)
    elseif type(value) ~= "table" then
        return tostring(value)
    end
    if rawget(value, "_world") then
        return tostring(value)
    end
    if depth >= 4 then
        return "{…}"
    end
    local parts, count = {}, #value
    for index = 1, math.min(count, 20) do
        parts[#parts + 1] = show(value[index], depth + 1)
    end
    for _, key in ipairs(keys_of(value)) do
        local counted = math.type(key) == "integer" and key >= 1 and key <= count
        if not counted then
            local name = type(key) == "string" and match(key, "^[%a_][%w_]*$") and key or "[" .. show(key, depth + 1) .. "]"
            parts[#parts + 1] = name .. " = " .. show(value[key], depth + 1)
        end
        if #parts >= 20 then
            parts[#parts + 1] = "…"
            break
        end
    end
    return #parts == 0 and "{}" or "{ " .. concat(parts, ", ") .. " }"
end

local function step_to(path, key)
    if type(key) == "string" and match(key, "^[%a_][%w_]*$") then
        return path .. "." .. key
    end
    return path .. "[" .. show(key) .. "]"
end

--- Whether two values are the same all the way down; else the first place where they are not, with both sides.
local function same(expected, got, path, seen)
    if rawequal(expected, got) or (type(expected) ~= "table" and expected == got) then
        return true
    end
    if type(expected) ~= "table" or type(got) ~= "table" then
        return false, path, expected, got
    end
    if seen[expected] == got then
        return true
    end
    seen[expected] = got
    for _, key in ipairs(keys_of(expected)) do
        local equal, where, wanted, found = same(expected[key], got[key], step_to(path, key), seen)
        if not equal then
            return false, where, wanted, found
        end
    end
    for _, key in ipairs(keys_of(got)) do
        if expected[key] == nil then
            return false, step_to(path, key), nil, got[key]
        end
    end
    return true
end

--- As `same`, but `got` may have more than was asked for.
local function covers(expected, got, path)
    if type(expected) ~= "table" then
        return expected == got, path, expected, got
    end
    if type(got) ~= "table" then
        return false, path, expected, got
    end
    for _, key in ipairs(keys_of(expected)) do
        local fits, where, wanted, found = covers(expected[key], got[key], step_to(path, key))
        if not fits then
            return false, where, wanted, found
        end
    end
    return true
end

-- ---------------------------------------------------------------------------------------------- options

--- A class whose unknown members are mistakes; `fields` names those that may be nil.
local function class(name, methods, fields)
    local names = keys_of(methods)
    methods.__index = function(_, key)
        local found = methods[key]
        if found == nil and not (fields and fields[key]) then
            host.unknown(name, tostring(key), names)
        end
        return found
    end
    methods.__name = name
    methods.__metatable = false
    return methods
end

local function options_of(value, what, known)
    if value == nil then
        return {}
    end
    if type(value) ~= "table" then
        host.fail_usage(format("%s takes a table of options, not %s", what, show(value)))
    end
    for key in pairs(value) do
        local fits = false
        for _, name in ipairs(known) do
            fits = fits or name == key
        end
        if not fits then
            host.unknown(what, tostring(key), known)
        end
    end
    return value
end

local function text_of(value, what)
    if type(value) ~= "string" then
        host.fail_usage(format("%s must be a string, not %s", what, show(value)))
    end
    return value
end

-- ---------------------------------------------------------------------------------------------- expectations

local Expectation

local function expectation(value, negated)
    return setmetatable({ value = value, negated = negated }, Expectation)
end

local function judge(self, holds, wanted, detail)
    if holds ~= self.negated then
        return self
    end
    local text = format("expected %s%s\n     got %s", self.negated and "anything but " or "", wanted, show(self.value))
    if detail and not self.negated then
        text = text .. "\n" .. detail
    end
    host.fail(text)
end

local function contains(value, part)
    if type(value) == "string" then
        return find(value, tostring(part), 1, true) ~= nil
    end
    if type(value) ~= "table" then
        return false
    end
    for _, item in pairs(value) do
        if same(part, item, "", {}) then
            return true
        end
    end
    return false
end

Expectation = class("the expectation", {
    --- Turns what follows into its opposite.
    never = function(self)
        return expectation(self.value, not self.negated)
    end,
    --- The very same value, as `==` says.
    is = function(self, wanted)
        return judge(self, self.value == wanted, show(wanted))
    end,
    --- The same all the way down.
    equals = function(self, wanted)
        local equal, path, expected, got = same(wanted, self.value, "", {})
        local detail = not equal and path ~= ""
            and format("first difference at %s: expected %s, got %s", path, show(expected), show(got))
        return judge(self, equal, show(wanted), detail or nil)
    end,
    --- A part of a text, or an item of a table.
    contains = function(self, part)
        return judge(self, contains(self.value, part), "something that contains " .. show(part))
    end,
    --- A text that a Lua pattern fits.
    matches = function(self, pattern)
        local fits = type(self.value) == "string" and find(self.value, text_of(pattern, "the pattern")) ~= nil
        return judge(self, fits, "a string that matches " .. show(pattern))
    end,
    --- A table that has at least these fields.
    has = function(self, fields)
        local fits, path, expected, got = covers(fields, self.value, "")
        local detail = not fits and path ~= ""
            and format("first difference at %s: expected %s, got %s", path, show(expected), show(got))
        return judge(self, fits, "a table with " .. show(fields), detail or nil)
    end,
    has_length = function(self, count)
        local kind = type(self.value)
        return judge(self, (kind == "string" or kind == "table") and #self.value == count, "a length of " .. show(count),
            (kind == "string" or kind == "table") and "its length is " .. #self.value or nil)
    end,
    is_nil = function(self)
        return judge(self, self.value == nil, "nil")
    end,
    is_true = function(self)
        return judge(self, self.value == true, "true")
    end,
    is_false = function(self)
        return judge(self, self.value == false, "false")
    end,
    is_truthy = function(self)
        return judge(self, not not self.value, "something true")
    end,
    is_falsy = function(self)
        return judge(self, not self.value, "nil or false")
    end,
    --- A value of a Lua type: "string", "table" …
    is_a = function(self, kind)
        return judge(self, type(self.value) == kind, "a value of the type " .. show(kind), "its type is " .. type(self.value))
    end,
    is_above = function(self, bound)
        return judge(self, type(self.value) == "number" and self.value > bound, "a number above " .. show(bound))
    end,
    is_below = function(self, bound)
        return judge(self, type(self.value) == "number" and self.value < bound, "a number below " .. show(bound))
    end,
    --- A function that raises, with this text in its message if one is given.
    raises = function(self, fn, text)
        if type(fn) ~= "function" then
            fn, text = self.value, fn
        end
        if type(fn) ~= "function" then
            host.fail_usage("raises needs a function: t.expect(function() … end):raises(\"text\")")
        end
        local ok, raised = pcall(fn)
        local message = ok and "" or tostring(raised)
        local wanted = text and "an error that says " .. show(text) or "an error"
        local holds = not ok and (text == nil or find(message, text, 1, true) ~= nil)
        if holds ~= self.negated then
            return self
        end
        host.fail(format("expected %s%s\n     got %s", self.negated and "anything but " or "", wanted,
            ok and "none" or show(message)))
    end,
}, { value = true })

-- ---------------------------------------------------------------------------------------------- the world

local Message, Member, Guild, World

local function message_of(world, fields, author)
    if not fields then
        return nil
    end
    fields._world, fields._author = world, author
    return setmetatable(fields, Message)
end

Message = class("the message", {
    --- Changes its text, as its author.
    edit = function(self, text)
        host.edit(self._world, self._author, self.channel_id, self.id, text_of(text, "the new text"))
        self.content = text
        return self
    end,
    delete = function(self)
        host.delete(self._world, self._author, self.channel_id, self.id)
    end,
    --- Puts a reaction on it: as its author, or as somebody else.
    react = function(self, emoji, who)
        host.react(self._world, who and who.id or self._author, self.channel_id, self.id, text_of(emoji, "the emoji"), false)
        return self
    end,
    unreact = function(self, emoji, who)
        host.react(self._world, who and who.id or self._author, self.channel_id, self.id, text_of(emoji, "the emoji"), true)
        return self
    end,
    --- As it stands now; nil once it is deleted.
    now = function(self)
        return message_of(self._world, host.message(self._world, self.channel_id, self.id), self._author)
    end,
    --- The emojis that stand below it now.
    emojis = function(self)
        local now, found = host.message(self._world, self.channel_id, self.id), {}
        for _, reaction in ipairs(now and now.reactions or {}) do
            found[#found + 1] = reaction.emoji
        end
        return found
    end,
}, { reply_to = true, _author = true })
Message.__tostring = function(self)
    return format("%s in %s", quoted(self.content), self.channel)
end

local function say(self, text, options)
    options = options_of(options, "say's options", { "channel", "reply_to" })
    local channel = self.channel_id
    if options.channel ~= nil then
        if not self.guild then
            host.fail_usage("a direct channel has no other channels: leave out `channel`")
        end
        local place = options.channel
        channel = type(place) == "table" and place.id or self.guild:channel(place).id
    end
    if not channel then
        host.fail_usage("the guild has no channel: w:guild{ channels = { \"general\" } }")
    end
    local fields = host.say(self._world, self.id, channel, text_of(text, "what is said"), options.reply_to and options.reply_to.id)
    return message_of(self._world, fields, self.id)
end

Member = class("the member", {
    --- Says something; the bot hears it over its socket. Answers the message.
    say = say,
    --- Begins to type.
    type = function(self)
        host.type(self._world, self.id, self.channel_id)
    end,
    --- Leaves the guild.
    leave = function(self)
        host.leave(self._world, self.guild.id, self.id)
    end,
    --- Has these roles from now on, by name.
    set_roles = function(self, roles)
        host.member(self._world, self.guild.id, self.name, roles)
        return self
    end,
}, { guild = true, channel_id = true })
Member.__tostring = function(self)
    return self.name
end

Guild = class("the guild", {
    --- Somebody in the guild: by name, or `{ name = …, roles = { … } }`. Who is not in it joins.
    member = function(self, who)
        local options = type(who) == "table" and options_of(who, "guild:member", { "name", "roles" }) or { name = who }
        local fields = host.member(self._world, self.id, text_of(options.name, "the member's name"), options.roles)
        fields._world, fields.guild, fields.channel_id = self._world, self, self.channel_id
        return setmetatable(fields, Member)
    end,
    --- A channel by name: a table with id, name and mention.
    channel = function(self, name)
        return host.channel(self._world, self.id, text_of(name, "the channel's name"))
    end,
    --- Adds a role, or gives the one of this name.
    role = function(self, name, permissions)
        return host.role(self._world, self.id, text_of(name, "the role's name"), permissions or {})
    end,
}, { channel_id = true })
Guild.__tostring = function(self)
    return self.name
end

local function roles_of(given)
    local roles = {}
    for key, value in pairs(given or {}) do
        if type(key) == "string" then
            roles[#roles + 1] = { name = key, permissions = value }
        elseif type(value) == "table" then
            roles[#roles + 1] = { name = text_of(value.name, "a role's name"), permissions = value.permissions or {} }
        else
            roles[#roles + 1] = { name = text_of(value, "a role's name"), permissions = {} }
        end
    end
    sort(roles, function(a, b) return a.name < b.name end)
    return roles
end

local function selector(self, options)
    local channel = options.channel
    if type(channel) == "string" then
        channel = host.find_channel(self._world, channel)
    elseif type(channel) == "table" then
        channel = channel.channel_id or channel.id
    end
    return { to = options.to and options.to.id, channel = channel, within = options.within }
end

local function wanted_reply(options)
    local parts = {}
    for _, name in ipairs { "equals", "contains", "matches", "embed", "to", "channel", "within" } do
        local value = options[name]
        if value ~= nil then
            parts[#parts + 1] = name .. " " .. show(value)
        end
    end
    return #parts == 0 and "a reply" or "a reply with " .. concat(parts, ", ")
end

local function fault_of(reply, options)
    if options.equals ~= nil and reply.content ~= options.equals then
        return "its text is another one"
    elseif options.contains ~= nil and not find(reply.content, text_of(options.contains, "contains"), 1, true) then
        return "its text does not contain " .. show(options.contains)
    elseif options.matches ~= nil and not find(reply.content, text_of(options.matches, "matches")) then
        return "its text does not match " .. show(options.matches)
    elseif options.embed ~= nil then
        local first
        if #reply.embeds == 0 then
            return "it has no embed"
        end
        for _, embed in ipairs(reply.embeds) do
            local fits, path, wanted, got = covers(options.embed == true and {} or options.embed, embed, "embed")
            if fits then
                return nil
            end
            first = first or format("%s is not as expected: expected %s, got %s", path, show(wanted), show(got))
        end
        return first
    end
end

World = class("the world", {
    --- A guild: `w:guild()`, `w:guild "name"`, `w:guild{ name, channels = {…}, roles = {…}, owner, bot_permissions }`.
    guild = function(self, options)
        if type(options) == "string" then
            options = { name = options }
        end
        options = options_of(options, "w:guild", { 1, "name", "channels", "roles", "owner", "bot_permissions" })
        local fields = host.guild(self._world, options.name or options[1] or "guild", options.channels or {},
            roles_of(options.roles), options.owner or "owner", options.bot_permissions)
        fields._world = self._world
        return setmetatable(fields, Guild)
    end,
    --- Somebody in a direct channel with the bot.
    dm = function(self, name)
        local fields = host.direct(self._world, text_of(name, "the name"))
        fields._world = self._world
        return setmetatable(fields, Member)
    end,
    expect = function(_, value)
        return expectation(value, false)
    end,
    --- The next message of the bot that was not asked for yet: `contains`, `equals`, `matches`, `embed` say what it must
    --- be; `to`, `channel` choose; `within` lets the clock move. Answers it.
    expect_reply = function(self, options)
        if type(options) == "string" then
            options = { contains = options }
        end
        options = options_of(options, "w:expect_reply",
            { "contains", "equals", "matches", "embed", "to", "channel", "within" })
        local fields = host.next_reply(self._world, selector(self, options))
        local reply = message_of(self._world, fields)
        if not reply then
            host.fail_reply(self._world, wanted_reply(options), "nothing")
        end
        local fault = fault_of(reply, options)
        if fault then
            host.fail_reply(self._world, wanted_reply(options), tostring(reply) .. (#reply.embeds > 0 and " with " .. show(reply.embeds) or "")
                .. "\n     " .. fault)
        end
        return reply
    end,
    --- Nothing more came from the bot.
    expect_no_reply = function(self, options)
        options = options_of(options, "w:expect_no_reply", { "channel" })
        local more = host.unseen(self._world, selector(self, options).channel)
        if #more > 0 then
            host.fail_reply(self._world, "no reply", tostring(message_of(self._world, more[1])))
        end
    end,
    --- The next error that the bot reported: `contains`, `during` (`!ping`, `on_message`). Answers it.
    expect_error = function(self, options)
        if type(options) == "string" then
            options = { contains = options }
        end
        options = options_of(options, "w:expect_error", { "contains", "matches", "during" })
        local card = host.next_error(self._world)
        local wanted = "an error of the bot"
        for _, name in ipairs { "contains", "matches", "during" } do
            if options[name] ~= nil then
                wanted = wanted .. (wanted:find " with " and ", " or " with ") .. name .. " " .. show(options[name])
            end
        end
        if not card then
            host.fail_reply(self._world, wanted, "none")
        end
        local fits = (options.contains == nil or find(card.message, options.contains, 1, true))
            and (options.matches == nil or find(card.message, options.matches))
            and (options.during == nil or card.during == options.during)
        if not fits then
            host.fail_reply(self._world, wanted, format("an error in %s: %s", card.during, card.message))
        end
        return card
    end,
    --- All that the bot has said and not deleted, oldest first.
    replies = function(self)
        local found = host.replies(self._world)
        for index, fields in ipairs(found) do
            found[index] = message_of(self._world, fields)
        end
        return found
    end,
    --- What the bot wrote to its log.
    log = function(self)
        return host.log_lines(self._world)
    end,
    --- Waits until the bot has done all that it can without the clock.
    settle = function(self)
        host.settle(self._world)
    end,
    --- Moves the scripts' clock: seconds, or a text such as "24h".
    advance = function(self, duration)
        host.advance(self._world, duration)
    end,
    --- Seconds since 1970 on the scripts' clock.
    now = function(self)
        return host.now(self._world)
    end,
    --- Ends the bot and starts it anew, on the same server and with the same data.
    restart = function(self)
        host.restart(self._world)
    end,
    --- Cuts the bot's connection and waits until it has it again.
    drop_connection = function(self)
        host.drop(self._world)
    end,
    --- Writes a file of the bot of `t.script`.
    save = function(self, file, text)
        host.save(self._world, text_of(file, "the file's name"), text_of(text, "its text"))
    end,
    --- Takes over what was saved. Answers a table with `loaded`, `changes` and, where it did not load, `error`.
    reload = function(self)
        return host.reload(self._world)
    end,
    --- Starts the bot, which else the first thing that needs it does.
    start = function(self)
        host.start(self._world)
    end,
})

-- ---------------------------------------------------------------------------------------------- the tree of specs

local root = { name = nil, before = {}, after = {} }
local current, is_running = root, false
local cases = {}

local function add(name, fn, skip)
    if is_running then
        host.fail_usage("specs are declared while the file loads, not inside of t.it")
    end
    cases[#cases + 1] = { name = text_of(name, "the spec's name"), fn = fn, skip = skip, node = current }
end

local t = {}

--- A group of specs.
function t.describe(name, fn)
    if is_running then
        host.fail_usage("t.describe stands outside of t.it")
    end
    local outer = current
    current = { name = text_of(name, "the group's name"), before = {}, after = {}, parent = outer }
    local ok, raised = xpcall(fn, host.describe)
    current = outer
    if not ok then
        error(raised, 0)
    end
end

--- One spec: fn(w) has a world of its own.
function t.it(name, fn)
    if type(fn) ~= "function" then
        return add(name, nil, "not written yet")
    end
    add(name, fn)
end

--- A spec that is not run.
function t.pending(name)
    add(name, nil, "not written yet")
end

--- Inside of a spec: ends it, neither passed nor failed.
function t.skip(reason)
    if not is_running then
        host.fail_usage("t.skip stands inside of t.it; t.pending \"name\" declares a spec that is not run")
    end
    host.skip(reason or "skipped")
end

function t.before_each(fn)
    current.before[#current.before + 1] = fn
end

function t.after_each(fn)
    current.after[#current.after + 1] = fn
end

--- The bot that the specs of this file or group are about: a path, from the spec's folder.
function t.bot(path)
    current.bot = { path = text_of(path, "the bot's path") }
end

--- The bot that the specs of this file or group are about: its text.
function t.script(text)
    current.bot = { script = text_of(text, "the script") }
end

function t.expect(value)
    return expectation(value, false)
end

-- ---------------------------------------------------------------------------------------------- for the runner

local function list()
    local found = {}
    for index, case in ipairs(cases) do
        local names, node, bot = { case.name }, case.node, nil
        while node do
            if node.name then
                table.insert(names, 1, node.name)
            end
            bot = bot or node.bot
            node = node.parent
        end
        found[index] = { name = concat(names, " › "), line = case.fn and host.line(case.fn), skip = case.skip, bot = bot }
    end
    return found
end

local function hooks(node, kind, found)
    if not node then
        return found
    end
    if kind == "before" then
        hooks(node.parent, kind, found)
    end
    for _, fn in ipairs(node[kind]) do
        found[#found + 1] = fn
    end
    if kind == "after" then
        hooks(node.parent, kind, found)
    end
    return found
end

local function run(index, handle)
    local case, world = cases[index], setmetatable({ _world = handle }, World)
    is_running = true
    local ok, raised = xpcall(function()
        for _, fn in ipairs(hooks(case.node, "before", {})) do
            fn(world)
        end
        case.fn(world)
    end, host.describe)
    for _, fn in ipairs(hooks(case.node, "after", {})) do
        local done, wrong = xpcall(fn, host.describe, world)
        if ok and not done then
            ok, raised = false, wrong
        end
    end
    is_running = false
    if not ok then
        error(raised, 0)
    end
end

return t, list, run
