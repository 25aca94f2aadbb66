/// One gateway session: what outlives a socket.
struct GatewaySession: Sendable {
    /// 32 upper-case hexadecimal digits.
    let id: String
    let ignoredEvents: Set<String>
    let shard: Identify.Shard?
    /// The number of the last dispatch.
    private(set) var sequence = 0
    /// The highest number the client has confirmed.
    private(set) var acknowledged = 0
    private(set) var replay: ReplayBuffer
    /// The socket that has the session, or since when none has.
    var attachment: Attachment

    enum Attachment: Sendable, Hashable {
        case attached(GatewayHub.ConnectionID)
        case detached(since: Duration)
    }

    init(id: String, identify: Identify, connection: GatewayHub.ConnectionID, rules: GatewayRules) {
        self.id = id
        ignoredEvents = identify.ignoredEvents
        shard = identify.shard
        replay = ReplayBuffer(rules: rules)
        attachment = .attached(connection)
    }

    /// Numbers a dispatch and keeps it for a replay.
    mutating func frame(_ dispatch: GatewayDispatch) -> [UInt8] {
        sequence += 1
        let frame = dispatch.frame(sequence: sequence)
        if dispatch.isReplayed { replay.append(sequence: sequence, frame: frame) }
        return frame
    }

    /// A heartbeat's number: what lies at or below it is forgotten. Numbers never sent and numbers lower than before
    /// are harmless.
    mutating func acknowledge(_ number: Int) {
        let confirmed = min(number, sequence)
        guard confirmed > acknowledged else { return }
        acknowledged = confirmed
        replay.acknowledge(confirmed)
    }

    func wants(_ dispatch: GatewayDispatch) -> Bool {
        if ignoredEvents.contains(dispatch.name), !dispatch.mentionsRecipient { return false }
        guard let shard else { return true }
        guard let guild = dispatch.guild else { return shard.id == 0 || dispatch.isAnswer }
        return shard.covers(guild: guild)
    }
}

/// One event on its way to sessions.
struct GatewayDispatch: Sendable {
    let name: String
    /// The JSON of `d`.
    let data: [UInt8]
    /// The guild it belongs to, which decides the shard; none for direct messages.
    var guild: UInt64?
    /// Messages that mention the bot come through `ignored_events`.
    var mentionsRecipient = false
    /// Whether a resume may bring it again. READY and what is sent with it never are.
    var isReplayed = true
    /// The answer to a command, which goes to the session that asked, whatever its shard.
    var isAnswer = false

    func frame(sequence: Int) -> [UInt8] {
        var bytes = Array("{\"op\":0,\"s\":\(sequence),\"t\":\"\(name)\",\"d\":".utf8)
        bytes.reserveCapacity(bytes.count + data.count + 1)
        bytes.append(contentsOf: data)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
