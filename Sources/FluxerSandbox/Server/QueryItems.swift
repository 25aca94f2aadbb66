import FluxerModel

/// The query of a request target: `a=1&b=2`, percent-decoded. Of a name given twice the last counts.
struct QueryItems: Sendable, Hashable {
    private var values: [String: String] = [:]

    init(target: String) {
        guard let mark = target.firstIndex(of: "?") else { return }
        let query = target[target.index(after: mark)...].prefix { $0 != "#" }
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0]) else { continue }
            values[name] = parts.count > 1 ? PercentEncoding.decode(parts[1]) ?? "" : ""
        }
    }

    subscript(name: String) -> String? { values[name] }
}
