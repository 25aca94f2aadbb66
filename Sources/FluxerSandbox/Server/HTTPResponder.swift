import HTTPTypes
import HummingbirdCore
import NIOCore

/// Turns HTTP requests into the core's and its answers back into HTTP.
struct HTTPResponder: Sendable {
    /// Bodies larger than this are not read.
    private static let largestBody = 1 << 20
    private static let pingInterval = Duration.seconds(15)

    let core: SandboxCore

    func respond(to request: Request, with writer: consuming ResponseWriter, on channel: any Channel) async throws {
        let call = try await read(request)
        switch core.outcome(of: call) {
        case .answer(let answer):
            try await send(response(answer, to: call), with: writer)
        case .cut:
            try await channel.close()
        case .silence:
            try await channel.closeFuture.get()
        case .events(let cursor):
            try await send(events(after: cursor), with: writer)
        }
    }

    private func send(_ response: Response, with writer: consuming ResponseWriter) async throws {
        try await writer.write(response: response.head, body: response.body)
    }

    private func read(_ request: Request) async throws -> RESTRequest {
        let fields = request.headers
        var call = RESTRequest(method: request.method.rawValue, target: request.head.path ?? "/")
        call.authorization = fields[.authorization]
        call.contentType = fields[.contentType]
        call.host = request.head.authority
        call.origin = fields[.origin]
        call.lastEventID = HTTPField.Name("Last-Event-ID").flatMap { fields[$0] }
        call.requestID = HTTPField.Name("X-Request-ID").flatMap { fields[$0] }
        var body: [UInt8] = []
        for try await part in request.body {
            guard body.count + part.readableBytes <= Self.largestBody else {
                call.body = nil
                return call
            }
            body.append(contentsOf: part.readableBytesView)
        }
        call.body = body
        return call
    }

    private func response(_ answer: RESTAnswer, to call: RESTRequest) -> Response {
        var fields = HTTPFields()
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { fields[name] = header.value }
        }
        if let name = HTTPField.Name("X-Request-ID") {
            fields[name] = call.requestID ?? String(UInt64.random(in: .min ... .max), radix: 16)
        }
        if !answer.body.isEmpty, fields[.contentType] == nil { fields[.contentType] = answer.contentType }
        let status = HTTPResponse.Status(code: max(200, min(599, answer.status)))
        if call.method == "HEAD" {
            fields[.contentLength] = String(answer.body.count)
            return Response(status: status, headers: fields)
        }
        guard status.code != 204 else {
            var response = Response(status: status, headers: fields)
            response.headers[.contentLength] = nil
            return response
        }
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// The page's stream: what is there, then whatever comes, and a comment every so often so that a connection that is
    /// gone is noticed.
    private func events(after cursor: Int64) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = "text/event-stream"
        fields[.cacheControl] = "no-store"
        let core = self.core
        return Response(
            status: .ok, headers: fields,
            body: ResponseBody { writer in
                let (signals, id) = core.pageSignals()
                let beat = Task {
                    while !Task.isCancelled {
                        try await Task.sleep(for: Self.pingInterval)
                        core.signalPage(id)
                    }
                }
                defer {
                    beat.cancel()
                    core.endPageSignals(id)
                }
                try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                var position = cursor
                var isFirst = true
                var iterator = signals.makeAsyncIterator()
                repeat {
                    let (text, next) = core.pageEvents(after: position)
                    position = next
                    if !text.isEmpty {
                        try await writer.write(ByteBuffer(bytes: text))
                    } else if !isFirst {
                        try await writer.write(ByteBuffer(string: ": ping\n\n"))
                    }
                    isFirst = false
                } while await iterator.next() != nil
                try await writer.finish(nil)
            })
    }
}
