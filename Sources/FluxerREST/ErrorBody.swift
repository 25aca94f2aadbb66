import JSON

/// The body of a refusal, read as far as it is one: proxies answer HTML, OAuth2 routes `error` and `error_description`.
struct ErrorBody: Sendable {
    var code: String?
    var message: String?
    var errors: [RESTError.Field] = []
    /// Seconds.
    var retryAfter: Double?
    var isGlobal: Bool?

    init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, let body = try? JSONValue(parsing: bytes), case .object = body else { return nil }
        code = body["code"]?.stringValue ?? body["error"]?.stringValue
        message = body["message"]?.stringValue ?? body["error_description"]?.stringValue
        isGlobal = body["global"]?.boolValue
        if case .number(let number)? = body["retry_after"] { retryAfter = number.double }
        errors = (body["errors"]?.arrayValue ?? []).compactMap { entry in
            guard case .object = entry else { return nil }
            return RESTError.Field(
                path: entry["path"]?.stringValue ?? "body", code: entry["code"]?.stringValue,
                message: entry["message"]?.stringValue ?? "")
        }
    }
}
