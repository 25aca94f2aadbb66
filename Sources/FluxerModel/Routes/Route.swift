/// The verb of a call.
public enum HTTPVerb: String, Sendable, Hashable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// One call of the API as a value: the client fills its path in, the sandbox matches it.
///
/// Templates stand below the API's base address (`https://api.fluxer.app/v1`).
public struct Route: Sendable {
    /// A piece of the path.
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    /// Name for people and logs: `createMessage`.
    public let name: String
    public let method: HTTPVerb
    /// `/channels/{channel_id}/messages`.
    public let template: String
    /// The parameter whose value separates rate limits: a channel, guild, webhook or invite. Nil where the caller alone counts.
    public let major: String?
    let segments: [Segment]

    /// A route from its template. The major parameter is the first of `channel_id`, `guild_id`, `webhook_id` and `code`
    /// that the template names.
    public init(_ name: String, _ method: HTTPVerb, _ template: String) {
        self.name = name
        self.method = method
        self.template = template
        segments = template.split(separator: "/").map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
        let majors = ["channel_id", "guild_id", "webhook_id", "code"]
        major =
            segments.lazy.compactMap { segment in
                if case .parameter(let name) = segment, majors.contains(name) { name } else { nil }
            }.first
    }

    /// Names of the parameters, in the order of the path.
    public var parameters: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }
}

extension Route: Hashable {
    public static func == (left: Route, right: Route) -> Bool {
        left.method == right.method && left.template == right.template
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(method)
        hasher.combine(template)
    }
}

extension Route: CustomStringConvertible {
    /// `POST /channels/{channel_id}/messages`.
    public var description: String { "\(method.rawValue) \(template)" }
}
