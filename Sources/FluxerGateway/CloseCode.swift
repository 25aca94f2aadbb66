/// What a lost connection means for the session: the table of gateway.md 1.12. Only the number decides, never the text.
enum CloseVerdict: Equatable, Sendable {
    /// Connect again and resume, if there is something to resume.
    case resume
    /// The same, but not before a wait of this many milliseconds.
    case resumeAfter(ClosedRange<Double>)
    /// Connect again and identify: the session is of no use.
    case newSession
    /// No reconnect helps.
    case stop(GatewayError.Code)

    /// - Parameters:
    ///   - code: the close frame's; nil where the connection ended without one.
    ///   - identifying: IDENTIFY was sent on this socket and READY has not come: 4002 is then a fault in IDENTIFY.
    init(code: UInt16?, identifying: Bool) {
        self =
            switch code {
            case 4002 where identifying: .stop(.identifyRejected)
            case 4003, 4007, 4013: .newSession
            case 4004: .stop(.tokenRefused)
            case 4008: .resumeAfter(30_000...60_000)
            case 4010: .stop(.invalidShard)
            case 4011: .stop(.shardingRequired)
            case 4012: .stop(.invalidVersion)
            default: .resume
            }
    }
}
