import FluxerGateway

/// How far a bot is with what the server sent: whoever compares it with what the server has sent knows what is on its way.
public struct BotStanding: Sendable, Hashable {
    /// Whether the packs have been loaded for the first time, well or not.
    public internal(set) var isLoaded = false
    /// Whether the guilds have come and scripts were told so.
    public internal(set) var isReady = false
    /// Whether a session stands.
    public internal(set) var isConnected = false
    /// Sessions that were opened or resumed so far.
    public internal(set) var connections = 0
    /// Number of the last event that is in the cache and in the mailboxes.
    public internal(set) var sequence = 0

    mutating func note(_ notice: GatewayNotice) {
        switch notice {
        case .ready, .resumed:
            isConnected = true
            connections += 1
        case .disconnected, .fatal: isConnected = false
        case .connecting, .connected: break
        }
    }
}
