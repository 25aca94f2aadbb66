/// What a pack tells whoever runs it: that it was slowed down, suspended, replaced.
public struct PackNotice: Sendable {
    public struct Kind: Hashable, Sendable {
        private enum Raw { case slowedDown, breaches, suspended, stuck, replaced, notReplaced, linesDropped }
        private let raw: Raw

        /// It used up its share of CPU and is slowed down to it.
        public static let slowedDown = Kind(raw: .slowedDown)
        /// The operator's own code went past its limits again and again; it goes on.
        public static let breaches = Kind(raw: .breaches)
        /// A confined pack went past its limits again and again: it hears nothing until it is loaded anew.
        public static let suspended = Kind(raw: .suspended)
        /// It is inside one call of C for long.
        public static let stuck = Kind(raw: .stuck)
        /// It was stuck for too long, and a fresh generation serves.
        public static let replaced = Kind(raw: .replaced)
        /// It was stuck for too long, and no fresh generation could be made.
        public static let notReplaced = Kind(raw: .notReplaced)
        /// It wrote more lines than it may.
        public static let linesDropped = Kind(raw: .linesDropped)
    }

    public let kind: Kind
    public let pack: String
    /// One sentence for people, with what to do.
    public let text: String

    init(_ kind: Kind, pack: String, _ text: String) {
        self.kind = kind
        self.pack = pack
        self.text = text
    }
}

/// What a pack uses and has gone past, at one moment.
public struct PackUsage: Sendable {
    public let limits: PackLimits
    /// Bytes now, and at most ever.
    public let memory: Int
    public let peakMemory: Int
    /// Seconds of CPU within the last ten seconds.
    public let recentCPU: Double
    /// Calls under way, waiting ones counted.
    public let invocations: Int
    public let timers: Int
    /// Events that wait, and the bytes that they keep.
    public let waiting: Int
    public let waitingBytes: Int
    /// Breaches since the start, by what was gone past: `cpu`, `memory`, `stuck`.
    public let breaches: [String: Int]
    /// Events that came while it was suspended.
    public let unheard: Int
    public let isSlowedDown: Bool
    public let isSuspended: Bool
}
