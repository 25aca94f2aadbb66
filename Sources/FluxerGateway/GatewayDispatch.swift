import FluxerModel
import JSON

/// One event as it came: its name, its number, and its data as bytes of JSON.
///
/// The data are known to be well-formed JSON, not to be an object: some events carry an array or null.
public struct GatewayDispatch: Sendable {
    /// The name on the wire, such as `MESSAGE_CREATE`; names nobody knows come through too.
    public let name: String
    /// The event's number in its session. RESUMED's is no ordinary one.
    public let sequence: Int?
    /// When it was received, in the clock's milliseconds.
    public let receivedAt: Double

    private let frame: [UInt8]
    private let range: Range<Int>

    /// - Parameter range: where the data stand in `frame`; what reaches beyond its end is cut.
    init(name: String, sequence: Int?, receivedAt: Double, frame: [UInt8], range: Range<Int>) {
        self.name = name
        self.sequence = sequence
        self.receivedAt = receivedAt
        self.frame = frame
        self.range = range.clamped(to: 0..<frame.count)
    }

    /// For replay of recorded events and for tests.
    public init(name: String, sequence: Int?, data: [UInt8], receivedAt: Double = 0) {
        self.init(name: name, sequence: sequence, receivedAt: receivedAt, frame: data, range: 0..<data.count)
    }

    /// The number of the data's bytes.
    public var byteCount: Int { range.count }

    /// A copy of the data's bytes.
    public var data: [UInt8] { Array(frame[range]) }

    /// The event decoded; `.unknown` for a name that the models do not have.
    /// - Throws: where the data lack what identifies their subject. The event is to be left out then, not the connection.
    public func event() throws(JSONError) -> GatewayEvent {
        try GatewayEvent.decode(name: name, data: frame, range: range)
    }

    /// Lends the data's bytes, without a copy, for the time of the call.
    public func withData<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try frame.withUnsafeBufferPointer { (buffer) throws(E) -> R in
            try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[range]))
        }
    }
}

/// What `Gateway.run` hands over: events and what becomes of the connection, in one order.
public enum GatewayUpdate: Sendable {
    case dispatch(GatewayDispatch)
    case notice(GatewayNotice)
}
