import BotCore
import BotTesting
import FluxerModel
import FluxerSandbox
import LuaRuntime
import PackHost
import Testing

@Suite("a bot of several packs", .timeLimit(.minutes(2)))
struct ProjectBotTests {
    private static let entry = #"bot:command("ping", { help = "Answers." }, function(ctx) ctx:reply("pong") end)"#

    @Test("each pack answers its own commands, help lists all, a confined one answers without any grant")
    func sideBySide() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua":
                #"return { bot = { command_prefix = "?" }, packs = { quotes = { path = "quotes", settings = { who = "Heron" } } } }"#,
            "bot.lua": ProjectBotTests.entry,
            "quotes/pack.lua": #"return { name = "quotes", version = "2.1.0" }"#,
            "quotes/init.lua": """
            shared = nil
            bot:command("quote", { help = "Quotes somebody." }, function(ctx)
                ctx:reply(("%s %s %s"):format(pack.name, pack.version, pack.settings.who))
            end)
            bot:command("reach", function(ctx) ctx:reply(tostring(bot:get_command("ping").name)) end)
            """.replacing("shared = nil\n", with: ""),
        ])
        await project.ready()
        #expect(try await project.ask("?ping") == "pong")
        #expect(try await project.ask("?quote") == "quotes 2.1.0 Heron")
        #expect(try await project.ask("?reach") == "ping")
        let help = try await project.ask("?help")
        #expect(help.contains("?ping - Answers."))
        #expect(help.contains("?quote - Quotes somebody."))
        #expect(await project.end() == nil)
    }

    @Test("packs see nothing of each other: globals of modules, bot fields, require")
    func isolation() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua": #"return { packs = { b = { path = "b", trusted = true } } }"#,
            "bot.lua": """
            bot.shared = "from a"
            string.leak = "leaked"
            bot:command("a", function(ctx) ctx:reply(bot.shared) end)
            """,
            "b/init.lua": """
            bot:command("b", function(ctx)
                ctx:reply(tostring(bot.shared) .. " " .. tostring(string.leak) .. " " .. tostring(pcall(require, "bot")))
            end)
            """,
        ])
        await project.ready()
        #expect(try await project.ask("!a") == "from a")
        #expect(try await project.ask("!b") == "nil nil false")
        await project.end()
    }

    @Test("two packs with one name: the second does not load, and both are named with file and line")
    func clash() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua": #"return { packs = { quotes = { path = "quotes" } } }"#,
            "bot.lua": ProjectBotTests.entry,
            "quotes/init.lua": "\n" + #"bot:command("pong|PING", function(ctx) end)"#,
        ])
        await project.ready()
        let failure = try #require(project.record.now.failures.first)
        #expect(failure.error.pack == "quotes")
        #expect(
            failure.error.detail.contains(
                #"The alias "PING" of "pong" (quotes) is already the name of the command "ping" (bot)."#),
            "\(failure.error.detail)")
        #expect(failure.error.cause?.file == "init.lua")
        #expect(failure.error.cause?.line == 2)
        #expect(try await project.ask("!ping") == "pong")
        await project.end()
    }

    @Test("case_insensitive = false tells Ping from ping, in all packs; the prefix is never folded")
    func cases() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua":
                #"return { bot = { case_insensitive = false, command_prefix = "x!", owner_ids = { "42" } }, packs = { q = { path = "q" } } }"#,
            "bot.lua":
                #"bot:command("ping", function(ctx) ctx:reply("small " .. bot.owner_ids[1] .. tostring(bot:is_owner("42"))) end)"#,
            "q/init.lua": #"bot:command("Ping", function(ctx) ctx:reply("large") end)"#,
        ])
        await project.ready()
        #expect(try await project.ask("x!ping") == "small 42true")
        #expect(try await project.ask("x!Ping") == "large")
        await project.end()
    }

    @Test("a pack that fails is left out, the others run, and a save takes it in")
    func failing() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua": #"return { packs = { bad = { path = "bad" }, gone = { path = "gone" } } }"#,
            "bot.lua": ProjectBotTests.entry,
            "bad/init.lua": "error('not yet')",
        ]) { $0.watch = WatchTiming(interval: .milliseconds(10), settle: .milliseconds(10)) }
        await project.ready()
        #expect(try await project.ask("!ping") == "pong")
        #expect(Set(project.record.now.failures.map(\.error.pack)) == ["bad", "gone"])
        #expect(project.record.now.failures.allSatisfy { !$0.isServing })
        try project.save(#"bot:command("good", function(ctx) ctx:reply("now good") end)"#, as: "bad/init.lua")
        await project.record.wait { $0.reports.contains { $0.pack == "bad" } }
        #expect(try await project.ask("!good") == "now good")
        try project.save(#"bot:command("found", function(ctx) ctx:reply("found") end)"#, as: "gone/init.lua")
        await project.record.wait { $0.reports.contains { $0.pack == "gone" } }
        #expect(try await project.ask("!found") == "found")
        await project.end()
    }

    @Test("without an entry that loads nothing connects, and without a watcher the run ends")
    func entryFails() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua": #"return { packs = { q = { path = "q" } } }"#,
            "bot.lua": "error('broken')",
            "q/init.lua": #"bot:command("q", function(ctx) end)"#,
        ])
        let failure = await project.finished()
        #expect(failure?.code == .loadFailed)
        await project.end()
    }

    @Test("one pack is reloaded while the other serves")
    func reload() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua": #"return { packs = { q = { path = "q" } } }"#,
            "bot.lua": """
            local count = 0
            bot:command("count", function(ctx) count = count + 1 ctx:reply(tostring(count)) end)
            """,
            "q/init.lua": #"bot:command("q", function(ctx) ctx:reply("one") end)"#,
        ])
        await project.ready()
        #expect(try await project.ask("!count") == "1")
        #expect(try await project.ask("!q") == "one")
        try project.save(#"bot:command("q", function(ctx) ctx:reply("two") end)"#, as: "q/init.lua")
        #expect(await project.bot.reloadChanged())
        #expect(try await project.ask("!q") == "two")
        // The other pack was not touched: it counts on.
        #expect(try await project.ask("!count") == "2")
        try project.save("bot:command('count', function() end)", as: "q/init.lua")
        #expect(await project.bot.reload("q") == false)
        #expect(try await project.ask("!q") == "two")
        await project.end()
    }

    @Test("what a pack depends on is loaded first, and a pack whose need is missing says which")
    func dependencies() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua":
                #"return { packs = { a = { path = "a", order = -1 }, z = { path = "z" }, m = { path = "m" } } }"#,
            "bot.lua": ProjectBotTests.entry,
            "a/pack.lua": #"return { name = "a", depends = { "z >=1" } }"#,
            "a/init.lua": #"bot:command("a", function(ctx) ctx:reply("a") end)"#,
            "z/init.lua": #"bot:command("z", function(ctx) ctx:reply("z") end)"#,
            "m/pack.lua": #"return { name = "m", depends = { "none" } }"#,
            "m/init.lua": "bot:command('m', function() end)",
        ])
        await project.ready()
        #expect(project.record.now.reports.map(\.pack) == ["bot", "z", "a"])
        #expect(
            project.record.now.failures.first?.error.detail
                == "it needs the pack none, which is not there: list packs.none = { path = … } in moontide.lua")
        await project.end()
    }

    @Test("an unknown name is heard by the entry, and by other packs that may hear of all commands")
    func unknownNames() async throws {
        let listener = #"bot:event("on_command_error", function(ctx, err) log.info(pack.name .. " " .. err.name) end)"#
        let project = try await ProjectUnderTest([
            "moontide.lua":
                #"return { packs = { t = { path = "t", trusted = true }, c = { path = "c" }, g = { path = "g", grant = "manifest" } } }"#,
            "bot.lua": ProjectBotTests.entry + "\n" + listener, "t/init.lua": listener,
            "c/init.lua": listener + #" bot:command("own", function() error("x") end)"#,
            "g/pack.lua": #"return { name = "g", capabilities = { "commands:global" } }"#, "g/init.lua": listener,
        ])
        await project.ready()
        _ = try project.say("!nothing")
        await project.record.wait { contents in
            ["bot", "t", "g"].allSatisfy { contents.lines.contains("info: \($0) CommandNotFound") }
        }
        _ = try project.say("!own")
        await project.record.wait { contents in
            ["bot", "t", "g", "c"].allSatisfy { contents.lines.contains("info: \($0) CommandInvokeError") }
        }
        #expect(!project.record.now.lines.contains("info: c CommandNotFound"))
        await project.end()
    }

    @Test("two calls that require the same waiting module both get it, and one that requires itself is told so")
    func waitingModules() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua": "return {}",
            "bot.lua": """
            bot:command("slow", function(ctx) ctx:reply(require "slow") end)
            bot:command("circle", function(ctx)
                local ok, err = fluxer.try(require, "one")
                ctx:reply(err.message)
            end)
            """,
            "slow.lua":
                #"bot:wait_for("message", { check = function(m) return m.content == "go" end }) return "loaded""#,
            "one.lua": #"require "two""#, "two.lua": #"fluxer.sleep(0) require "one""#,
        ])
        await project.ready()
        var events = project.sandbox.events().makeAsyncIterator()
        let first = try project.say("!slow"), second = try project.say("!slow")
        #expect(try await project.ask("!circle").contains("module 'one' requires itself"))
        _ = try project.say("go")
        var answered: [MessageID: String] = [:]
        while answered.count < 2, let event = await events.next() {
            if case .messageCreated(let message) = event, let id = message.fields.reference?.messageID,
                [first.fields.id, second.fields.id].contains(id)
            {
                answered[id] = message.content
            }
        }
        #expect(answered == [first.fields.id: "loaded", second.fields.id: "loaded"])
        await project.end()
    }

    @Test("a confined pack that breaks its limits again and again is suspended, the others go on, a reload takes it in")
    func suspended() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua": #"return { packs = { q = { path = "q", limits = { cpu = "10ms" } } } }"#,
            "bot.lua": ProjectBotTests.entry,
            "q/init.lua":
                #"bot:command("spin", function() while true do end end) bot:command("q", function(ctx) ctx:reply("q") end)"#,
        ])
        await project.ready()
        for _ in 0..<3 { _ = try project.say("!spin") }
        await project.record.wait { $0.connections.contains { $0.hasPrefix("q is suspended") } }
        #expect(try await project.ask("!ping") == "pong")
        #expect(await project.bot.reloadChanged())
        #expect(try await project.ask("!q") == "q")
        await project.end()
    }
}
