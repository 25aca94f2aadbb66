import BotBindings
import BotCore
import BotTesting
import FluxerModel
import FluxerSandbox
import Foundation
import LuaRuntime
import Testing

@testable import PackHost

@Suite("capabilities", .timeLimit(.minutes(2)))
struct CapabilityTests {
    private static let manifest = #"return { name = "q", capabilities = { "reactions", "events:message", "fs:data" } }"#

    private func project(_ script: String, grant: String = "", manifest: String = CapabilityTests.manifest) async throws
        -> ProjectUnderTest
    {
        try await ProjectUnderTest([
            "moontide.lua": "return { packs = { q = { path = 'q', \(grant) } } }",
            "bot.lua": "bot:command('ping', function(ctx) ctx:reply('pong') end)", "q/pack.lua": manifest,
            "q/init.lua": script,
        ])
    }

    @Test(
        "what was not granted is refused, with what to write and where",
        arguments: [
            (
                "ctx.message:add_reaction('🌊')",
                "'Message:add_reaction' needs the capability \"reactions\": write grant = { \"reactions\" } at packs.q in moontide.lua"
            ),
            (
                "ctx.channel:send('x')",
                "'Channel:send' needs the capability \"messages:send\": add \"messages:send\" to capabilities in the pack.lua of q, and write grant = { \"messages:send\" } at packs.q in moontide.lua"
            ),
            ("ctx.message:reply('x')", "'Message:reply' needs the capability \"messages:send\""),
            (
                "ctx:reply('x', { allowed_mentions = { everyone = true } })",
                "the option allowed_mentions needs the capability"
            ),
            ("bot:wait_for('message')", "'Bot:wait_for(\"message\")' needs the capability \"events:message\""),
            ("pack.data.read('x')", "'pack.data.read' needs the capability \"fs:data\""),
            ("pack.env('HOME')", "'pack.env' needs the capability \"env:HOME\""),
            ("bot:remove_command('ping')", "'Bot:remove_command' needs the capability \"commands:global\""),
            ("commands.Bot{}", "in q use `bot`, which is there"),
        ])
    func refused(_ code: String, _ expected: String) async throws {
        let project = try await project(
            """
            bot:command("try", function(ctx)
                local ok, err = fluxer.try(function() \(code) end)
                ctx:reply(err and (err.name .. ": " .. err.message) or "it went")
            end)
            """)
        await project.ready()
        let answer = try await project.ask("!try")
        #expect(answer.contains(expected), "\(answer)")
        await project.end()
    }

    @Test("a listener without its events ends the load, at its line")
    func listener() async throws {
        let project = try await project("\nbot:listen('message', function() end)")
        await project.ready()
        let failure = try #require(project.record.now.failures.first)
        #expect(
            failure.error.detail.contains(
                "'on_message' needs the capability \"events:message\": write grant = { \"events:message\" } at packs.q in moontide.lua"
            ), "\(failure.error.detail)")
        #expect(failure.error.cause?.line == 2)
        await project.end()
    }

    @Test("what was granted works: reactions, events, files that outlive a reload")
    func granted() async throws {
        let project = try await project(
            """
            bot:listen("message", function(m) if m.content == "wave" then m:add_reaction("🌊") end end)
            bot:command("keep <...text>", function(ctx, text)
                pack.data.write("notes/one.txt", text)
                ctx:reply(table.concat(pack.data.list(), " "))
            end)
            bot:command("kept", function(ctx) ctx:reply(pack.data.read("notes/one.txt") or "nothing") end)
            """, grant: "grant = 'manifest'")
        await project.ready()
        let events = project.sandbox.events()
        let wave = try project.say("wave")
        for await event in events {
            if case .reactionAdded(let reaction) = event, reaction.messageID == wave.fields.id { break }
        }
        #expect(try await project.ask("!keep a b") == "notes/one.txt")
        #expect(await project.bot.reload("q"))
        #expect(try await project.ask("!kept") == "a b")
        #expect(
            FileManager.default.fileExists(atPath: project.folder + "/.moontide/data/q/notes/one.txt"))
        await project.end()
    }

    @Test("who may only answer does so while the command runs")
    func afterwards() async throws {
        let project = try await project(
            """
            local kept
            bot:command("keep", function(ctx) kept = ctx ctx:typing() ctx:reply("kept") end)
            bot:event("on_command_completion", function(ctx) log.info("over " .. ctx.command.name) end)
            bot:command("use", function(ctx)
                local _, err = fluxer.try(function() kept:send("later") end)
                ctx:reply(err and err.message or "it went")
            end)
            """)
        await project.ready()
        #expect(try await project.ask("!keep") == "kept")
        await project.record.wait { $0.lines.contains("info: over keep") }
        #expect(try await project.ask("!use").hasPrefix("'Context:send': the command has ended"))
        await project.end()
    }

    @Test("the token is read by no script: neither variable nor file, by its name or its value")
    func token() async throws {
        let hidden = ["MOONTIDE_TEST_TOKEN", "MOONTIDE_TEST_COPY"]
        let project = try await ProjectUnderTest([
            "moontide.lua": "return { token = { env = 'MOONTIDE_TEST_TOKEN' } }",
            "bot.lua": """
            bot:command("env <name>", function(ctx, name)
                local ok, value = fluxer.try(pack.env, name)
                ctx:reply(ok and tostring(value) or value.message)
            end)
            bot:command("read <name>", function(ctx, name)
                local ok, value = fluxer.try(pack.read, name)
                ctx:reply(ok and value or value.message)
            end)
            """, "words.txt": "tide",
        ]) { configuration in
            for name in hidden { setenv(name, configuration.token, 1) }
            setenv("FLUXER_TOKEN", "another", 1)
            setenv("MOONTIDE_TEST_WORD", "plain", 1)
        }
        defer { for name in hidden + ["FLUXER_TOKEN", "MOONTIDE_TEST_WORD"] { unsetenv(name) } }
        try project.save("x \(project.sandbox.botToken) y", as: "copy.txt")
        await project.ready()
        for name in hidden + ["FLUXER_TOKEN"] {
            #expect(
                try await project.ask("!env \(name)")
                    == "pack.env: \(name) holds the bot's token, which no script may read")
        }
        #expect(try await project.ask("!env MOONTIDE_TEST_WORD") == "plain")
        #expect(try await project.ask("!env MOONTIDE_TEST_NONE") == "nil")
        #expect(try await project.ask("!read words.txt") == "tide")
        #expect(try await project.ask("!read copy.txt").contains("holds the bot's token"))
        #expect(try await project.ask("!read ../x").contains("leaves the pack's folder"))
        await project.end()
    }

    @Test("inspect shows any value: keys in order, cycles and depth cut, models by their text")
    func inspect() async throws {
        let project = try await ProjectUnderTest([
            "moontide.lua": "return {}",
            "bot.lua": """
            bot:command("look", function(ctx)
                local t = { 1, "two\\n", b = true, a = { x = 1.5 }, ["c d"] = fluxer.null, [10] = {} }
                t.self = t
                ctx:reply(utils.inspect(t) .. "|" .. utils.inspect(fluxer.array{}) .. "|"
                    .. utils.inspect({ { { {} } } }, 2) .. "|" .. utils.inspect(ctx.channel) .. "|"
                    .. tostring(require "fluxer.utils" == utils))
            end)
            """,
        ])
        await project.ready()
        #expect(
            try await project.ask("!look")
                == """
                {
                  1,
                  "two\\n",
                  [10] = {},
                  a = { x = 1.5 },
                  b = true,
                  ["c d"] = fluxer.null,
                  self = <cycle>,
                }|fluxer.array{}|{ { { … } } }|<Channel general>|true
                """)
        await project.end()
    }

    // MARK: The list

    /// Entries that change something only within the pack, or wait: they need no right of the table.
    private static let free: Set<String> = ["fluxer.sleep", "Bot.wait_for"]

    @Test("every right that a binding needs is a word of the list, and what waits needs one or is known to be harmless")
    func bindings() {
        let words = Set(Capability.all.map(\.word) + Capability.families.map { "events:\($0)" } + ["answer"])
        let entries =
            Modules.all.flatMap { module in module.entries.map { ("\(module.name).\($0.name)", $0) } }
            + Modules.types.flatMap { type in type.members.map { ("\(type.name).\($0.name)", $0) } }
        for (name, entry) in entries {
            if let capability = entry.capability {
                #expect(words.contains(capability.word), "\(name) needs \(capability), which no grant can give")
            } else if entry.waits {
                #expect(CapabilityTests.free.contains(name), "\(name) waits and needs no capability")
            }
        }
        #expect(entries.contains { $0.1.capability?.word == "messages:send" })
    }

    @Test("every event has a family that can be granted, or is about the bot itself")
    func families() {
        for event in Events.known {
            guard let family = EventFamily.of(event) else { continue }
            #expect(Capability.families.contains(family), "\(event) is of the family \(family)")
        }
        #expect(EventFamily.of("guild_member_add") == "member")
        #expect(EventFamily.of("message_reaction_add") == "reaction")
        #expect(EventFamily.of("saved_thing") == "raw")
        #expect(EventFamily.of("ready") == nil)
    }

    @Test("the guide's table is the list")
    func guide() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/projects.md"), encoding: .utf8)
        let rows = Capability.all.map { "| `\($0.word)` | \($0.sentence) |" }
        #expect(text.contains(rows.joined(separator: "\n")), "write:\n\(rows.joined(separator: "\n"))")
        #expect(text.contains(Capability.families.map { "`\($0)`" }.joined(separator: ", ")))
    }
}
