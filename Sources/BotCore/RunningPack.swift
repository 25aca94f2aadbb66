import BotBindings
import LuaRuntime
import PackHost
import Synchronization

/// A pack of a running bot: its generations, its mailbox, what it hears.
final class RunningPack: Sendable {
    let name: String
    let isEntry: Bool
    let program: BotProgram
    private let bot: BotConfiguration
    private let observer: any BotObserver
    private struct Parts {
        var configuration: PackConfiguration
        var pack: Pack
        /// The files that decide about the pack, as they were at the last load.
        var site: [String: FileStamp?]
    }
    private let parts: Mutex<Parts>
    /// Events lost to a full mailbox and not yet told.
    private let lost = Mutex(0)
    private let tried = Atomic(false)

    var configuration: PackConfiguration { parts.withLock { $0.configuration } }
    var pack: Pack { parts.withLock { $0.pack } }
    var isServing: Bool { pack.serving != nil }

    init(_ own: PackConfiguration, of bot: BotConfiguration, host: any BotHost, observer: any BotObserver) {
        name = own.name
        isEntry = own.isEntry
        self.bot = bot
        self.observer = observer
        program = BotProgram(host: host, role: own.role(in: bot))
        parts = Mutex(
            Parts(
                configuration: own, pack: RunningPack.make(own, bot, program, observer), site: own.site?.watched ?? [:])
        )
    }

    private static func make(
        _ own: PackConfiguration, _ bot: BotConfiguration, _ program: BotProgram, _ observer: any BotObserver
    ) -> Pack {
        var limits = own.limits
        limits.isConfined = own.isConfined
        return Pack(
            own.source, program: program, limits: limits, clock: bot.clock, grace: bot.grace, logger: bot.logger
        ) { observer.notice($0) }
    }

    /// Whether it hears this event (without `on_`).
    func hears(_ event: String) -> Bool { program.hears(event) }

    // MARK: Loading

    /// The files to watch, and how they stood when they were last read.
    var watchedFiles: [String: FileStamp?] {
        parts.withLock { $0.site.merging($0.pack.watchedFiles) { $1 } }
    }

    /// Whether a file it was made from has changed since.
    var hasChanged: Bool { watchedFiles.contains { $0.value != FileStamp.read($0.key) } }

    /// Whether a load was tried.
    var wasTried: Bool { tried.load(ordering: .relaxed) }

    /// Takes over the files as they are now.
    ///
    /// - Parameter others: the packs beside it, for what it depends on.
    func load(beside others: PackSet) async throws(PackError) -> PackReport {
        tried.store(true, ordering: .relaxed)
        var warnings: [String] = []
        if let site = configuration.site {
            parts.withLock { $0.site = site.watched }
            warnings = adopt(try await site.resolve())
        }
        let own = configuration
        for needed in own.dependencies where needed != name {
            guard let other = others[needed] else {
                throw PackError(
                    .missing, pack: name,
                    "it needs the pack \(needed), which is not there: list packs.\(needed) = { path = … } in moontide.lua"
                )
            }
            guard other.isServing else {
                throw PackError(
                    .missing, pack: name, "it needs the pack \(needed), which is not loaded: mend that one first")
            }
        }
        if let rival = own.incompatible.first(where: { others[$0] != nil }) {
            throw PackError(
                .clash, pack: name, "it cannot be beside the pack \(rival): take one of the two out of moontide.lua")
        }
        return try await pack.reload().warning(warnings)
    }

    /// What changed in its manifest holds from the next generation on; what belongs to the pack as a whole only while none
    /// has served yet.
    private func adopt(_ resolved: PackSite.Resolved) -> [String] {
        let (configuration, warnings) = parts.withLock { parts -> (PackConfiguration, [String]) in
            var next = parts.configuration
            next.take(resolved)
            var warnings = resolved.warnings
            if next.source != parts.pack.source || next.limits != parts.configuration.limits {
                if parts.pack.serving == nil {
                    parts.pack = RunningPack.make(next, bot, program, observer)
                } else {
                    warnings.append("its entry or limits changed: that holds after a new start")
                    next.source = parts.configuration.source
                    next.limits = parts.configuration.limits
                }
            }
            parts.configuration = next
            return (next, warnings)
        }
        program.assign(configuration.role(in: bot))
        return warnings
    }

    // MARK: Delivery

    /// Into its mailbox. What a full one loses is told when it begins, and counted when it is over.
    func hand(_ delivery: Delivery) {
        let pack = pack
        let dropped = pack.deliver(delivery)
        let line = lost.withLock { lost -> String? in
            defer { lost += dropped }
            if dropped > 0 { return lost == 0 ? "is too slow for its events: some are being dropped" : nil }
            guard lost > 0, pack.waiting < Int(pack.limits[.mailbox]) / 2 else { return nil }
            defer { lost = 0 }
            return "keeps up again: \(lost) events were dropped"
        }
        if let line { observer.connection("\(name) \(line)", isProblem: true) }
    }

    /// Into its mailbox, if it hears the event.
    func hand(_ event: BotEvent, isDroppable: Bool, bytes: Int = 1_024) {
        guard hears(event.name) else { return }
        hand(
            Delivery(isDroppable: isDroppable, bytes: bytes) { state in
                if let context = BotContext.find(state) { Events.dispatch(event, state, context) }
            })
    }
}

/// The packs of a bot in load order. Empty once it has ended.
final class PackSet: Sendable {
    private let packs = Mutex<[RunningPack]>([])

    /// In load order.
    var all: [RunningPack] { packs.withLock { $0 } }

    func fill(_ list: [RunningPack]) { packs.withLock { $0 = list } }

    subscript(name: String) -> RunningPack? { packs.withLock { list in list.first { $0.name == name } } }

    /// Who answers what belongs to no pack: the entry while it serves, else the first that does.
    var spokesman: RunningPack? {
        let all = all
        return all.first { $0.isEntry && $0.isServing } ?? all.first(where: \.isServing)
    }
}
