import LuaRuntime
import Synchronization

/// What becomes of a pack that goes past its limits again and again, or does not come back from a call of C.
extension Pack {
    /// An invocation of a generation went past its limits.
    func breached(_ what: String, in label: String, _ number: Int) {
        let now = clock.now
        let (named, serving) = state.withLock { state -> ([String]?, Generation?) in
            guard let serving = state.serving, serving.number == number, !state.isSuspended else { return (nil, nil) }
            state.breachCounts[what, default: 0] += 1
            guard let named = state.breaches.note("\(what) in \(label)", at: now) else { return (nil, nil) }
            if limits.isConfined {
                state.isSuspended = true
                state.unheard += state.mailbox.clear()
            }
            return (named, serving)
        }
        guard let named, let serving else { return }
        guard limits.isConfined else { return tell(.breaches(source.name, named)) }
        serving.enqueue { $0.cancelAll("the pack is suspended") }
        tell(.suspended(source.name, named))
    }

    /// A generation is inside one call of C. On the watchdog's thread.
    func isStuck(_ stuck: ScriptExecutor.Stuck, _ number: Int) {
        let (generation, serves) = state.withLock { state -> (Generation?, Bool) in
            if let serving = state.serving, serving.number == number { return (serving, true) }
            return (state.loading?.number == number ? state.loading : nil, false)
        }
        guard stuck.isGivenUp else { return tell(.stuck(source.name, stuck.seconds)) }
        generation?.giveUp()
        guard serves, let generation else { return }
        breached("stuck", in: "a call of C", number)
        clock.task { await self.replace(generation) }
    }

    /// A fresh generation in place of one that was given up. Nothing is handed over: nobody can ask the old one.
    private func replace(_ old: Generation) async {
        await turn.begin()
        defer { turn.end() }
        let number = state.withLock { state -> Int? in
            guard state.serving === old, !state.isClosed else { return nil }
            state.isPaused = true
            return state.count + 1
        }
        guard let number else { return }
        defer { state.withLock { $0.loading = nil } }
        let next: Generation
        do {
            next = try await make(number)
            try await next.load(clock: clock)
            try await next.setUp(.nil, clock: clock)
        } catch {
            let loading = state.withLock { state -> Generation? in
                state.serving = nil
                return state.loading
            }
            if let loading { await discard(loading) }
            retire(old, "stuck")
            return tell(.notReplaced(source.name, "\((error as? PackError)?.detail ?? LuaError(error).message)"))
        }
        _ = await commit(next, reloaded: true, resumes: false)
        wake()
        retire(old, "stuck")
        tell(.replaced(source.name, number))
    }
}

extension PackNotice {
    static func slowedDown(_ pack: String, _ limits: PackLimits) -> PackNotice {
        PackNotice(
            .slowedDown, pack: pack,
            "\(pack) used up its share of the processor (cpu_share = \(Limit.cpuShare.text(limits[.cpuShare])), over 10 s) and is "
                + "slowed down to it: let it do less, or raise limits.cpu_share")
    }

    static func breaches(_ pack: String, _ what: [String]) -> PackNotice {
        PackNotice(
            .breaches, pack: pack,
            "\(pack) went past its limits \(what.count) times within a minute (\(list(what))); as your own code it goes on"
        )
    }

    static func suspended(_ pack: String, _ what: [String]) -> PackNotice {
        PackNotice(
            .suspended, pack: pack,
            "\(pack) is suspended: it went past its limits \(what.count) times within a minute (\(list(what))). It hears nothing and "
                + "answers nothing until it is loaded anew: save its file, or send SIGHUP")
    }

    static func stuck(_ pack: String, _ seconds: Double) -> PackNotice {
        PackNotice(
            .stuck, pack: pack,
            "\(pack) is inside one call for \(Int(seconds.rounded())) s that nothing can stop; the others go on, and it is started anew "
                + "if that lasts")
    }

    static func replaced(_ pack: String, _ number: Int) -> PackNotice {
        PackNotice(
            .replaced, pack: pack,
            "\(pack) did not come back from a call and was started anew as v\(number); what it was at is lost")
    }

    static func notReplaced(_ pack: String, _ reason: String) -> PackNotice {
        PackNotice(
            .notReplaced, pack: pack,
            "\(pack) did not come back from a call and could not be started anew (\(reason)): save its file to try again"
        )
    }

    /// How many lines a pack may not write were left out.
    public static func linesDropped(_ pack: String, _ count: Int) -> PackNotice {
        PackNotice(
            .linesDropped, pack: pack, "\(count) line\(count == 1 ? "" : "s") of \(pack) were dropped: it logs too much"
        )
    }

    /// `cpu in !spin twice, memory in on_message`.
    private static func list(_ what: [String]) -> String {
        var counts: [(what: String, count: Int)] = []
        for one in what {
            if let place = counts.firstIndex(where: { $0.what == one }) {
                counts[place].count += 1
            } else {
                counts.append((one, 1))
            }
        }
        return counts.map { $0.count == 1 ? $0.what : "\($0.what), \($0.count) times" }.joined(separator: "; ")
    }
}
