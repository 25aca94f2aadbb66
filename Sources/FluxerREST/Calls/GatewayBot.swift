import FluxerModel
import JSON

/// The answer to `GET /gateway/bot`.
public struct GatewayBot: Sendable, Hashable, WireReadable {
    /// `ws` or `wss`, without a query; may hold a path. Use it as it is.
    public var url: String
    /// Constant 1 in observed servers.
    public var shards: Int

    public init(url: String, shards: Int = 1) {
        self.url = url
        self.shards = shards
    }

    public init(from reader: inout JSONReader) throws(JSONError) {
        var url: String?
        var shards = 1
        try reader.readObject { (key, reader) throws(JSONError) in
            let kind = try reader.peek()
            if key == "url", kind == .string {
                url = try reader.readString()
            } else if key == "shards", kind == .number {
                shards = try reader.readNumber().int64.flatMap { Int(exactly: $0) } ?? 1
            } else {
                try reader.skipValue()
            }
        }
        guard let url else { throw reader.error("url is missing") }
        self.init(url: url, shards: max(1, shards))
    }
}
