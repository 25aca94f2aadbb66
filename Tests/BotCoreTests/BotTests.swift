import BotCore
import BotTesting
import FluxerModel
import FluxerSandbox
import LuaRuntime
import PackHost
import Testing

@Suite("a bot on the sandbox", .timeLimit(.minutes(1)))
struct BotTests {
    @Test("a command is answered over real sockets")
    func ping() async throws {
        let harness = try await BotHarness(#"bot:command("ping", function(ctx) ctx:reply("pong") end)"#)
        await harness.ready()
        #expect(try await harness.ask("!ping").content == "pong")
        #expect(await harness.end() == nil)
    }

    @Test("arguments arrive converted, defaults fill what is missing, wrong calls are told how it goes")
    func arguments() async throws {
        let harness = try await BotHarness(
            """
            bot:command("add <a:int> <b:int> [note=none]", function(ctx, a, b, note)
                ctx:reply(("%d %s %s"):format(a + b, math.type(a), note))
            end)
            bot:command("say <...text>", function(ctx, text) ctx:reply(text) end)
            """)
        await harness.ready()
        #expect(try await harness.ask("!add 1 2").content == "3 integer none")
        #expect(try await harness.ask("!ADD 1 2 \"two words\"").content == "3 integer two words")
        #expect(try await harness.ask("!say  a   b ").content == "a   b")
        let missing = try await harness.ask("!add 1")
        #expect(missing.content == "`b` is missing. Usage: !add <a> <b> [note=none]")
        let wrong = try await harness.ask("!add 1 x")
        #expect(wrong.content.contains("int"))
        await harness.end()
    }

    @Test("help lists the commands")
    func help() async throws {
        let harness = try await BotHarness(
            #"bot:command("ping", { help = "Is anyone there?" }, function(ctx) ctx:reply("pong") end)"#)
        await harness.ready()
        #expect(try await harness.ask("!help").content.contains("!ping - Is anyone there?"))
        #expect(try await harness.ask("!help pin").content == "No command called \"pin\" found. Did you mean \"ping\"?")
        await harness.end()
    }

    @Test("a save changes the answer, and the report says what changed")
    func reload() async throws {
        let harness = try await BotHarness(#"bot:command("ping", function(ctx) ctx:reply("one") end)"#)
        await harness.ready()
        #expect(try await harness.ask("!ping").content == "one")
        try harness.save(
            """
            bot:command("ping", function(ctx) ctx:reply("two") end)
            bot:command("new", function(ctx) ctx:reply("new") end)
            """)
        #expect(await harness.bot.reload())
        #expect(try await harness.ask("!ping").content == "two")
        let report = harness.record.now.reports.last
        #expect(report?.changes == ["+ !new", "~ !ping"])
        #expect(report?.summary == "v2: +1 command, ~1 command")
        await harness.end()
    }

    @Test("a module may wait while require loads it, at load and inside a command, and is loaded once")
    func waitingRequire() async throws {
        let harness = try await BotHarness(#"bot:command("ping", function(ctx) ctx:reply("one") end)"#)
        await harness.ready()
        try harness.save("fluxer.sleep(0) fluxer.sleep(0) return { text = 'slept' }", as: "words.lua")
        try harness.save(
            """
            local words = require "words"
            bot:command("ping", function(ctx)
                ctx:reply(words.text .. tostring(require "words" == words))
            end)
            """)
        #expect(await harness.bot.reload())
        #expect(try await harness.ask("!ping").content == "slepttrue")
        try harness.save(#"bot:command("ping", function(ctx) ctx:reply((require "words").text) end)"#)
        #expect(await harness.bot.reload())
        #expect(try await harness.ask("!ping").content == "slept")
        await harness.end()
    }

    @Test("a broken save leaves the old version answering, and names file, line and reason")
    func brokenSave() async throws {
        let harness = try await BotHarness(#"bot:command("ping", function(ctx) ctx:reply("old") end)"#)
        await harness.ready()
        try harness.save("bot:command(\"ping\", function(ctx)\n  ctx:reply(\"new\"\nend)")
        #expect(await harness.bot.reload() == false)
        #expect(try await harness.ask("!ping").content == "old")
        let failure = try #require(harness.record.now.failures.last)
        #expect(failure.isServing)
        #expect(failure.error.cause?.file == "bot.lua")
        #expect(failure.error.cause?.line == 3)
        #expect(failure.error.detail.contains("expected"))
        #expect(failure.source.contains { $0.line == 3 })
        await harness.end()
    }

    @Test("state is handed over, teardown hears why, on_ready tells a reload")
    func handover() async throws {
        let script = """
            local count = 0
            bot:command("count", function(ctx) count = count + 1; ctx:reply(tostring(count)) end)
            function setup(bot, state) count = state and state.count or 0 end
            function handover(bot) return { count = count } end
            function teardown(bot, reason) log.info("torn down: " .. reason) end
            function bot.on_ready(info) log.info("ready, reloaded " .. tostring(info.reloaded)) end
            """
        let harness = try await BotHarness(script)
        await harness.ready()
        await harness.record.wait { $0.lines.contains("info: ready, reloaded false") }
        #expect(try await harness.ask("!count").content == "1")
        #expect(try await harness.ask("!count").content == "2")
        try harness.save(script + "\n-- changed")
        #expect(await harness.bot.reload())
        #expect(try await harness.ask("!count").content == "3")
        await harness.record.wait { $0.lines.contains("info: torn down: reload") }
        await harness.record.wait { $0.lines.contains("info: ready, reloaded true") }
        await harness.end()
        #expect(harness.record.now.lines.contains("info: torn down: shutdown"))
    }

    @Test(
        "whatever a handler raises is contained, reported with its place, and answered with a reference",
        arguments: [
            "error('boom')", "error({ code = 1 })", "error(nil)", "error(42)", "local x = nil; x.y = 1",
            "error(setmetatable({}, { __tostring = function() error('again') end }))", "ctx.author.nonsense = 1",
            "string.rep()", "ctx:send()", "ctx:send('x', { embedd = {} })",
        ])
    func errors(_ body: String) async throws {
        let harness = try await BotHarness(
            """
            bot:command("bad", function(ctx)
                \(body)
            end)
            bot:command("ping", function(ctx) ctx:reply("pong") end)
            """)
        await harness.ready()
        let answer = try await harness.ask("!bad")
        #expect(answer.content.hasPrefix("Something broke. Reference ID: "))
        await harness.record.wait { !$0.cards.isEmpty }
        let card = try #require(harness.record.now.cards.first)
        #expect(answer.content.hasSuffix(card.reference))
        #expect(card.label == "!bad")
        #expect(card.file == "bot.lua" || body == "error(nil)")
        #expect(try await harness.ask("!ping").content == "pong")
        await harness.end()
    }

    @Test("listeners, wait_for and sleep work beside commands")
    func dialogue() async throws {
        let harness = try await BotHarness(
            """
            bot:command("quiz", function(ctx)
                local m = bot:wait_for("message", { timeout = 30, check = function(m)
                    return m.author.id == ctx.author.id and m.content == "paris"
                end })
                fluxer.sleep(0)
                m:reply("correct")
            end)
            bot:command("late", function(ctx)
                local m, why = bot:wait_for("message", { timeout = 0, check = function() return false end })
                ctx:reply(tostring(m) .. " " .. why)
            end)
            bot:listen("message", function(m)
                if m.content == "wave" then m:add_reaction("🌊") end
            end)
            """)
        await harness.ready()
        _ = try harness.say("!quiz")
        _ = try harness.say("london")
        #expect(try await harness.ask("paris").content == "correct")
        #expect(try await harness.ask("!late").content == "nil timeout")
        let events = harness.sandbox.events()
        let wave = try harness.say("wave")
        var emoji: String?
        for await event in events {
            if case .reactionAdded(let reaction) = event, reaction.messageID == wave.fields.id {
                emoji = reaction.emoji.name
                break
            }
        }
        #expect(emoji == "🌊")
        await harness.end()
    }

    @Test("a spinning command ends with its budget, and others are answered meanwhile")
    func spinning() async throws {
        let harness = try await BotHarness(
            """
            bot:command("spin", function(ctx) while true do pcall(function() while true do end end) end end)
            bot:command("ping", function(ctx) ctx:reply("pong") end)
            """
        ) { $0.limits[.cpu] = 0.2 }
        await harness.ready()
        let spin = try harness.say("!spin")
        #expect(try await harness.ask("!ping").content == "pong")
        await harness.record.wait { !$0.cards.isEmpty }
        #expect(harness.record.now.cards[0].message.contains("CPU"))
        #expect(harness.sandbox.replies(to: spin.fields.id).count <= 1)
        await harness.end()
    }

    @Test("a pack that spins does not hold up another bot in the same process")
    func twoPacks() async throws {
        let spinner = try await BotHarness(
            #"bot:command("spin", function(ctx) while true do end end)"#
        ) { $0.limits[.cpu] = 0.5 }
        let other = try await BotHarness(#"bot:command("ping", function(ctx) ctx:reply("pong") end)"#)
        await spinner.ready()
        await other.ready()
        _ = try spinner.say("!spin")
        #expect(try await other.ask("!ping").content == "pong")
        await spinner.record.wait { !$0.cards.isEmpty }
        await spinner.end()
        await other.end()
    }

    @Test("a refused token ends the run with one line")
    func refusedToken() async throws {
        let harness = try await BotHarness(#"bot:command("ping", function(ctx) end)"#) {
            $0.token = "1.not-the-token"
        }
        await harness.record.wait { !$0.reports.isEmpty }
        let failure = await harness.end()
        #expect(failure == nil || failure?.code == .refused)
        #expect(failure?.description.contains("not-the-token") != true)
    }
}
