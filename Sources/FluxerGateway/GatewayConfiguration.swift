/// What the client tells the server about itself.
public struct GatewayConfiguration: Sendable {
    /// The bare token. A leading "Bot " and blanks around it are taken off: the gateway wants neither.
    public let token: String
    /// The status shown from the start; nil leaves it to the account.
    public var presence: GatewayPresence?
    /// Names of events never to be sent, at most 256; fixed for a session's life.
    public var ignoredEvents: [String] = []
    /// This connection's part of the guilds. Old servers ignore it: READY then has no `shard`.
    public var shard: GatewayShard?
    /// IDENTIFY's `properties.browser`: the program's name.
    public var program = "moontide"
    /// IDENTIFY's `properties.device`.
    public var device = "bot"
    /// Milliseconds without a guild's arrival after READY from which a lost connection is resumed; before, it identifies
    /// again, since the guilds that READY brings may not be replayed.
    public var startUpQuiet: Double = 2_000
    /// Whether attempts follow each other without the pauses and the limit that spare a server: for a test with a server
    /// of its own.
    public var reconnectsAtOnce = false

    public init(token: String, presence: GatewayPresence? = nil) {
        var bare = Substring(token)
        while bare.first?.isWhitespace == true { bare.removeFirst() }
        if bare.hasPrefix("Bot ") { bare.removeFirst(4) }
        while bare.first?.isWhitespace == true { bare.removeFirst() }
        while bare.last?.isWhitespace == true { bare.removeLast() }
        self.token = String(bare)
        self.presence = presence
    }

    /// IDENTIFY's `properties.os`.
    static var operatingSystem: String {
        #if os(Linux)
            "linux"
        #elseif os(macOS)
            "macos"
        #else
            "other"
        #endif
    }
}

/// Index and count of a connection among several: a guild belongs to shard `(id >> 22) % count`.
public struct GatewayShard: Sendable, Hashable {
    public let index: Int
    public let count: Int

    public init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }
}

/// The status that others see. Fluxer has no activities; a custom status is the only text.
public struct GatewayPresence: Sendable, Hashable {
    public struct Status: Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let online = Status(rawValue: "online")
        public static let idle = Status(rawValue: "idle")
        public static let doNotDisturb = Status(rawValue: "dnd")
        public static let invisible = Status(rawValue: "invisible")
    }

    public var status: Status
    public var isAway: Bool
    /// 1 to 128 characters.
    public var text: String?
    /// One Unicode emoji shown before the text.
    public var emoji: String?

    public init(status: Status = .online, isAway: Bool = false, text: String? = nil, emoji: String? = nil) {
        self.status = status
        self.isAway = isAway
        self.text = text
        self.emoji = emoji
    }
}
