import FluxerModel
import JSON

/// Why a call failed. Carries what the server said; the token is in none of its texts.
public struct RESTError: Error, Sendable, Hashable {
    /// What sort of failure it is.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private enum Raw: String { case unauthorized, forbidden, notFound, rateLimited, server, transport, http }
        private let raw: Raw

        /// 401: the token is missing, malformed or refused. Never repeat it.
        public static let unauthorized = Kind(raw: .unauthorized)
        /// 403.
        public static let forbidden = Kind(raw: .forbidden)
        /// 404.
        public static let notFound = Kind(raw: .notFound)
        /// 429 that waiting did not cure.
        public static let rateLimited = Kind(raw: .rateLimited)
        /// 5xx, or an answer that cannot be read.
        public static let server = Kind(raw: .server)
        /// No answer: no connection, a broken one, a time-out, cancelled.
        public static let transport = Kind(raw: .transport)
        /// Any other refusal.
        public static let http = Kind(raw: .http)

        public var description: String { raw.rawValue }
    }

    /// What the server says about one field.
    public struct Field: Sendable, Hashable {
        /// `embeds.0.title`.
        public let path: String
        /// `CONTENT_EXCEEDS_MAX_LENGTH`.
        public let code: String?
        public let message: String

        public init(path: String, code: String?, message: String) {
            self.path = path
            self.code = code
            self.message = message
        }
    }

    public let kind: Kind
    /// 0 where no answer came.
    public let status: Int
    /// `MISSING_PERMISSIONS`; ours are `CONNECT_FAILED`, `CONNECTION_LOST`, `TIMED_OUT`, `CANCELLED`, `CANNOT_SEND` and
    /// `UNREADABLE_ANSWER`.
    public let code: String
    /// For people, in the server's language: never match on it.
    public let message: String
    public let errors: [Field]
    public let method: String
    /// Without base address and query; secrets in it are masked.
    public let path: String
    /// What the server calls this request, for its operators.
    public let requestID: String?

    public init(
        kind: Kind, status: Int = 0, code: String, message: String, errors: [Field] = [], method: String, path: String,
        requestID: String? = nil
    ) {
        self.kind = kind
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.method = method
        self.path = path
        self.requestID = requestID
    }
}

extension RESTError: CustomStringConvertible {
    /// `403 MISSING_PERMISSIONS: No right to do that (POST /channels/1/messages; request 5f0c)`.
    public var description: String {
        var text = status > 0 ? "\(status) \(code): \(message)" : "\(code): \(message)"
        for field in errors.prefix(3) {
            text += "; \(field.path): \(field.code.map { "\($0) " } ?? "")\(field.message)"
        }
        text += " (\(method) \(path)"
        if let requestID { text += "; request \(requestID)" }
        return text + ")"
    }
}

extension RESTError {
    /// The error of an answer that is no success.
    init(_ response: HTTPResponse, body: ErrorBody?, request: RESTRequest, token: BotToken?) {
        let clean = { (text: String) in token?.redact(text) ?? text }
        self.init(
            kind: Kind(status: response.status), status: response.status,
            code: body?.code.map(clean) ?? Self.fallbackCode(response.status),
            message: clean(body?.message ?? "the server gave no reason"),
            errors: (body?.errors ?? []).map {
                Field(path: clean($0.path), code: $0.code, message: clean($0.message))
            },
            method: request.route.method.rawValue, path: request.shownPath,
            requestID: response.header("X-Request-ID").map(clean))
    }

    /// The error of a request that got no answer.
    init(_ error: TransportError, request: RESTRequest, token: BotToken?) {
        let code =
            switch error.kind {
            case .connectFailed: "CONNECT_FAILED"
            case .interrupted: "CONNECTION_LOST"
            case .timedOut: "TIMED_OUT"
            case .cancelled: "CANCELLED"
            case .unusable: "CANNOT_SEND"
            }
        self.init(
            kind: .transport, code: code, message: token?.redact(error.detail) ?? error.detail,
            method: request.route.method.rawValue, path: request.shownPath)
    }

    /// What the server uses where it has no code of its own.
    private static func fallbackCode(_ status: Int) -> String {
        switch status {
        case 400: "BAD_REQUEST"
        case 401: "UNAUTHORIZED"
        case 403: "FORBIDDEN"
        case 404: "NOT_FOUND"
        case 405: "METHOD_NOT_ALLOWED"
        case 409: "CONFLICT"
        case 410: "GONE"
        case 429: "RATE_LIMITED"
        case 500: "INTERNAL_SERVER_ERROR"
        case 501: "NOT_IMPLEMENTED"
        case 502: "BAD_GATEWAY"
        case 503: "SERVICE_UNAVAILABLE"
        case 504: "GATEWAY_TIMEOUT"
        default: "GENERAL_ERROR"
        }
    }
}

extension RESTError.Kind {
    init(status: Int) {
        switch status {
        case 401: self = .unauthorized
        case 403: self = .forbidden
        case 404: self = .notFound
        case 429: self = .rateLimited
        case 500...: self = .server
        default: self = .http
        }
    }
}
