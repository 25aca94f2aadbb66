import Foundation
import JSON
import Testing

@Suite(
    "the browser that the tests use",
    .enabled(if: Browser.mustRun, "there is no chromedriver or no chromium: run make test"))
struct WebDriverTests {
    @Test("types, waits, looks and complains as a person would", .timeLimit(.minutes(2)))
    func page() async throws {
        let html = """
            <meta name=viewport content='width=device-width'><input id=a><p id=b></p><script>
            a.onchange = () => setTimeout(() => { b.textContent = a.value + '!' }, 50);
            addEventListener('keydown', e => { if (e.key == 'F2') console.error('F2 was pressed') })
            </script>
            """
        try await WebDriver.with { page in
            try await page.open("data:text/html;base64," + Data(html.utf8).base64EncodedString())
            try await page.type("hello" + WebDriver.enter, into: "#a")
            let text = try await page.wait(
                for: "the echo", "return document.querySelector(given[0]).textContent", ["#b"])
            #expect(text == "hello!")

            try await page.resize(width: 390, height: 844, phone: true)
            #expect(try await page.run("return innerWidth") == 390)
            try await page.resize(width: 1280, height: 800)
            #expect(try await page.run("return innerWidth") == 1280)
            #expect(try await page.screenshot().prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))

            try await page.press("\u{E032}")
            #expect(try await page.complaints().contains { $0.contains("F2 was pressed") })
        }
    }
}
