import NIOCore

/// Gateway and REST of a made-up platform, and the load that one bot gets. Lives on one event loop.
final class LoadServer {
    /// Sequence numbers have nine digits from the first on.
    static let firstSequence: UInt64 = 100_000_000

    let loop: any EventLoop
    let shapes: WorldShapes
    var port = 0
    private let echoes: Bool
    private let answerTemplate: FrameTemplate
    private let heard = Messages.event("nothing for a bot to answer")
    private let asked = Messages.event("!ping")
    private var gateway: Connection?
    private var sequence = LoadServer.firstSequence
    private var message = Snowflake.firstMessage
    private var scenario: (any Scenario)?
    private var guildsSent = 0
    private var isSendingWorld = false
    /// Posts answered since the start.
    private(set) var posts = 0

    init(_ loop: any EventLoop, _ shapes: WorldShapes, echoes: Bool) {
        self.loop = loop
        self.shapes = shapes
        self.echoes = echoes
        answerTemplate = Messages.answer(shapes.dialect)
    }

    /// Nanoseconds of the monotonic clock.
    var now: UInt64 { NIODeadline.now().uptimeNanoseconds }

    // MARK: Scenarios

    func begin(_ scenario: any Scenario) {
        guard gateway != nil else { return Report.line("failed", ["reason": .text("no bot is connected")]) }
        self.scenario = scenario
        scenario.begin(self)
    }

    func end(_ name: String, _ values: [String: Report.Value]) {
        scenario = nil
        Report.line(name, values)
    }

    /// Whether the gateway's socket takes more.
    var hasRoom: Bool { gateway?.isWritable ?? false }

    /// Sends a message into a channel of the first guild; it leaves at the end of the turn.
    func say(asking: Bool, channel: Int) {
        sequence += 1
        message += 1
        gateway?.write { buffer in
            (asking ? asked : heard).write(
                to: &buffer, sequence: sequence, message: message, channel: Snowflake.channel(channel))
        }
    }

    func flush() { gateway?.flush() }

    // MARK: The gateway

    func gatewayOpened(_ connection: Connection) {
        gateway = connection
        connection.write(WebSocketWire.frame(#"{"op":10,"d":{"heartbeat_interval":41250}}"#))
    }

    func gatewayClosed(_ connection: Connection) {
        guard gateway === connection else { return }
        gateway = nil
        scenario = nil
        Report.line("disconnected", [:])
    }

    func gatewayIsWritable() {
        if isSendingWorld { sendWorld() } else { scenario?.room(self) }
    }

    func received(_ text: String, on connection: Connection) {
        if text.contains(#""op":2"#) || text.contains(#""op": 2"#) {
            Report.line("identify", ["at": .number(Double(now) / 1e9)])
            sequence = LoadServer.firstSequence
            connection.write(WebSocketWire.frame(shapes.ready(port: port)))
            guildsSent = 0
            isSendingWorld = true
            sendWorld()
        } else if text.contains(#""op":1"#) || text.contains(#""op": 1"#) {
            connection.write(WebSocketWire.frame(#"{"op":11}"#))
        }
    }

    private func sendWorld() {
        var bytes = 0
        while guildsSent < shapes.size.guilds, hasRoom {
            sequence += 1
            let frame = WebSocketWire.frame(
                #"{"op":0,"s":\#(sequence),"t":"GUILD_CREATE","d":\#(shapes.guild(guildsSent))}"#)
            bytes += frame.count
            gateway?.write(frame)
            guildsSent += 1
            if bytes > 60_000 {
                bytes = 0
                flush()
            }
        }
        if guildsSent == shapes.size.guilds {
            isSendingWorld = false
            Report.line("world", [:])
        } else {
            flush()
        }
    }

    // MARK: REST

    func posted(in channel: UInt64, on connection: Connection) {
        let arrived = now
        posts += 1
        message += 1
        connection.write { answerTemplate.write(to: &$0, message: message, channel: channel) }
        if echoes {
            sequence += 1
            gateway?.write { Messages.echo.write(to: &$0, sequence: sequence, message: message, channel: channel) }
        }
        let index = Int(channel &- Snowflake.channel(0))
        scenario?.answered(index, at: arrived, self)
    }

    func answer(_ path: String) -> [UInt8] {
        let parts = path.split(separator: "?", maxSplits: 1)
        let place = parts.first ?? ""
        let body: String
        if place.hasSuffix("/gateway/bot") {
            body = shapes.gateway(port: port)
        } else if place.hasSuffix("/users/@me/guilds") {
            var after: UInt64 = 0
            var limit = 200
            for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
                if item.hasPrefix("after=") { after = UInt64(item.dropFirst(6)) ?? 0 }
                if item.hasPrefix("limit=") { limit = Int(item.dropFirst(6)) ?? limit }
            }
            body = shapes.guilds(after: after, limit: limit)
        } else if place.hasSuffix("/users/@me") {
            body = shapes.user
        } else if place.hasSuffix("/oauth2/applications/@me") {
            body = shapes.application
        } else {
            return HTTPAnswer.whole(
                #"{"code":"NOT_FOUND","message":"not here"}"#, shapes.dialect, status: "404 Not Found")
        }
        return HTTPAnswer.whole(body, shapes.dialect)
    }
}
