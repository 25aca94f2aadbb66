import JSON

/// The content of op 2 that the server looks at. There are no intents; unknown fields are ignored (gateway.md 1.8).
struct Identify: Sendable, Hashable {
    let token: String
    /// Upper-cased names of events the session does not want.
    let ignoredEvents: Set<String>
    /// Which share of the guilds the session wants.
    let shard: Shard?

    struct Shard: Sendable, Hashable {
        let id: Int
        let count: Int

        /// A guild belongs to the shard its age says.
        func covers(guild: UInt64) -> Bool {
            (guild >> 22) % UInt64(count) == UInt64(id)
        }
    }

    /// - Throws: the close that the platform answers a malformed IDENTIFY with.
    init(_ data: JSONValue) throws(GatewayClose) {
        guard let token = data["token"]?.stringValue, let properties = data["properties"], properties.isObject else {
            throw .invalidIdentify
        }
        for name in ["os", "browser", "device"] {
            guard let text = properties[name]?.stringValue, !text.isEmpty else { throw .invalidIdentify }
        }
        self.token = token
        ignoredEvents = try Self.ignoredEvents(data["ignored_events"])
        if case .number? = data["flags"] {
            guard let flags = data["flags"]?.intValue, flags >= 0 else { throw .invalidIdentify }
        }
        shard = try Self.shard(data["shard"])
    }

    private static func ignoredEvents(_ value: JSONValue?) throws(GatewayClose) -> Set<String> {
        switch value {
        case nil, .null?: return []
        case .array(let names)? where names.count <= 256:
            var result: Set<String> = []
            for name in names {
                guard let text = name.stringValue else { throw .invalidIdentify }
                result.insert(text.uppercased())
            }
            return result
        default: throw .invalidIdentify
        }
    }

    private static func shard(_ value: JSONValue?) throws(GatewayClose) -> Shard? {
        switch value {
        case nil, .null?: return nil
        case .array(let pair)?:
            guard pair.count == 2, let id = pair[0].intValue, let count = pair[1].intValue,
                (1...16_384).contains(count), (0..<count).contains(id)
            else { throw .invalidShard }
            return Shard(id: id, count: count)
        default: throw .invalidShard
        }
    }
}

extension GatewayClose: Error {}
