import NIOCore

/// The little of WebSocket that a load generator needs: headers of whole text frames, and reading what the other side sends.
enum WebSocketWire {
    static func acceptKey(_ key: String) -> String {
        SHA1.base64(SHA1.hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
    }

    /// The header of a whole unmasked text frame.
    static func header(_ length: Int) -> [UInt8] {
        switch length {
        case ..<126: [0x81, UInt8(length)]
        case ..<65536: [0x81, 126, UInt8(length >> 8), UInt8(length & 255)]
        default: [0x81, 127] + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: length >> $0) }
        }
    }

    static func frame(_ text: String) -> [UInt8] {
        let body = Array(text.utf8)
        return header(body.count) + body
    }

    /// A masked text frame, as clients send it; the mask is zero.
    static func clientFrame(_ text: String) -> [UInt8] {
        var frame = frame(text)
        frame[1] |= 0x80
        let head = frame.count - text.utf8.count
        frame.insert(contentsOf: [0, 0, 0, 0], at: head)
        return frame
    }

    enum Incoming {
        case message([UInt8])
        case ping([UInt8])
        case close
        case other
    }

    /// The size of the frame that begins here, header and body, and where its body begins; nil while its header is not whole.
    static func extent(_ bytes: UnsafeRawBufferPointer) -> (body: Int, length: Int, mask: Int?)? {
        guard bytes.count >= 2 else { return nil }
        let masked = bytes[1] & 0x80 != 0
        var length = Int(bytes[1] & 0x7F)
        var at = 2
        if length == 126 || length == 127 {
            let width = length == 126 ? 2 : 8
            guard bytes.count >= at + width else { return nil }
            length = 0
            for index in 0..<width { length = length << 8 | Int(bytes[at + index]) }
            at += width
        }
        guard masked else { return (at, length, nil) }
        guard bytes.count >= at + 4 else { return nil }
        return (at + 4, length, at)
    }

    /// Takes the next whole frame out of the buffer.
    static func next(in buffer: inout ByteBuffer) -> Incoming? {
        let found = buffer.withUnsafeReadableBytes { bytes -> (Incoming, Int)? in
            guard let (body, length, mask) = extent(bytes), length >= 0, bytes.count - body >= length else {
                return nil
            }
            var payload = Array(bytes[body..<(body + length)])
            if let mask {
                for index in payload.indices { payload[index] ^= bytes[mask + index % 4] }
            }
            let incoming: Incoming
            switch bytes[0] & 0x0F {
            case 1, 2: incoming = .message(payload)
            case 9: incoming = .ping(payload)
            case 8: incoming = .close
            default: incoming = .other
            }
            return (incoming, body + length)
        }
        guard let (incoming, size) = found else { return nil }
        buffer.moveReaderIndex(forwardBy: size)
        return incoming
    }
}
