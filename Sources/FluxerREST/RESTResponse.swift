import FluxerModel
import JSON

/// A success.
public struct RESTResponse: Sendable {
    public let status: Int
    public let headers: [HTTPHeader]
    /// Empty with 204.
    public let body: [UInt8]
    let request: RESTRequest

    /// What the server calls this request.
    public var requestID: String? { HTTPResponse(status: status, headers: headers).header("X-Request-ID") }

    /// The body as a model.
    public func decode<Value: WireReadable>(_: Value.Type = Value.self) throws(RESTError) -> Value {
        try read { (reader) throws(JSONError) in try Value(from: &reader) }
    }

    /// The body as a list of models.
    public func decodeList<Value: WireReadable>(of _: Value.Type = Value.self) throws(RESTError) -> [Value] {
        try read { (reader) throws(JSONError) in
            var values: [Value] = []
            try reader.readArray { (reader) throws(JSONError) in values.append(try Value(from: &reader)) }
            return values
        }
    }

    private func read<Value>(
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) throws(RESTError) -> Value {
        do throws(JSONError) {
            return try JSONReader.read(self.body, body)
        } catch {
            throw RESTError(
                kind: .server, status: status, code: "UNREADABLE_ANSWER",
                message: "the answer cannot be read: \(error)",
                method: request.route.method.rawValue, path: request.shownPath, requestID: requestID)
        }
    }
}
