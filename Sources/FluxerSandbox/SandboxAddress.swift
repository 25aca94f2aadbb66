/// Where a running sandbox is found.
public struct SandboxAddress: Sendable, Hashable {
    public let host: String
    /// The port that was taken, also where the configuration asked for any.
    public let port: Int

    /// Scheme, host and port.
    public var baseURL: String { "http://\(authority)" }
    /// Base of the REST routes.
    public var apiURL: String { "\(baseURL)/v1" }
    /// The chat page.
    public var pageURL: String { "\(baseURL)/" }
    /// The gateway, without its query.
    public var gatewayURL: String { "ws://\(authority)\(SandboxChannel.gatewayPath)" }

    private var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension SandboxConfiguration {
    var unboundAddress: SandboxAddress { SandboxAddress(host: host, port: port) }

    var isLoopback: Bool {
        guard host != "localhost", host != "::1" else { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
