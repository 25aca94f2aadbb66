import FluxerREST
import Testing

@Suite("bot token")
struct BotTokenTests {
    @Test(
        "blanks and the word Bot around the configured text are tolerated",
        arguments: [
            "150.s3cr3t", "Bot 150.s3cr3t", "  bot   150.s3cr3t\n", "\t150.s3cr3t ",
        ])
    func accepted(text: String) {
        let token = BotToken(text)
        #expect(token?.reveal() == "150.s3cr3t")
        #expect(token?.applicationID == "150")
    }

    @Test("what no header can carry is no token", arguments: ["", "  ", "Bot ", "a b", "a\nb", "tökén"])
    func refused(text: String) {
        #expect(BotToken(text) == nil)
    }

    @Test("the token shows itself nowhere")
    func redaction() throws {
        let token = try #require(BotToken("150.s3cr3t"))
        var dumped = "\(token) \(String(reflecting: token)) \([token]) \(Optional(token) as Any)"
        dump(token, to: &dumped)
        dump(RESTClient.Configuration(token: token, version: "1"), to: &dumped)
        #expect(!dumped.contains("s3cr3t"))
        #expect(token.redact("a 150.s3cr3t b 150.s3cr3t") == "a [token] b [token]")
    }
}
