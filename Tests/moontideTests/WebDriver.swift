import AsyncHTTPClient
import Foundation
import JSON
import NIOCore
import NIOHTTP1

/// A browser without a window, steered through chromedriver: https://www.w3.org/TR/webdriver2/.
///
/// Waiting is done inside the page, by a script that the driver gives up after ``patience`` seconds.
struct WebDriver: Sendable {
    /// Seconds that a page has to load, and a condition has to become true.
    static let patience = 30

    private let session: String
    private let client: HTTPClient

    /// Where chromedriver and Chromium are, if this machine has both.
    static var programs: (driver: String, browser: String)? {
        guard let driver = find(["chromedriver"]),
            let browser = find(["chromium", "chromium-browser", "google-chrome"])
        else { return nil }
        return (driver, browser)
    }

    /// Starts driver and browser, lends a page, and ends both, whatever happens.
    static func with<R>(_ body: (WebDriver) async throws -> R) async throws -> R {
        guard let programs else {
            throw WebDriverError(detail: "there is no chromedriver or no chromium: run make test")
        }
        let profile = FileManager.default.temporaryDirectory.appending(path: "moontide-browser-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: profile) }
        return try await ChildProcess.with(programs.driver, ["--port=0"]) { driver in
            let line = try await driver.line { $0.contains("started successfully on port") }
            guard let port = line.firstMatch(of: /port (\d+)/)?.1 else { throw WebDriverError(detail: line) }
            let client = HTTPClient(eventLoopGroupProvider: .singleton)
            do {
                let page = try await open(
                    "http://127.0.0.1:\(port)", client: client, browser: programs.browser, profile: profile.path)
                let result: R
                do {
                    result = try await body(page)
                } catch {
                    _ = try? await page.command(.DELETE, "")
                    throw error
                }
                _ = try? await page.command(.DELETE, "")
                try await client.shutdown()
                return result
            } catch {
                try? await client.shutdown()
                throw error
            }
        }
    }

    // MARK: - What a person does

    func open(_ address: String) async throws {
        try await command(.POST, "/url", ["url": .string(address)])
    }

    /// Types into the one element that the selector finds. ``enter`` is a key, too.
    func type(_ text: String, into selector: String) async throws {
        let element = try await element(selector)
        try await command(.POST, "/element/\(element)/value", ["text": .string(text)])
    }

    func click(_ selector: String) async throws {
        let element = try await element(selector)
        try await command(.POST, "/element/\(element)/click", [:])
    }

    /// Presses a key without looking where.
    func press(_ key: String) async throws {
        let actions: JSONValue = [
            "actions": [
                [
                    "type": "key", "id": "keyboard",
                    "actions": [
                        ["type": "keyDown", "value": .string(key)],
                        ["type": "keyUp", "value": .string(key)],
                    ],
                ]
            ]
        ]
        try await command(.POST, "/actions", actions)
    }

    static let enter = "\u{E007}"

    // MARK: - What a person sees

    /// What the JavaScript function body returns; `arguments` are its arguments.
    @discardableResult
    func run(_ script: String, _ arguments: [JSONValue] = []) async throws -> JSONValue {
        try await command(.POST, "/execute/sync", ["script": .string(script), "args": .array(arguments)])
    }

    /// Looks at the page every 20 ms until the JavaScript function body returns something true, and answers that.
    @discardableResult
    func wait(
        for what: String, _ condition: String, _ arguments: [JSONValue] = []
    ) async throws -> JSONValue {
        let script = """
            const done = arguments[arguments.length - 1];
            const given = Array.from(arguments).slice(0, -1);
            const condition = function () { \(condition) };
            const look = () => {
                let value;
                try { value = condition.apply(null, given); } catch (error) { value = null; }
                if (value) done(value); else setTimeout(look, 20);
            };
            look();
            """
        do {
            return try await command(.POST, "/execute/async", ["script": .string(script), "args": .array(arguments)])
        } catch let error as WebDriverError {
            let body = try? await run("return document.body.innerText").stringValue
            throw WebDriverError(detail: "waited in vain for \(what): \(error.detail)\nThe page:\n\(body ?? "")")
        }
    }

    /// Makes the page as large as a screen of that size, in CSS pixels.
    func resize(width: Int, height: Int, phone: Bool = false) async throws {
        let parameters: JSONValue = [
            "width": .init(integerLiteral: width), "height": .init(integerLiteral: height),
            "deviceScaleFactor": .init(integerLiteral: phone ? 2 : 1),
            "mobile": .bool(phone),
        ]
        try await devtools("Emulation.setDeviceMetricsOverride", parameters)
    }

    /// Says to the page that its user likes it dark, or light.
    func prefer(dark: Bool) async throws {
        let feature: JSONValue = ["name": "prefers-color-scheme", "value": .string(dark ? "dark" : "light")]
        try await devtools("Emulation.setEmulatedMedia", ["features": [feature]])
    }

    /// The visible part of the page, as PNG.
    func screenshot() async throws -> Data {
        let text = try await command(.GET, "/screenshot").stringValue ?? ""
        guard let data = Data(base64Encoded: text) else { throw WebDriverError(detail: "the screenshot is not base64") }
        return data
    }

    /// What the page complained about: errors, refused resources.
    func complaints() async throws -> [String] {
        let entries = try await command(.POST, "/se/log", ["type": "browser"]).arrayValue ?? []
        return entries.compactMap { entry in
            entry["level"]?.stringValue == "SEVERE" ? entry["message"]?.stringValue : nil
        }
    }

    // MARK: - The wire

    private static func open(
        _ driver: String, client: HTTPClient, browser: String, profile: String
    ) async throws -> WebDriver {
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--user-data-dir=" + profile,
        ]
        let milliseconds = JSONValue(integerLiteral: patience * 1000)
        let wanted: JSONValue = [
            "capabilities": [
                "alwaysMatch": [
                    "browserName": "chrome",
                    "goog:chromeOptions": [
                        "binary": .string(browser), "args": .array(arguments.map { .string($0) }),
                    ],
                    "goog:loggingPrefs": ["browser": "ALL"],
                    "timeouts": ["script": milliseconds, "pageLoad": milliseconds],
                ]
            ]
        ]
        let answer = try await send(.POST, driver + "/session", wanted, client: client)
        guard let id = answer["sessionId"]?.stringValue else { throw WebDriverError(detail: "no session: \(answer)") }
        return WebDriver(session: driver + "/session/" + id, client: client)
    }

    private func element(_ selector: String) async throws -> String {
        let found = try await command(.POST, "/element", ["using": "css selector", "value": .string(selector)])
        // The name is the standard's: https://www.w3.org/TR/webdriver2/#elements.
        guard let id = found["element-6066-11e4-a52e-4f735466cecf"]?.stringValue else {
            throw WebDriverError(detail: "no element for \(selector)")
        }
        return id
    }

    private func devtools(_ command: String, _ parameters: JSONValue) async throws {
        try await self.command(.POST, "/goog/cdp/execute", ["cmd": .string(command), "params": parameters])
    }

    @discardableResult
    private func command(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        try await Self.send(method, session + path, body, client: client)
    }

    private static func send(
        _ method: HTTPMethod, _ address: String, _ body: JSONValue?, client: HTTPClient
    ) async throws -> JSONValue {
        var request = HTTPClientRequest(url: address)
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.serialize()))
        }
        let response = try await client.execute(request, timeout: .seconds(Int64(patience * 2)))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        let value = try JSONValue(parsing: Array(bytes.readableBytesView))["value"] ?? .null
        if response.status.code != 200 {
            let name = value["error"]?.stringValue ?? "status \(response.status.code)"
            let message = value["message"]?.stringValue?.split(separator: "\n").first.map(String.init) ?? ""
            throw WebDriverError(detail: "\(name): \(message)")
        }
        return value
    }

    private static func find(_ names: [String]) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        for name in names {
            for folder in folders where FileManager.default.isExecutableFile(atPath: folder + "/" + name) {
                return folder + "/" + name
            }
        }
        return nil
    }
}

/// What the browser or its driver said no to.
struct WebDriverError: Error, CustomStringConvertible {
    let detail: String
    var description: String { detail }
}
