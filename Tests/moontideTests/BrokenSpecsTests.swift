import BotTesting
import Foundation
import LuaRuntime
import Testing

/// A bot that gets everything wrong: each kind of expectation fails, and says what was expected, what came, and where.
@Suite("specs that fail", .timeLimit(.minutes(2)))
struct BrokenSpecsTests {
    private static let file = "LuaSpecs/broken/every_kind.lua"

    /// The name of each spec, the line that is named, and what the report must say, in this order.
    private static let expected: [(name: String, line: Int?, words: [String])] = [
        ("equals", 14, ["expected a reply with equals \"pong\"", "got \"pnog\" in #general", "the bot has said:"]),
        ("contains", 19, ["contains \"pong\"", "got \"pnog\"", "its text does not contain \"pong\""]),
        ("matches", 24, ["matches \"^po\"", "got \"pnog\"", "does not match \"^po\""]),
        (
            "embed", 29,
            [
                "embed { title = \"Right\" }", "got \"look\" in #general with", "title = \"Wrong\"",
                "embed.title is not as expected: expected \"Right\", got \"Wrong\"",
            ]
        ),
        ("no embed", 34, ["got \"pnog\"", "it has no embed"]),
        ("to", 40, ["expected a reply with to \"hello\" in #general", "got nothing", "\"pnog\" in #general"]),
        ("channel", 46, ["expected a reply with channel \"bots\"", "got nothing", "\"pnog\" in #general"]),
        ("nothing came", 51, ["equals \"pong\"", "got nothing", "the bot has said nothing"]),
        ("within", 56, ["equals \"late\", within \"59s\"", "got nothing"]),
        ("no reply", 62, ["expected no reply", "got \"two\"", "\"one\" in #general (asked for before)"]),
        ("no error came", 67, ["expected an error of the bot with contains \"thing\", during \"!ping\"", "got none"]),
        ("another error came", 72, ["contains \"other\"", "got an error in !crash: bot.lua:9: no such thing"]),
        (
            "an error that nothing expected", 75,
            ["the bot raised an error that nothing expected: in on_message (bot.lua:16)", "the listener broke"]
        ),
        (
            "a difference deep down", 81,
            ["expected { list =", "got { list =", "first difference at .list[2].name: expected \"c\", got \"b\""]
        ),
        ("is", 85, ["expected \"two\"", "got \"one\""]),
        ("never", 89, ["expected anything but \"one\"", "got \"one\""]),
        ("nothing raised", 93, ["expected an error that says \"x\"", "got none"]),
        ("a mistake in the spec", 98, ["attempt to index a nil value (local 'nothing')"]),
        ("an expectation in a helper", 103, ["expected 2", "got 1"]),
        ("a bot that never rests", 110, ["the bot did not come to rest within 5 s"]),
        ("a spec that spins", 114, ["CPU"]),
        ("a spec that spins in pcall", nil, ["CPU"]),
        ("a spec that yields to nobody", 124, ["attempt to yield from outside a coroutine"]),
        ("a hook that fails › before", 129, ["the hook broke"]),
        ("a hook that fails › after", 136, ["the hook broke"]),
        ("a bot that does not load › at all", 144, ["the bot did not load: bot.lua:1:", "> 1 | bot:command("]),
        ("a bot that waits while it loads › for too long", 151, ["took longer than 10 s", "> 1 | fluxer.sleep(3600)"]),
        ("a world that is over › is kept", 159, ["kept"]),
        ("a world that is over › and used", 162, ["this world's spec is over"]),
    ]

    @Test("say what was expected, what came and where, whatever kind they are")
    func kinds() async throws {
        var runner = SpecRunner()
        // Less than the time-out: who spins is ended by its budget.
        runner.settings.specLimits.cpu = 300_000_000
        let results = await runner.run(try SpecFinder.find(Repository.path("Tests/" + Self.file)))
        #expect(results.map(\.title) == Self.expected.map(\.name))
        for (result, expected) in zip(results, Self.expected) {
            guard let failure = result.failure else {
                Issue.record("\(expected.name) did not fail")
                continue
            }
            let report = SpecReport().lines(of: result).joined(separator: "\n")
            #expect(failure.file == Self.file, "\(report)")
            // Where it stands when its budget ends is left to chance.
            if let line = expected.line { #expect(failure.line == line, "\(report)") }
            var rest = report[...]
            for words in expected.words {
                guard let found = rest.range(of: words) else {
                    Issue.record("\(words) is missing, or out of place:\n\(report)")
                    break
                }
                rest = rest[found.upperBound...]
            }
        }
        let card = try #require(results.first { $0.title == "an error that nothing expected" }?.failure)
        #expect(card.errors.count == 1)
        #expect(card.errors.first?.contains("> 16 |     if message.content == \"boom\" then error") == true)
        #expect(try #require(results.first?.failure).log.contains("info: heard !ping"))
    }

    @Test(
        "a file that does not load is reported, and the others run",
        arguments: [
            ("syntax", "it did not load: LuaSpecs/broken/syntax.lua:3:"), ("raises", "the group broke"),
            ("spins", "it did not load:"), ("empty", "it declares no spec"),
        ])
    func files(_ name: String, _ words: String) async throws {
        var runner = SpecRunner()
        runner.settings.specLimits.cpu = 300_000_000
        let broken = try SpecFinder.find(Repository.path("Tests/LuaSpecs/broken/\(name).lua"))
        let good = try SpecFinder.find(Repository.path("Tests/LuaSpecs/library.lua"))
        let results = await runner.run(broken + good)
        let first = try #require(results.first)
        #expect(first.name == nil)
        #expect(first.failure?.message.contains(words) == true, "\(first)")
        #expect(SpecSummary(results).failed == 1)
        #expect(SpecSummary(results).passed > 10)
    }

    @Test("a spec that needs a bot and has none says how to name one; one that needs none passes")
    func noBot() async throws {
        let results = await SpecRunner().run(try SpecFinder.find(Repository.path("Tests/LuaSpecs/broken/nobot.lua")))
        #expect(results.map(\.hasPassed) == [false, true])
        #expect(results.first?.failure?.message.contains("t.bot \"path\" or t.script[[ … ]]") == true)
    }

    @Test("the form of JUnit holds every spec, and what XML cannot hold is replaced")
    func junit() async throws {
        var runner = SpecRunner()
        runner.filter = "equals"
        let broken = await runner.run(try SpecFinder.find(Repository.path("Tests/" + Self.file)))
        runner.filter = "pending"
        let good = await SpecRunner().run(try SpecFinder.find(Repository.path("Tests/LuaSpecs/library.lua")))
        let text = SpecReport.junit(broken + good)
        let parser = XMLReader()
        let document = try #require(parser.read(text))
        #expect(document.count("testsuite") == 2)
        #expect(document.count("testcase") == broken.count + good.count)
        #expect(document.count("failure") == 1)
        #expect(document.count("skipped") == 2)
        #expect(text.contains("expected a reply with equals &quot;pong&quot;"))
    }
}

/// Just enough of XML to see that a text is well-formed and what elements it has.
private struct XMLReader {
    struct Document {
        var names: [String] = []
        func count(_ name: String) -> Int { names.count { $0 == name } }
    }

    func read(_ text: String) -> Document? {
        var document = Document()
        var open: [String] = []
        var rest = text[...]
        guard rest.hasPrefix("<?xml"), let end = rest.range(of: "?>") else { return nil }
        rest = rest[end.upperBound...]
        while let begin = rest.firstIndex(of: "<") {
            guard let close = rest[begin...].firstIndex(of: ">") else { return nil }
            let tag = rest[rest.index(after: begin)..<close]
            rest = rest[rest.index(after: close)...]
            if tag.hasPrefix("/") {
                guard open.popLast() == String(tag.dropFirst()) else { return nil }
                continue
            }
            let name = String(tag.prefix { $0.isLetter })
            document.names.append(name)
            if !tag.hasSuffix("/") { open.append(name) }
        }
        return open.isEmpty ? document : nil
    }
}
