/// Why a path could not be filled in.
public struct RouteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `createMessage`.
    public let route: String
    /// `channel_id`.
    public let parameter: String
    /// What is wrong with it.
    public let detail: String

    public var description: String { "\(route): \(parameter) \(detail)" }
}

extension Route {
    /// The path with its parameters filled in. Each is one percent-encoded segment, so an argument cannot lead to another
    /// path; empty ones, `.` and `..` are refused.
    public func path(_ parameters: [String: String] = [:]) throws(RouteError) -> String {
        var path = ""
        for segment in segments {
            path += "/"
            switch segment {
            case .literal(let text):
                path += text
            case .parameter(let name):
                guard let value = parameters[name] else {
                    throw RouteError(route: self.name, parameter: name, detail: "is missing")
                }
                guard !value.isEmpty, value != ".", value != ".." else {
                    throw RouteError(route: self.name, parameter: name, detail: "cannot be '\(value)'")
                }
                path += PercentEncoding.encode(value)
            }
        }
        if let unknown = parameters.keys.filter({ !self.parameters.contains($0) }).min() {
            throw RouteError(route: name, parameter: unknown, detail: "is no parameter of \(template)")
        }
        return path
    }

    /// Finds the route of a request, and its parameters decoded. The path is matched strictly: a trailing slash is
    /// another path. A query is ignored. Where two routes fit, the one with the literal segment wins.
    public static func match(_ method: HTTPVerb, _ path: String) -> (route: Route, parameters: [String: String])? {
        let path = path.prefix { $0 != "?" }
        guard path.first == "/" else { return nil }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for route in byPrecedence where route.method == method && route.segments.count == parts.count {
            if let parameters = route.parameters(from: parts) { return (route, parameters) }
        }
        return nil
    }

    private func parameters(from parts: [Substring]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, parts) {
            guard let text = PercentEncoding.decode(part), !text.isEmpty else { return nil }
            switch segment {
            case .literal(let expected):
                guard text == expected else { return nil }
            case .parameter(let name):
                parameters[name] = text
            }
        }
        return parameters
    }

    /// Literals before parameters, from the left.
    private static let byPrecedence: [Route] = all.sorted { left, right in
        for (one, other) in zip(left.segments, right.segments) {
            switch (one, other) {
            case (.literal, .parameter): return true
            case (.parameter, .literal): return false
            case (.literal, .literal), (.parameter, .parameter): continue
            }
        }
        return false
    }
}

/// Percent-encoding of one path segment or query value (RFC 3986).
public enum PercentEncoding {
    /// Everything but unreserved characters becomes `%XX` of its UTF-8, variation selectors and joiners included.
    public static func encode(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hex[Int(byte >> 4)])
                bytes.append(hex[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text of an encoded segment; nil where an escape is broken or the bytes are no UTF-8.
    public static func decode(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
