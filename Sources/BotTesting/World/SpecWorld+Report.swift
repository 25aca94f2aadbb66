import BotCore
import FluxerModel
import FluxerSandbox
import LuaRuntime
import PackHost
import Synchronization

extension SpecWorld {
    /// Everything that was said and everything that went wrong, for a failed expectation.
    func whatCame() -> String {
        var text = ""
        let messages = sandbox.botMessages
        if messages.isEmpty {
            text += "\n     the bot has said nothing"
        } else {
            let seen = state.withLock { $0.seenReplies }
            text += "\n     the bot has said:"
            for message in messages.suffix(10) {
                let mark = seen.contains(message.id) ? " (asked for before)" : ""
                let embeds = message.embeds.isEmpty ? "" : message.embeds.count == 1 ? " with an embed" : " with embeds"
                text += "\n       \(Excerpt.quoted(message.content)) in \(place(message.channelID))\(embeds)\(mark)"
            }
        }
        for card in unseenErrors.suffix(3) { text += "\n     the bot raised: \(SpecWorld.line(of: card))" }
        return text
    }

    /// `in !ping (bot.lua:3): no such thing`.
    static func line(of card: ErrorCard) -> String {
        let place = card.file.map { " (\($0)\(card.line.map { ":\($0)" } ?? ""))" } ?? ""
        return "in \(card.label)\(place): \(card.message)"
    }

    // MARK: Saving and reloading

    /// Writes a file of the spec's own script.
    func save(_ text: String, as file: String) throws(LuaError) {
        try requireAlive()
        guard case .script? = bot else {
            throw .spec("w:save works with t.script alone: the files of a bot on disk are left as they are")
        }
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }), !file.contains("\0") else {
            throw .spec("\(Excerpt.quoted(file)) is no file of the bot: name one below its folder, such as bot.lua")
        }
        guard let folder = state.withLock({ $0.folder }) else {
            throw .spec("w:save comes after the bot has started: call w:start() before it")
        }
        do throws(PackError) {
            var path = folder
            for part in parts.dropLast() {
                path += "/" + part
                SpecFolder.makeFolder(path)
            }
            try SpecFolder.write(text, to: folder + "/" + file)
        } catch { throw .spec(error.detail) }
    }

    /// Takes over what was saved, and says what came of it.
    func reload() async throws(LuaError) -> LuaValue {
        let bot = try await started()
        try await settle()
        let before = record.now
        let end = Mutex<Bool?>(nil)
        let bell = bell
        clock.work?.begin()
        Task.detached { [work = clock.work] in
            let isLoaded = await bot.reload()
            end.withLock { $0 = isLoaded }
            work?.end()
            bell.ring()
        }
        // `load` waits for scripts, and is not counted as work while it does.
        try await pump("the bot did not reload") { end.withLock { $0 } != nil ? .reached : .mayWait }
        try await settle()
        let now = record.now
        guard end.withLock({ $0 }) == true, let report = now.reports.last, now.reports.count > before.reports.count
        else {
            let failure = now.failures.last
            return .table([
                .string("loaded"): .bool(false),
                .string("error"): .string(failure?.error.detail ?? "it was not loaded"),
            ])
        }
        return .table([
            .string("loaded"): .bool(true), .string("generation"): .int(Int64(report.generation)),
            .string("changes"): .array(report.changes.map { .string($0) }),
            .string("warnings"): .array(report.warnings.map { .string($0) }),
        ])
    }
}
