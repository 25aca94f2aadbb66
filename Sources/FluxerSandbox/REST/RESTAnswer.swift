import JSON

/// What the server says to one request, before it becomes HTTP.
struct RESTAnswer: Sendable {
    var status: Int
    var headers: [Header] = []
    var body: [UInt8]
    var contentType = "application/json"

    struct Header: Sendable, Hashable {
        let name: String
        let value: String
    }

    init(status: Int, body: [UInt8] = []) {
        self.status = status
        self.body = body
    }

    init(_ failure: RESTFailure) { self.init(status: failure.status, body: failure.body()) }

    static func json(_ write: (inout JSONWriter) -> Void) -> RESTAnswer {
        var writer = JSONWriter()
        write(&writer)
        return RESTAnswer(status: 200, body: writer.bytes)
    }

    static let noContent = RESTAnswer(status: 204)

    mutating func add(_ name: String, _ value: String) { headers.append(Header(name: name, value: value)) }
}
