import BotBindings
import LuaRuntime
import PackHost
import Synchronization

/// A pack of a running bot: its generations, its mailbox, what it hears.
final class RunningPack: Sendable {
    let configuration: PackConfiguration
    let program: BotProgram
    let pack: Pack
    private let observer: any BotObserver
    /// Events lost to a full mailbox and not yet told.
    private let lost = Mutex(0)

    var name: String { configuration.name }

    init(_ own: PackConfiguration, of bot: BotConfiguration, host: any BotHost, observer: any BotObserver) {
        configuration = own
        self.observer = observer
        program = BotProgram(
            host: host,
            role: PackRole(isEntry: own.isEntry, capabilities: own.capabilities, settings: own.settings))
        var limits = own.limits
        limits.isConfined = own.isConfined
        pack = Pack(
            own.source, program: program, limits: limits, clock: bot.clock, grace: bot.grace, logger: bot.logger
        ) { observer.notice($0) }
    }

    /// Whether it hears this event (without `on_`).
    func hears(_ event: String) -> Bool { program.hears(event) }

    /// Into its mailbox. What a full one loses is told when it begins, and counted when it is over.
    func hand(_ delivery: Delivery) {
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
        return all.first { $0.configuration.isEntry && $0.pack.serving != nil } ?? all.first { $0.pack.serving != nil }
    }
}
