import ScriptCheck
import Testing

@Suite("the rules of check")
struct RuleTests {
    @Test("each finds its own example, and nothing else does")
    func examples() async throws {
        for rule in CheckRules.all {
            let found = try await Surface.findings(rule.example)
            #expect(Set(found.map(\.rule)) == [rule.name], "\(rule.name): \(found)")
            #expect(!rule.sentence.isEmpty && rule.sentence.hasSuffix("."))
        }
        #expect(Set(CheckRules.all.map(\.name)).count == CheckRules.all.count)
    }

    @Test("a name that nobody declared is told once, with the nearest, or what Lua writes instead")
    func reads() async throws {
        let text = """
            local message = "x"
            print(mesage, mesage, strin, unpack, io, qqqqqq)
            """
        let found = try await Surface.lines(text)
        #expect(
            found == [
                "2:7 undeclared-read: 'mesage' is not declared: it is always nil | did you mean 'message'?",
                "2:23 undeclared-read: 'strin' is not declared: it is always nil | did you mean 'string'?",
                "2:30 undeclared-read: 'unpack' is not declared: it is always nil | write table.unpack",
                "2:38 undeclared-read: 'io' is not declared: it is always nil | a pack's own files are read with pack.read",
                "2:42 undeclared-read: 'qqqqqq' is not declared: it is always nil | declare it first: local qqqqqq = …",
            ])
    }

    @Test("a global that slips in is told as the program would, with what to write")
    func writes() async throws {
        let text = """
            count = 1
            function helper() end
            function on_ready() end
            function setup(bot) end
            function tearDown() end
            bot = commands.Bot{}
            """
        let found = try await Surface.lines(text)
        #expect(
            found == [
                "1:1 undeclared-write: 'count' is not declared | write: local count = …",
                "2:10 undeclared-write: 'helper' is not declared | write: local function helper()",
                "3:10 undeclared-write: a global function on_ready is never called | write: function bot.on_ready()",
                "5:10 undeclared-write: 'tearDown' is not declared | did you mean 'teardown'?",
            ])
    }

    @Test("a signature's fault stands at its character, in every form of a command")
    func signatures() async throws {
        let text = """
            bot:command("ban <who", function(ctx) end)
            bot:command{ name = "größe [...a] <b>", run = function(ctx) end }
            local g = bot:group("admin", function(ctx) end)
            local Mod = commands.Cog("Mod")
            g:command("kick [x=1] y", function(ctx) end)
            Mod:command([[roll <1>]], function(self, ctx) end)
            bot:command("tab\\t<", function(ctx) end)
            """
        let found = try await Surface.findings(text).filter { $0.rule == "signature" }
        #expect(found.map { "\($0.line):\($0.column)" } == ["1:18", "2:35", "5:23", "6:21", "7:13"])
        #expect(found.allSatisfy { $0.reason.hasPrefix("the signature cannot be read: ") })
        #expect(found.last?.reason.contains(" (character ") == true)
    }

    @Test("a converter that the pack defines is a type")
    func converters() async throws {
        let plain = try await Surface.findings("bot:command('blink <code:hex>', function(ctx) end)")
        #expect(plain.map(\.rule) == ["signature"])
        let text = """
            local Hex = commands.Converter{ name = "hex", convert = function(ctx, s) return s end }
            bot:command('blink <code:hex>', { converters = { hex = Hex } }, function(ctx) end)
            """
        let found = try await Surface.findings(text)
        #expect(found.filter { $0.rule == "signature" } == [])
    }

    @Test("an event that nobody raises is a warning, in each way to listen")
    func events() async throws {
        let text = """
            bot:listen("mesage", function(m) end)
            bot:listen("on_message", function(m) end) bot:listen("message_create", function(data) end)
            bot:event("on_redy", function() end)
            function bot.on_mesage(m) end
            bot.on_typng = function() end
            bot:command("x", function(ctx) ctx.bot:wait_for("reaction_ad") end)
            """
        let found = try await Surface.fixes(text)
        #expect(
            found == [
                "1:13 did you mean 'message'?", "3:12 did you mean 'on_ready'?", "4:14 did you mean 'on_message'?",
                "5:5 did you mean 'on_typing'?", "6:50 did you mean 'reaction_add'?",
            ])
        let severities = try await Surface.findings(text).map(\.severity)
        #expect(Set(severities) == [.warning])
    }

    @Test("an option that nobody reads is told with the nearest, in all tables that the program reads")
    func options() async throws {
        let text = """
            commands.Bot{ comand_prefix = "!", allowed_mentions = { everione = true } }
            bot:command("a", { hlep = "x" }, function(ctx)
                ctx:send{ contnt = "x", embed = { titel = "x" }, embeds = { { colr = 1 } } }
                ctx.message:reply("x", { emebd = 1 })
                bot:wait_for("message", { timout = 1 })
                ctx:reply{ "text" }
            end)
            bot:command{ name = "b", rnu = 1, run = function(ctx) ctx:send{ silnt = true } end }
            """
        let found = try await Surface.findings(text)
        #expect(Set(found.map(\.rule)) == ["option"])
        #expect(
            found.map { "\($0.line):\($0.column)" } == [
                "1:15", "1:57", "2:20", "3:15", "3:39", "3:67", "4:30", "5:31", "6:16", "8:26", "8:65",
            ])
        #expect(found.first?.reason == "commands.Bot has no option 'comand_prefix'")
        #expect(found.first?.fix == "did you mean 'command_prefix'?")
    }

    @Test("members of modules, objects and strings are those they have; what a pack adds is known")
    func members() async throws {
        let text = """
            local f = require "fluxer"
            f.slep(1)
            log.inof("x")
            bot:comand("x", function() end)
            print(("x"):fromat(1), bot.mine, bot.theirs)
            bot.mine = 1
            function bot.on_message(m) m:rply("x") print(m.contnt, m.author.anything) end
            bot:listen("member_join", function(member) print(member.displayname) end)
            function string.trim(s) return s end
            print(("x"):trim(), table.getn({}))
            local s <const> = string
            print(s.formt)
            """
        let found = try await Surface.fixes(text)
        #expect(
            found == [
                "2:3 did you mean 'sleep'?", "3:5 did you mean 'info'?", "4:5 did you mean 'command'?",
                "5:13 did you mean 'format'?", "5:38 ", "7:30 did you mean 'reply'?", "7:48 did you mean 'content'?",
                "8:57 did you mean 'display_name'?", "10:27 write #t", "12:9 did you mean 'format'?",
            ])
    }

    @Test("a module that is nowhere is told with the paths it would have")
    func modules() async throws {
        let text = "require 'words'\nrequire 'wrods'\nrequire 'commnds'\nlocal name\nrequire(name)"
        let found = try await Surface.lines(text, modules: ["words"])
        #expect(
            found == [
                "2:9 module: there is no module 'wrods' | it would be wrods.lua or wrods/init.lua below the pack's folder",
                "3:9 module: there is no module 'commnds' | did you mean 'commands'?",
            ])
    }

    @Test("what is not certain is not guessed")
    func uncertain() async throws {
        let text = """
            local other = require("words")
            other:command("x", function(a, b) print(a.anything, b.anything) end)
            other:send{ anything = 1 }
            bot:command("y", function(ctx) ctx = other; print(ctx.anything) end)
            local t = commands
            t = other
            print(t.anything, other.string.anything)
            """
        let found = try await Surface.lines(text, modules: ["words"])
        #expect(found == [])
    }
}
