import BotCore
import BotTesting
import FluxerModel
import FluxerSandbox
import Foundation
import Synchronization

/// A project of files in a folder of its own, run on a sandbox in this process.
final class ProjectUnderTest: Sendable {
    let sandbox: Sandbox
    let bot: Bot
    let record: BotRecord
    let folder: String
    private let running: Task<BotFailure?, Never>

    init(_ files: [String: String], configure: (inout BotConfiguration) -> Void = { _ in }) async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "moontide-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.resolvingSymlinksInPath().path(percentEncoded: false)
        for (name, text) in files { try ProjectUnderTest.write(text, to: folder + "/" + name) }
        var settings = SandboxConfiguration()
        settings.rateLimits = .off
        sandbox = Sandbox(configuration: settings)
        let address = try await sandbox.start()
        record = BotRecord()
        var configuration = try await BotConfiguration(path: folder)
        configuration.api = address.apiURL
        configuration.token = sandbox.botToken
        configuration.drain = 1
        configuration.grace = 5
        configure(&configuration)
        let bot = Bot(configuration, observer: record)
        self.bot = bot
        running = Task {
            do throws(BotFailure) {
                try await bot.run()
                return nil
            } catch { return error }
        }
    }

    private static func write(_ text: String, to path: String) throws {
        let url = URL(filePath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url, options: .atomic)
    }

    func save(_ text: String, as name: String) throws { try ProjectUnderTest.write(text, to: folder + "/" + name) }

    func ready() async { await record.wait { $0.connections.contains { $0.hasPrefix("ready") } } }

    func say(_ text: String, in channel: String = "general") throws -> Message {
        guard let user = sandbox.users.first, let place = sandbox.channel(named: channel) else {
            throw BotFailure(.failed, "no such user or channel")
        }
        return try sandbox.say(as: user.id, in: place.id, text)
    }

    /// Says something, and waits for the bot's reply to it.
    func ask(_ text: String) async throws -> String {
        let events = sandbox.events()
        let asked = try say(text)
        for await event in events {
            if case .messageCreated(let message) = event, message.fields.reference?.messageID == asked.fields.id {
                return message.content
            }
        }
        throw BotFailure(.failed, "no reply to \(text)")
    }

    @discardableResult
    func end() async -> BotFailure? {
        bot.stop()
        let failure = await running.value
        try? await sandbox.shutdown()
        try? FileManager.default.removeItem(atPath: folder)
        return failure
    }

    /// Ends when the bot ends by itself.
    func finished() async -> BotFailure? { await running.value }
}
