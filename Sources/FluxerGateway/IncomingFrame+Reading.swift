import FluxerModel
import JSON

extension IncomingFrame {
    /// Reads one payload: what the machine needs, and where `d` stands in the bytes.
    ///
    /// The whole text is validated. Only what stands in HELLO, READY and op 9 is looked into; every other `d` is the
    /// receiver's business. An error means that the frame is no payload at all.
    static func read(_ bytes: [UInt8]) throws(JSONError) -> (frame: IncomingFrame, data: Range<Int>?) {
        let envelope = try GatewayFrame.read(bytes)
        var frame = IncomingFrame(op: envelope.op, sequence: envelope.sequence, event: envelope.event)
        if let data = envelope.dataRange, frame.looksInside { try frame.readData(bytes, data) }
        return (frame, envelope.dataRange)
    }

    private var looksInside: Bool {
        op == Op.hello || op == Op.invalidSession || (op == Op.dispatch && event == "READY")
    }

    private mutating func readData(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONError) {
        let isHello = op == Op.hello
        var interval: Double?
        var session: String?
        var accepted = false
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            let whole = UnsafeRawBufferPointer(buffer)
            var reader = JSONReader(UnsafeRawBufferPointer(rebasing: whole[range]))
            switch try reader.peek() {
            case .bool:
                accepted = try reader.readBool()
            case .object:
                try reader.readObject { (key, value) throws(JSONError) in
                    switch key {
                    case "heartbeat_interval" where isHello:
                        if try value.peek() == .number { interval = try value.readNumber().double }
                    case "session_id" where !isHello:
                        if try value.peek() == .string { session = try value.readString() }
                    default: try value.skipValue()
                    }
                }
            case .array, .string, .number, .null:
                break
            }
        }
        heartbeatInterval = interval
        sessionID = session
        resumable = accepted
    }
}
