/// One HTTP request, read whole, without its sockets.
struct RESTRequest: Sendable {
    /// `GET`, `POST` …
    let method: String
    /// Path and query as they came.
    let target: String
    var authorization: String?
    var contentType: String?
    var host: String?
    var origin: String?
    var lastEventID: String?
    var requestID: String?
    /// Nil: larger than the server reads.
    var body: [UInt8]? = []

    var path: Substring { target.prefix { $0 != "?" && $0 != "#" } }
    var query: QueryItems { QueryItems(target: target) }
}

/// What becomes of a request.
enum RESTOutcome: Sendable {
    case answer(RESTAnswer)
    /// The connection ends without an answer.
    case cut
    /// No answer comes.
    case silence
    /// A stream of server-sent events, beginning after a cursor.
    case events(after: Int64)
}
