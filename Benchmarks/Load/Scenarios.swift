import NIOCore

/// A way to load the bot. Everything happens on the server's loop.
protocol Scenario: AnyObject {
    func begin(_ server: LoadServer)
    /// The bot posted in this channel.
    func answered(_ channel: Int, at moment: UInt64, _ server: LoadServer)
    /// The gateway's socket takes more.
    func room(_ server: LoadServer)
}

extension Scenario {
    func room(_ server: LoadServer) {}
}

/// One `!ping`, and its answer: what was sent before has been handled. Asked again each second until the bot answers.
final class Probe: Scenario {
    private let name: String
    private var sentAt: UInt64 = 0
    private var isDone = false

    init(_ name: String = "probe") { self.name = name }

    func begin(_ server: LoadServer) {
        ask(server)
    }

    private func ask(_ server: LoadServer) {
        guard !isDone else { return }
        sentAt = server.now
        server.say(asking: true, channel: 0)
        server.loop.assumeIsolated().scheduleTask(in: .seconds(1)) { self.ask(server) }
    }

    func answered(_ channel: Int, at moment: UInt64, _ server: LoadServer) {
        guard !isDone else { return }
        isDone = true
        server.end(
            name, ["ms": .number(Double(moment &- sentAt) / 1e6), "at": .number(Double(moment) / 1e9)])
    }
}

/// Messages nobody answers, as fast as the bot takes them: parts of `part`, each ended by a `!ping` whose answer is waited
/// for, so that no queue grows beyond a part.
final class Flood: Scenario {
    private let part: Int
    private var left: Int
    private var due = 0
    private var asked = 0
    private var sent = 0
    private var began: UInt64 = 0

    init(_ count: Int, part: Int) {
        left = count
        self.part = max(1, part)
    }

    func begin(_ server: LoadServer) {
        began = server.now
        nextPart(server)
    }

    private func nextPart(_ server: LoadServer) {
        due = min(part, left)
        left -= due
        room(server)
    }

    func room(_ server: LoadServer) {
        guard due > 0 else { return }
        while due > 0, server.hasRoom {
            for _ in 0..<min(32, due) {
                server.say(asking: false, channel: 1 + sent % 40)
                sent += 1
                due -= 1
            }
            if due == 0 {
                asked += 1
                server.say(asking: true, channel: 0)
            }
            server.flush()
        }
    }

    func answered(_ channel: Int, at moment: UInt64, _ server: LoadServer) {
        guard channel == 0 else { return }
        if left > 0 { return nextPart(server) }
        let seconds = Double(moment &- began) / 1e9
        server.end(
            "flood",
            [
                "events": .number(Double(sent)), "asked": .number(Double(asked)), "seconds": .number(seconds),
                "rate": .number(Double(sent) / seconds),
            ])
    }
}

/// Something at an even rate: messages nobody answers, or `!ping`s whose answers are timed.
final class Paced: Scenario {
    private let rate: Double
    private let seconds: Double
    private let asking: Bool
    private var sent = 0
    private var began: UInt64 = 0
    private var latencies = Latencies()
    private var waiting: [[UInt64]] = Array(repeating: [], count: 50)
    private var open = 0
    private var isEnding = false

    init(asking: Bool, rate: Double, seconds: Double) {
        self.asking = asking
        self.rate = rate
        self.seconds = seconds
    }

    func begin(_ server: LoadServer) {
        began = server.now
        tick(server)
    }

    private func tick(_ server: LoadServer) {
        let now = server.now
        let elapsed = Double(now &- began) / 1e9
        let due = Int(min(elapsed, seconds) * rate)
        while sent < due {
            let channel = 1 + sent % 49
            if asking {
                waiting[channel].append(now)
                open += 1
            }
            server.say(asking: asking, channel: channel)
            sent += 1
        }
        server.flush()
        if elapsed < seconds {
            server.loop.assumeIsolated().scheduleTask(in: .milliseconds(1)) { self.tick(server) }
        } else {
            isEnding = true
            if !asking { server.say(asking: true, channel: 0) } else { finishIfDone(server) }
        }
    }

    func answered(_ channel: Int, at moment: UInt64, _ server: LoadServer) {
        guard asking else {
            if isEnding, channel == 0 { finish(server) }
            return
        }
        guard waiting.indices.contains(channel), !waiting[channel].isEmpty else { return }
        latencies.add(moment &- waiting[channel].removeFirst())
        open -= 1
        finishIfDone(server)
    }

    private func finishIfDone(_ server: LoadServer) {
        if isEnding, open == 0 { finish(server) }
    }

    private func finish(_ server: LoadServer) {
        let took = Double(server.now &- began) / 1e9
        var values: [String: Report.Value] = ["events": .number(Double(sent)), "seconds": .number(took)]
        if asking { values.merge(latencies.summary) { $1 } }
        server.end(asking ? "open" : "steady", values)
    }
}

/// A number of `!ping`s under way all the time, each in a channel of its own, for a while.
final class Closed: Scenario {
    private let window: Int
    private let seconds: Double
    private var sentAt: [UInt64]
    private var latencies = Latencies()
    private var began: UInt64 = 0
    private var open = 0
    private var answers = 0

    init(window: Int, seconds: Double) {
        self.window = min(max(1, window), 49)
        self.seconds = seconds
        sentAt = Array(repeating: 0, count: 50)
    }

    func begin(_ server: LoadServer) {
        began = server.now
        for channel in 1...window { ask(channel, server, at: began) }
    }

    private func ask(_ channel: Int, _ server: LoadServer, at moment: UInt64) {
        sentAt[channel] = moment
        open += 1
        server.say(asking: true, channel: channel)
    }

    func answered(_ channel: Int, at moment: UInt64, _ server: LoadServer) {
        guard sentAt.indices.contains(channel), sentAt[channel] > 0 else { return }
        latencies.add(moment &- sentAt[channel])
        sentAt[channel] = 0
        open -= 1
        answers += 1
        if Double(moment &- began) < seconds * 1e9 {
            ask(channel, server, at: moment)
        } else if open == 0 {
            let took = Double(moment &- began) / 1e9
            var values: [String: Report.Value] = [
                "answers": .number(Double(answers)), "seconds": .number(took), "rate": .number(Double(answers) / took),
            ]
            values.merge(latencies.summary) { $1 }
            server.end("closed", values)
        }
    }
}
