/// A gateway address taken apart: `ws` or `wss`, host, port, path. The scheme is used as given and a path is kept; the
/// parameters are the client's own (gateway.md 1.2, 1.3).
struct GatewayEndpoint: Equatable, Sendable {
    let isSecure: Bool
    let host: String
    let port: Int
    /// Path and query of the upgrade request.
    let target: String

    /// Answers nil and a reason where the text is no such address.
    static func parse(_ text: String) -> Result<GatewayEndpoint, Malformed> {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return .failure(Malformed("it holds blanks or characters that an address cannot have"))
        }
        guard let colon = text.firstRange(of: "://") else { return .failure(Malformed("it has no ws:// or wss://")) }
        let isSecure: Bool
        switch text[..<colon.lowerBound].lowercased() {
        case "ws": isSecure = false
        case "wss": isSecure = true
        case let other: return .failure(Malformed("it begins with \(other)://, not with ws:// or wss://"))
        }
        let rest = text[colon.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { return .failure(Malformed("it holds a user name")) }
        guard let (host, port) = split(authority, defaultPort: isSecure ? 443 : 80) else {
            return .failure(Malformed("its host or port cannot be read"))
        }
        let tail = rest[authority.endIndex...]
        let path = tail.prefix { $0 != "?" }
        let query = tail[path.endIndex...].dropFirst()
        let kept = query.split(separator: "&").filter { !$0.hasPrefix("v=") && !$0.hasPrefix("encoding=") }
        let parameters = (kept.map(String.init) + ["v=1", "encoding=json"]).joined(separator: "&")
        return .success(
            GatewayEndpoint(
                isSecure: isSecure, host: host, port: port, target: (path.isEmpty ? "/" : path) + "?" + parameters))
    }

    private static func split(_ authority: Substring, defaultPort: Int) -> (host: String, port: Int)? {
        var host = authority
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let rest = authority[authority.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { return nil }
        guard let portText, !portText.isEmpty else { return (String(host), defaultPort) }
        guard portText.allSatisfy(\.isNumber), let port = Int(portText), (1...65_535).contains(port) else { return nil }
        return (String(host), port)
    }

    /// The `Host` header of the upgrade request.
    var hostHeader: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Why an address cannot be used.
    struct Malformed: Error, Equatable {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }
}
