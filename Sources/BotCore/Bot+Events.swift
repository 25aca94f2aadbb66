import BotBindings
import CommandKit
import FluxerCache
import FluxerGateway
import FluxerModel
import LuaRuntime
import PackHost
import Synchronization

/// From the gateway to the packs.
extension Bot {
    /// On the event loop, in gateway order: the cache first, then the mailboxes. Never waits.
    func receive(_ update: GatewayUpdate) {
        let work = configuration.clock.work
        work?.begin()
        defer { work?.end() }
        switch update {
        case .notice(let notice): receive(notice)
        case .dispatch(let dispatch):
            let event: GatewayEvent
            do { event = try dispatch.event() } catch {
                observer.connection(
                    "an event was left out: \(dispatch.name) is not as expected (\(error))", isProblem: true)
                handled(dispatch)
                return
            }
            let change = world.cache.apply(event)
            deliver(change, of: event, dispatch)
            handled(dispatch)
        }
    }

    private func handled(_ dispatch: GatewayDispatch) {
        if let sequence = dispatch.sequence { progress.withLock { $0.sequence = sequence } }
    }

    private func deliver(_ change: Change, of event: GatewayEvent, _ dispatch: GatewayDispatch) {
        switch event {
        case .ready(let ready):
            observer.connection("connected as \(ready.user.tag)", isProblem: false)
            gotReady()
        case .guildCreate, .guildDelete: guildArrived()
        default: break
        }
        switch change {
        case .message(let message):
            deliver(message)
            deliverRaw(dispatch, as: "message_create")
        default:
            for event in EventNames.events(of: change) + EventNames.reactions(of: change, world) {
                deliver(event, isDroppable: event.name.hasPrefix("reaction") || event.name == "typing")
            }
            let name = dispatch.name.lowercased()
            deliverRaw(dispatch, as: Events.known.contains(name) ? "raw_" + name : name)
        }
    }

    /// A message goes to every pack that hears messages, and as a call to the one whose command it names; within a
    /// pack both in one delivery, so that neither overtakes the other.
    private func deliver(_ message: Message) {
        let call: Call?
        let callee: String?
        switch world.route(message) {
        case .none: (call, callee) = (nil, nil)
        case .command(let found, let pack): (call, callee) = (found, pack)
        case .other(let found): (call, callee) = (found, packs.spokesman?.name)
        }
        for pack in packs.all {
            let call = pack.name == callee ? call : nil
            let hears = pack.hears("message")
            guard hears || call != nil else { continue }
            pack.hand(
                Delivery(isDroppable: false, bytes: message.luaCost + 128) { state in
                    guard let context = BotContext.find(state) else { return }
                    if hears { Events.dispatch(BotEvent("message") { message.push(to: $0) }, state, context) }
                    if let call { CommandPipeline.handle(call, message, state, context) }
                })
        }
    }

    private func deliver(_ event: BotEvent, isDroppable: Bool) {
        for pack in packs.all { pack.hand(event, isDroppable: isDroppable) }
    }

    /// Events by their gateway name, with their data as a table; behind `raw_` where scripts know something else by it.
    private func deliverRaw(_ dispatch: GatewayDispatch, as name: String) {
        let listening = packs.all.filter { $0.hears(name) }
        guard !listening.isEmpty else { return }
        let data = dispatch.data
        let event = BotEvent(name) { state in
            do throws(LuaError) { try state.pushJSON(data) } catch { state.pushNil() }
            return 1
        }
        for pack in listening { pack.hand(event, isDroppable: false, bytes: data.count + 256) }
    }

    private func receive(_ notice: GatewayNotice) {
        progress.withLock { $0.note(notice) }
        switch notice {
        case .connecting(let attempt):
            if attempt > 1 { observer.connection("connecting again (attempt \(attempt))", isProblem: false) }
        case .connected: break
        case .ready: deliver(BotEvent("connect"), isDroppable: false)
        case .resumed(_, let gap):
            observer.connection(
                gap == 0 ? "connection resumed" : "connection resumed; the server could not replay \(gap) events",
                isProblem: gap != 0)
            deliver(BotEvent("resumed"), isDroppable: false)
        case .disconnected(let loss):
            let code = loss.code.map { " (\($0))" } ?? ""
            observer.connection(
                "connection lost\(code): \(loss.reason); trying again in \(Int(loss.retryAfter / 1000)) s",
                isProblem: true)
            deliver(BotEvent("disconnect"), isDroppable: false)
        case .fatal: break
        }
    }

    // MARK: Ready

    private func gotReady() {
        gate.withLock { $0.ready(at: configuration.clock.now) }
        configuration.clock.task { [self] in
            let listed = await world.listGuilds()
            gate.withLock { $0.listed(listed) }
            checkGate()
            while let deadline = gate.withLock({ $0.deadline }) {
                guard (try? await configuration.clock.sleep(until: deadline)) != nil else { return }
                checkGate()
            }
        }
    }

    private func guildArrived() {
        gate.withLock { $0.guildArrived(at: configuration.clock.now) }
        checkGate()
    }

    private func checkGate() {
        let missing = world.cache.missingGuilds.count
        guard gate.withLock({ $0.opens(at: configuration.clock.now, missing: missing) }) else { return }
        world.becameReady()
        for pack in packs.all {
            let program = pack.program
            pack.hand(Delivery(isDroppable: false) { program.becameReady($0) })
        }
        world.gateway.startUpCompleted()
        world.cache.startUpCompleted()
        progress.withLock { $0.isReady = true }
        let guilds = world.cache.guilds.count
        observer.connection("ready: \(guilds) guild\(guilds == 1 ? "" : "s")", isProblem: false)
    }
}
