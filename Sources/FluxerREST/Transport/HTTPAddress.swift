/// Where a request goes: what is connected to, and what the first line asks for.
struct HTTPAddress: Equatable {
    /// Connections to one origin serve each other's requests.
    struct Origin: Hashable {
        var isSecure: Bool
        /// Without brackets.
        var host: String
        var port: Int
    }

    var origin: Origin
    /// Path and query; never empty.
    var target: String

    /// The value of `Host`.
    var hostHeader: String {
        let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
        return origin.port == (origin.isSecure ? 443 : 80) ? host : "\(host):\(origin.port)"
    }

    /// Nil where the text is no `http` or `https` address that can be sent as it is: blanks and control characters are to
    /// be encoded before.
    init?(_ url: String) {
        var url = url
        guard let found = url.withUTF8({ HTTPAddress(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = found
    }

    /// Over bytes: it is read once a request.
    private init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        let isSecure: Bool
        let start: Int
        if Self.begins(bytes, "http://") {
            (isSecure, start) = (false, 7)
        } else if Self.begins(bytes, "https://") {
            (isSecure, start) = (true, 8)
        } else {
            return nil
        }
        let end = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
        guard start <= end else { return nil }
        let slash = bytes[start..<end].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? end
        guard let (host, port) = Self.place(bytes[start..<slash]) else { return nil }
        origin = Origin(isSecure: isSecure, host: host, port: port ?? (isSecure ? 443 : 80))
        let target = String(decoding: bytes[slash..<end], as: UTF8.self)
        self.target = slash < end && bytes[slash] == UInt8(ascii: "/") ? target : "/" + target
    }

    /// Whether the text begins so, whatever the case of its letters; `scheme` is in lower case.
    private static func begins(_ bytes: UnsafeRawBufferPointer, _ scheme: StaticString) -> Bool {
        scheme.withUTF8Buffer { wanted in
            bytes.count >= wanted.count
                && zip(bytes, wanted).allSatisfy { found, wanted in
                    found == wanted || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(found) && found | 0x20 == wanted
                }
        }
    }

    /// Host and port of `name`, `name:port`, `[::1]` or `[::1]:port`.
    private static func place(_ bytes: Slice<UnsafeRawBufferPointer>) -> (host: String, port: Int?)? {
        var host = bytes
        var behind = bytes[bytes.endIndex...]
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = bytes[(bytes.startIndex + 1)..<close]
            behind = bytes[(close + 1)...]
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            host = bytes[..<colon]
            behind = bytes[colon...]
        }
        let allowed = { (byte: UInt8) in byte != UInt8(ascii: "@") && byte != UInt8(ascii: "[") }
        guard !host.isEmpty, host.allSatisfy(allowed) else { return nil }
        let name = String(decoding: host, as: UTF8.self)
        guard let first = behind.first else { return (name, nil) }
        let digits = behind.dropFirst()
        guard first == UInt8(ascii: ":"), (1...5).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        let port = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return (1...65_535).contains(port) ? (name, port) : nil
    }
}
