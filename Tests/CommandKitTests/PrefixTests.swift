import CommandKit
import Testing

@Suite("prefix")
struct PrefixTests {
    private func told(_ matcher: PrefixMatcher, _ text: String) -> String? {
        matcher.match(text).map { call in
            var arguments = call.arguments
            return "\(call.prefix)|\(call.name)|\(arguments.rawRest())"
        }
    }

    @Test("a message is a call if it begins with the prefix and a word follows")
    func text() {
        let matcher = PrefixMatcher([.text("!")], botID: "7")
        #expect(told(matcher, "!ping") == "!|ping|")
        #expect(told(matcher, "!Ping a  b ") == "!|Ping| a  b ")
        #expect(told(matcher, "! \n ping a") == "!|ping| a")
        #expect(told(matcher, "!ping\na") == "!|ping|\na")
        #expect(told(matcher, "!\"a b\"") == "!|\"a| b\"")
        for text in ["", "!", "!  \n", " !ping", "ping", "?ping", "<@7> ping", "！ping"] {
            #expect(told(matcher, text) == nil, "\(text)")
        }
    }

    @Test("without stripping a blank after the prefix makes it no call")
    func noStripping() {
        let matcher = PrefixMatcher([.text("!"), .mention], botID: "7", stripsAfterPrefix: false)
        #expect(told(matcher, "!ping") == "!|ping|")
        #expect(told(matcher, "! ping") == nil)
        #expect(told(matcher, "<@7> ping") == "<@7> |ping|")
        #expect(told(matcher, "<@7>  ping") == nil)
    }

    @Test("the first prefix of the list that matches is taken")
    func list() {
        let matcher = PrefixMatcher([.text("!!"), .text("!"), .text("")], botID: nil)
        #expect(told(matcher, "!!ping") == "!!|ping|")
        #expect(told(matcher, "!ping") == "!|ping|")
        #expect(told(matcher, "  ping x") == "|ping| x")
        #expect(told(PrefixMatcher([.text("!"), .text("!!")], botID: nil), "!!ping") == "!|!ping|")
        #expect(told(PrefixMatcher([], botID: "7"), "ping") == nil)
    }

    @Test("a prefix is compared with case")
    func prefixCase() {
        let matcher = PrefixMatcher([.text("Bot ")], botID: nil)
        #expect(told(matcher, "Bot ping") == "Bot |ping|")
        #expect(told(matcher, "bot ping") == nil)
    }

    @Test("both forms of the bot's mention match whatever follows; one space is part of the prefix")
    func mention() {
        let matcher = PrefixMatcher([.mention, .text("!")], botID: "123456789012345678")
        #expect(told(matcher, "<@123456789012345678> ping") == "<@123456789012345678> |ping|")
        #expect(told(matcher, "<@!123456789012345678>ping x") == "<@!123456789012345678>|ping| x")
        #expect(told(matcher, "<@123456789012345678>   ping") == "<@123456789012345678> |ping|")
        #expect(told(matcher, "<@123456789012345678>\nping") == "<@123456789012345678>|ping|")
        #expect(told(matcher, "!ping") == "!|ping|")
        for text in ["<@123456789012345678>", "<@123456789012345678>  ", "<@1234> ping", "<@&123456789012345678> ping"]
        {
            #expect(told(matcher, text) == nil, "\(text)")
        }
        #expect(told(PrefixMatcher([.mention], botID: nil), "<@> ping") == nil)
        #expect(told(PrefixMatcher([.mention], botID: ""), "<@> ping") == nil)
    }

    @Test("code points are compared, not what they look like")
    func codePoints() {
        // The mark joins the prefix on the screen; a comparison of letters would find no prefix.
        let marked = PrefixMatcher([.text("!")], botID: nil).match("!\u{301}ping")
        #expect(marked.map { Array($0.name.unicodeScalars) } == Array("\u{301}ping".unicodeScalars))
        #expect(PrefixMatcher([.text("é")], botID: nil).match("e\u{301}ping")?.name == nil)
    }

    @Test("the arguments are read with the matcher's quotes")
    func quotes() throws {
        var strict = try #require(PrefixMatcher([.text("!")], botID: nil, quotes: .strict).match("!say don’t"))
            .arguments
        #expect(throws: CommandError.self) { try strict.word() }
        var lenient = try #require(PrefixMatcher([.text("!")], botID: nil).match("!say don’t")).arguments
        #expect(try lenient.word() == "don’t")
    }

    @Test("any text is a call with a name, or none")
    func anyText() {
        SeededGenerator.run("prefix") { generator in
            for _ in 0..<20_000 {
                let text = generator.text(upTo: 16, of: "!!? <@7>ab\n\u{301}")
                let prefixes: [Prefix] = [.mention, .text("!!"), .text("!"), .text("?\u{301}")]
                guard let call = PrefixMatcher(prefixes, botID: "7").match(text) else { continue }
                #expect(!call.name.isEmpty)
                #expect(!call.name.unicodeScalars.contains { allBlanks.contains($0) })
                var arguments = call.arguments
                let whole = call.prefix + call.name + String(arguments.rawRest())
                let kept = text.unicodeScalars.filter { !allBlanks.contains($0) }
                #expect(whole.unicodeScalars.filter { !allBlanks.contains($0) }.elementsEqual(kept))
            }
        }
    }
}
