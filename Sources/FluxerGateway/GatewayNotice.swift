/// What becomes of the connection, in order with the events.
public enum GatewayNotice: Sendable, Hashable {
    /// An attempt begins; 1 is the first since a session last stood.
    case connecting(attempt: Int)
    /// The socket is open and HELLO has come.
    case connected
    /// A new session; its READY follows. State of an earlier session is to be dropped or swept.
    case ready(session: String)
    /// The session goes on. `replayed` events came first; `gap` numbers never came: where it is not 0, events are lost
    /// and caches may be stale (some servers do not replay guild events: gateway-observed.md, Resume).
    case resumed(replayed: Int, gap: Int)
    /// The connection, or the session on it, was lost.
    case disconnected(GatewayDisconnect)
    /// No further attempt will be made; `run` ends with this error.
    case fatal(GatewayError)
}

/// How a connection ended and what comes next.
public struct GatewayDisconnect: Sendable, Hashable {
    /// The close frame's number; nil where there was none.
    public let code: UInt16?
    /// One line for people.
    public let reason: String
    /// Milliseconds until the next attempt (or the next IDENTIFY on the same socket).
    public let retryAfter: Double
    /// Whether the session will be asked to go on.
    public let willResume: Bool

    public init(code: UInt16?, reason: String, retryAfter: Double, willResume: Bool) {
        self.code = code
        self.reason = reason
        self.retryAfter = retryAfter
        self.willResume = willResume
    }
}
