import BotCore
import FluxerSandbox
import LuaRuntime
import Synchronization

extension SpecWorld {
    /// What a look at the world came to, while something is waited for.
    enum Look {
        /// What was waited for is there.
        case reached
        /// Not yet; the clock stands still.
        case mayWait
        /// Not yet; where nothing goes on but the clock, it moves.
        case mayStep
    }

    /// Whether nothing goes on and nothing is on its way.
    func isQuiet(_ bot: Bot) -> Bool { bot.isQuiet(on: sandbox, clock.work) }

    /// Looks again whenever something has come to rest, until what is waited for is there.
    ///
    /// - Throws: a `SpecStuck` error with `failure` as its beginning, after the time-out in real time.
    func pump(_ failure: String, until look: () -> Look) async throws(LuaError) {
        let begun = ContinuousClock.now
        var ticker: Task<Void, any Error>?
        defer { ticker?.cancel() }
        while true {
            let seen = bell.count
            switch look() {
            case .reached: return
            case .mayStep where clock.work?.standing.open == 0:
                // Nothing goes on: should something have begun since the look, it is found at the next.
                if let next = clock.nextDeadline, clock.step(to: next) { continue }
            case .mayStep, .mayWait: break
            }
            guard ContinuousClock.now - begun < .seconds(settings.timeout) else {
                throw .stuck("\(failure) within \(Excerpt.seconds(settings.timeout)): \(whatGoesOn())")
            }
            guard !Task.isCancelled else { throw .stuck("\(failure): the spec was stopped") }
            // For the time-out: everything else rings by itself.
            if ticker == nil {
                ticker = Task.detached { [bell] in
                    while true {
                        try await Task.sleep(for: .milliseconds(20))
                        bell.ring()
                    }
                }
            }
            await bell.wait(after: seen)
        }
    }

    private func whatGoesOn() -> String {
        var parts: [String] = []
        if let open = clock.work?.standing.open, open > 0 {
            parts.append("\(open) thing\(open == 1 ? " goes" : "s go") on (a call, a coroutine, an event)")
        }
        if let bot = state.withLock({ $0.running?.bot }) {
            let got = bot.standing, sent = sandbox.gatewayStanding.attached
            if !got.isConnected {
                parts.append("the bot is not connected")
            } else if sent != [got.sequence] {
                parts.append("it has handled event \(got.sequence) of \(sent.first.map(String.init) ?? "none")")
            }
            if bot.waiting > 0 { parts.append("\(bot.waiting) events wait for it") }
        }
        return parts.isEmpty ? "it waits for nothing that could be seen" : parts.joined(separator: ", ")
    }

    /// Waits until the bot has done all that it can do without the clock.
    func settle() async throws(LuaError) {
        let bot = try await started()
        try await pump("the bot did not come to rest") { isQuiet(bot) ? .reached : .mayWait }
        step()
    }

    /// Waits until a bot that runs has done what it can; does nothing where none was needed.
    func rest() async throws(LuaError) {
        if state.withLock({ $0.running != nil }) { try await settle() }
    }

    /// Moves the scripts' clock, timer by timer, and waits for quiet after each.
    func advance(_ seconds: Double) async throws(LuaError) {
        try await settle()
        let target = clock.now + seconds
        while clock.step(to: target) { try await settle() }
    }

    /// Ends the bot and starts it anew on the same server, with the same data.
    func restart() async throws(LuaError) {
        try await settle()
        await stop()
        try await started()
        step()
    }

    /// Cuts the connection to the gateway and waits until the bot has it again.
    func dropConnection() async throws(LuaError) {
        let bot = try await started()
        try await settle()
        let before = bot.standing.connections
        sandbox.faults.dropSockets()
        try await pump("the bot did not connect again") {
            bot.standing.connections > before && isQuiet(bot) ? .reached : .mayWait
        }
        step()
    }
}
