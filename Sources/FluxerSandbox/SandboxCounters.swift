/// What a sandbox has seen, for tests that count.
public struct SandboxCounters: Sendable, Hashable {
    /// Sockets that were accepted and then cut because of a fault.
    public internal(set) var refusedConnections = 0
    /// Gateway sockets that were opened.
    public internal(set) var gatewayConnections = 0
    /// IDENTIFYs and RESUMEs that were well-formed, whatever the answer.
    public internal(set) var identifies = 0
    public internal(set) var resumes = 0
    public internal(set) var heartbeats = 0
    /// Requests by the name of their route, those answered by a fault or a limit included.
    public internal(set) var requests: [String: Int] = [:]
}
