import JSON

/// The envelope of one gateway message. `d` is only delimited, so that an event nobody needs costs nothing more.
public struct GatewayFrame: Sendable, Hashable {
    public var op: Int
    /// Only with op 0.
    public var sequence: Int?
    /// The event's name; only with op 0.
    public var event: String?
    /// Where `d` stands in the bytes; nil where it is absent.
    public var dataRange: Range<Int>?

    public init(op: Int, sequence: Int? = nil, event: String? = nil, dataRange: Range<Int>? = nil) {
        self.op = op
        self.sequence = sequence
        self.event = event
        self.dataRange = dataRange
    }

    /// Reads the envelope, its members in any order. The whole text is validated.
    public static func read(_ bytes: [UInt8]) throws(JSONError) -> GatewayFrame {
        try JSONReader.read(bytes) { (reader) throws(JSONError) in try GatewayFrame(from: &reader) }
    }

    /// Reads the envelope, its members in any order. The whole text is validated.
    public static func read(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> GatewayFrame {
        var reader = JSONReader(bytes)
        let frame = try GatewayFrame(from: &reader)
        try reader.finish()
        return frame
    }

    private init(from reader: inout JSONReader) throws(JSONError) {
        var op: Int?
        var frame = GatewayFrame(op: 0)
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "op": op = try reader.integer()
            case "s": frame.sequence = try reader.integer()
            case "t": frame.event = try reader.text()
            case "d": frame.dataRange = try reader.readRaw()
            default: try reader.skipValue()
            }
        }
        frame.op = try reader.require(op, "op")
        self = frame
    }
}
