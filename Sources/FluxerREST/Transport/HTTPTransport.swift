/// One HTTP request, complete with its address.
public struct HTTPRequest: Sendable {
    /// `GET`, `POST` and so on.
    public var method: String
    /// The whole address, query included.
    public var url: String
    public var headers: [HTTPHeader]
    public var body: [UInt8]?
    /// Milliseconds until the whole answer must be there.
    public var timeout: Int64
    /// Bytes of the answer's body that are taken at most; a longer one is an error.
    public var maxBody: Int

    public init(
        method: String, url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil, timeout: Int64 = 15_000,
        maxBody: Int = 64 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maxBody = maxBody
    }
}

/// A header of a request or an answer.
public struct HTTPHeader: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// An answer, whatever its status.
public struct HTTPResponse: Sendable, Hashable {
    public var status: Int
    public var headers: [HTTPHeader]
    public var body: [UInt8]

    public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in any case.
    public func header(_ name: String) -> String? {
        headers.first { Self.isSame($0.name, name) }?.value
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).allSatisfy { lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

/// Why no answer came.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is known about the request's fate.
    public enum Kind: Sendable, Hashable {
        /// No connection was made: the server has surely not seen the request.
        case connectFailed
        /// The connection ended, or what came was no HTTP: the server may have acted.
        case interrupted
        /// Time ran out: the server may have acted.
        case timedOut
        /// The caller gave up.
        case cancelled
        /// The address or the request itself cannot be sent.
        case unusable
    }

    public let kind: Kind
    /// One sentence without secrets.
    public let detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    public var description: String { detail }
}

/// What carries requests: connections in the program, a script in tests.
public protocol HTTPTransport: Sendable {
    /// Sends once. Every status is an answer; redirects are not followed, so that no header goes astray.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
    /// As `send`, for callers that have no task to wait in.
    ///
    /// - Parameter done: called once, on any thread, never inside this call; it must not block.
    func start(
        _ request: HTTPRequest, _ done: @escaping @Sendable (Result<HTTPResponse, TransportError>) -> Void
    ) -> HTTPFlight
    /// Closes what is open and ends what is under way. Nothing is sent afterwards.
    func shutdown() async
}

extension HTTPTransport {
    public func start(
        _ request: HTTPRequest, _ done: @escaping @Sendable (Result<HTTPResponse, TransportError>) -> Void
    ) -> HTTPFlight {
        let task = Task {
            let outcome: Result<HTTPResponse, TransportError>
            do throws(TransportError) { outcome = .success(try await send(request)) } catch {
                outcome = .failure(error)
            }
            done(outcome)
        }
        return HTTPFlight { task.cancel() }
    }
}

/// A request under way.
public struct HTTPFlight: Sendable {
    private let onCancel: @Sendable () -> Void

    public init(onCancel: @escaping @Sendable () -> Void) { self.onCancel = onCancel }

    /// Gives it up; its outcome is `cancelled`, unless it was there already.
    public func cancel() { onCancel() }
}
