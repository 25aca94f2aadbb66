import NIOCore

/// One request and whoever waits for its answer. Lives on one event loop.
final class HTTPExchange {
    typealias Outcome = Result<HTTPResponse, TransportError>

    let address: HTTPAddress
    let request: HTTPRequest
    let deadline: NIODeadline
    /// What carries it; nil while it waits for one.
    weak var connection: HTTPConnection?
    private var done: (@Sendable (Outcome) -> Void)?

    init(
        _ request: HTTPRequest, to address: HTTPAddress, deadline: NIODeadline,
        done: @escaping @Sendable (Outcome) -> Void
    ) {
        self.request = request
        self.address = address
        self.deadline = deadline
        self.done = done
    }

    var isDone: Bool { done == nil }

    /// Tells the outcome; only the first counts.
    func finish(_ outcome: Outcome) {
        guard let done else { return }
        self.done = nil
        done(outcome)
    }

    func fail(_ kind: TransportError.Kind, _ detail: String) { finish(.failure(TransportError(kind, detail))) }
}
