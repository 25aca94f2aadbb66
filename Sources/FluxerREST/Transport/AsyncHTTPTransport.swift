import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Carries requests over AsyncHTTPClient: kept connections, HTTP/2 where the server speaks it, no redirects.
public struct AsyncHTTPTransport: HTTPTransport {
    private let client: HTTPClient

    /// - Parameter connections: how many HTTP/1.1 connections to one server are kept at most.
    public init(connections: Int = 48) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, connections)
        // Retries are the REST client's, which knows what may be repeated.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if let body = request.body { outgoing.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let answer = try await client.execute(outgoing, timeout: .milliseconds(request.timeout))
            let body = try await answer.body.collect(upTo: request.maxBody)
            return HTTPResponse(
                status: Int(answer.status.code), headers: answer.headers.map { HTTPHeader($0.name, $0.value) },
                body: Array(body.readableBytesView))
        } catch {
            throw Self.transportError(error)
        }
    }

    public func shutdown() async {
        try? await client.shutdown()
    }

    private static func transportError(_ error: any Error) -> TransportError {
        switch error {
        case let error as NIOConnectionError:
            return TransportError(.connectFailed, "cannot connect to \(error.host):\(error.port)")
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            // The form it has where the host is an address and not a name. Other numbers also come later on.
            return TransportError(.connectFailed, "the connection was refused")
        case is CancellationError:
            return TransportError(.cancelled, "cancelled")
        case let error as NIOTooManyBytesError:
            return TransportError(.interrupted, "the answer is longer than \(error.maxBytes ?? 0) bytes")
        case let error as HTTPClientError:
            return transportError(error)
        default:
            return TransportError(.interrupted, "the connection failed: \(error)")
        }
    }

    private static func transportError(_ error: HTTPClientError) -> TransportError {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
            TransportError(.connectFailed, "no connection within its time")
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            TransportError(.timedOut, "no answer within its time")
        case .cancelled, .alreadyShutdown:
            TransportError(.cancelled, "cancelled")
        case .invalidURL, .emptyHost, .missingSocketPath, .emptyScheme, .bodyLengthMismatch:
            TransportError(.unusable, "the request cannot be sent: \(error.shortDescription)")
        default:
            TransportError(.interrupted, "the connection failed: \(error.shortDescription)")
        }
    }
}
