import Foundation
import JSON
import Testing

@Suite("the demo in a browser", .serialized, .enabled(if: Browser.mustRun), .timeLimit(.minutes(2)))
struct DemoTests {
    private static let script = """
        bot:command("ping", { help = "Is anyone there?" }, function(ctx)
            ctx:reply("pong")
        end)
        bot:command("card", function(ctx)
            ctx:send { embed = { title = "Report", description = "All **well**", color = "#3ba55d",
                fields = { { "Open", "12", inline = true }, { "Closed", "40", inline = true } } } }
        end)
        bot:command("broken", function(ctx)
            local nothing
            ctx:send(nothing.text)
        end)
        """

    /// The text of the last message that the bot wrote.
    private static let lastAnswer = """
        const own = document.querySelectorAll('[data-message-id]');
        const bots = Array.from(own).filter(m => (m.dataset.author || '') === 'moontide' || m.querySelector('.badge, .bot-badge'));
        const last = Array.from(own).pop();
        const content = last && last.querySelector('.content');
        return content && content.textContent.trim() === arguments[0] ? content.textContent : null;
        """

    @Test("a page opens, !ping is answered, a save changes the answer, a broken save leaves the old one and says where")
    func demo() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "moontide-demo-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "demo.lua")
        try DemoTests.script.write(to: file, atomically: true, encoding: .utf8)

        try await ChildProcess.with(Program.path, ["dev", file.path, "--port", "0"]) { program in
            let line = try await program.line { $0.contains("http://127.0.0.1:") }
            let address = try #require(line.firstMatch(of: /http:\S+/)?.0)
            _ = try await program.line { $0.hasPrefix("connected") }
            try await WebDriver.with { page in
                try await page.resize(width: 1280, height: 800)
                try await page.open(String(address))
                try await page.type("!ping" + WebDriver.enter, into: "#composer")
                try await page.wait(for: "the answer pong", DemoTests.lastAnswer, ["pong"])
                try await page.type("!card" + WebDriver.enter, into: "#composer")
                try await page.wait(for: "the embed", "return document.body.textContent.includes('Closed')")
                try Browser.keep(await page.screenshot(), as: "answered")

                try DemoTests.script.replacing("\"pong\"", with: "\"pong of the second version\"")
                    .write(to: file, atomically: true, encoding: .utf8)
                try await page.wait(
                    for: "the note of the new version",
                    "return document.querySelector('[data-notice-kind=reloaded]') && document.body.textContent.includes('v2: ~1 command')"
                )
                try await page.type("!ping" + WebDriver.enter, into: "#composer")
                try await page.wait(for: "the new answer", DemoTests.lastAnswer, ["pong of the second version"])
                try Browser.keep(await page.screenshot(), as: "reloaded")

                try "bot:command('ping', function(ctx)\n  ctx:reply('third'\nend)\n"
                    .write(to: file, atomically: true, encoding: .utf8)
                try await page.wait(
                    for: "file, line and reason of the broken save",
                    """
                    const text = document.body.textContent;
                    return document.querySelector('[data-notice-kind=failed]') && text.includes('demo.lua') && text.includes('expected');
                    """)
                try Browser.keep(await page.screenshot(), as: "broken")
                try await page.type("!ping" + WebDriver.enter, into: "#composer")
                try await page.wait(for: "the old answer again", DemoTests.lastAnswer, ["pong of the second version"])

                try await page.type("!broken" + WebDriver.enter, into: "#composer")
                try await page.wait(for: "the error card", "return document.querySelector('[data-notice-kind=error]')")
                try await page.wait(
                    for: "the source line on it", "return document.body.textContent.includes('ctx:send(nothing.text)')")
                try Browser.keep(await page.screenshot(), as: "error")
                try await page.prefer(dark: true)
                try await page.wait(
                    for: "the colours at rest",
                    "return document.getAnimations().every(one => one.playState !== 'running')")
                try Browser.keep(await page.screenshot(), as: "dark")
                try await page.resize(width: 390, height: 844, phone: true)
                try await page.wait(
                    for: "the page at rest", "return document.getAnimations().every(one => one.playState !== 'running')"
                )
                try Browser.keep(await page.screenshot(), as: "phone")
                let width = try await page.run("return document.documentElement.scrollWidth <= window.innerWidth")
                #expect(width.boolValue == true)
            }
            let code = await program.terminate()
            #expect(code == 0)
        }
    }
}
