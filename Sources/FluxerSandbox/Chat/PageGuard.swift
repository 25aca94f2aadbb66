/// Keeps foreign pages away from the chat page's endpoints.
///
/// A page of another origin can make the browser post here, and a host name of another site can be pointed at
/// 127.0.0.1; so the Host must be a loopback name with our port, and an Origin, if there is one, ours.
struct PageGuard: Sendable, Hashable {
    let port: Int

    private var hosts: [String] { ["127.0.0.1:\(port)", "localhost:\(port)", "[::1]:\(port)"] }

    /// - Parameters:
    ///   - host: the Host header.
    ///   - origin: the Origin header.
    /// - Returns: why the request is refused, or nil.
    func refusal(host: String?, origin: String?) -> RESTFailure? {
        guard let host = host?.lowercased(), hosts.contains(host) else {
            return RESTFailure(403, "INVALID_HOST", "The sandbox's page answers on its loopback address only.")
        }
        if let origin, origin.lowercased() != "http://\(host)" {
            return RESTFailure(403, "INVALID_ORIGIN", "The sandbox's page takes requests from itself only.")
        }
        return nil
    }
}
