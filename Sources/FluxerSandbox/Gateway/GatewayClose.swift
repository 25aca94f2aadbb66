/// A close code of the gateway with the reason the platform gives for it.
public struct GatewayClose: Sendable, Hashable {
    /// The WebSocket close code, 1000 to 4999.
    public let code: Int
    /// At most 123 bytes of text.
    public let reason: String

    public init(_ code: Int, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public static let drained = GatewayClose(4000, "Session drain requested; reconnect to continue")
    public static let sessionUnavailable = GatewayClose(4000, "Session unavailable")
    public static let unknownOpcode = GatewayClose(4001, "Unknown opcode")
    public static let decodeFailed = GatewayClose(4002, "Decode failed")
    public static let invalidPayload = GatewayClose(4002, "Invalid payload")
    public static let payloadTooLarge = GatewayClose(4002, "Payload too large")
    public static let invalidIdentify = GatewayClose(4002, "Invalid identify payload")
    public static let invalidResume = GatewayClose(4002, "Invalid resume payload")
    public static let invalidPresence = GatewayClose(4002, "Invalid presence payload")
    public static let notAuthenticated = GatewayClose(4003, "Not authenticated")
    public static let invalidToken = GatewayClose(4004, "Invalid token")
    public static let alreadyAuthenticated = GatewayClose(4005, "Already authenticated")
    public static let invalidSequence = GatewayClose(4007, "Invalid sequence")
    public static let rateLimited = GatewayClose(4008, "Rate limited")
    public static let heartbeatTimeout = GatewayClose(4009, "Heartbeat timeout")
    public static let invalidShard = GatewayClose(4010, "Invalid shard")
    public static let invalidVersion = GatewayClose(4012, "Invalid API version")
    /// The sandbox itself stops.
    static let goingAway = GatewayClose(1001, "The sandbox is shutting down")
}
