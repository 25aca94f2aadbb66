import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Carries requests over kept HTTP/1.1 connections, with NIO alone; no redirects.
///
/// A bot makes many small calls to one server. This does so with a third of the processor time that a general client takes
/// (docs/performance.md): a request leaves in one write, its time limit costs no timer, and nothing waits on a task.
public final class KeepAliveTransport: HTTPTransport {
    /// What carries everything. A gateway on the same loop spares the changes between two threads.
    public let eventLoop: any EventLoop
    /// Made on the loop by the first request.
    private let connections: NIOLoopBoundBox<HTTPConnections?>
    private let limit: Int
    private let tlsConfiguration: TLSConfiguration

    /// - Parameters:
    ///   - connections: how many connections to one server there are at most; further requests wait for one.
    ///   - eventLoopGroup: one of its loops carries all of it.
    ///   - tlsConfiguration: for `https` addresses; nil is the machine's usual trust.
    public init(
        connections: Int = 48, eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        tlsConfiguration: TLSConfiguration? = nil
    ) {
        eventLoop = eventLoopGroup.next()
        self.connections = .makeEmptyBox(valueType: HTTPConnections.self, eventLoop: eventLoop)
        limit = max(1, connections)
        var tls = tlsConfiguration ?? .makeClientConfiguration()
        tls.applicationProtocols = ["http/1.1"]
        self.tlsConfiguration = tls
    }

    public func start(
        _ request: HTTPRequest, _ done: @escaping @Sendable (Result<HTTPResponse, TransportError>) -> Void
    ) -> HTTPFlight {
        let flight = Flight(self)
        let deadline = NIODeadline.now() + .milliseconds(max(0, request.timeout))
        eventLoop.execute {
            guard let address = HTTPAddress(request.url), Self.canBeSent(request) else {
                return done(
                    .failure(TransportError(.unusable, "the request cannot be sent: \(Self.flaw(of: request))")))
            }
            let exchange = HTTPExchange(request, to: address, deadline: deadline, done: done)
            flight.exchange.value = exchange
            self.onLoop.start(exchange)
        }
        return HTTPFlight { flight.cancel() }
    }

    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let waiter = Waiter()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiter.began(start(request) { continuation.resume(returning: $0) })
            }
        } onCancel: {
            waiter.cancel()
        }
        return try outcome.get()
    }

    public func shutdown() async {
        let closed = eventLoop.flatSubmit { self.onLoop.shutDown() }
        try? await closed.get()
    }

    /// On the loop only.
    private var onLoop: HTTPConnections {
        if let made = connections.value { return made }
        let made = HTTPConnections(on: eventLoop, limit: limit, tls: tlsConfiguration)
        connections.value = made
        return made
    }

    /// One request as its caller sees it.
    private final class Flight: Sendable {
        let exchange: NIOLoopBoundBox<HTTPExchange?>
        private let transport: KeepAliveTransport

        init(_ transport: KeepAliveTransport) {
            self.transport = transport
            exchange = .makeEmptyBox(valueType: HTTPExchange.self, eventLoop: transport.eventLoop)
        }

        func cancel() {
            transport.eventLoop.execute {
                if let exchange = self.exchange.value { self.transport.onLoop.cancel(exchange) }
            }
        }
    }

    /// A task that waits, and may be cancelled before there is anything to cancel.
    private final class Waiter: Sendable {
        private let state = Mutex<(flight: HTTPFlight?, isCancelled: Bool)>((nil, false))

        func began(_ flight: HTTPFlight) {
            let isCancelled = state.withLock { state in
                state.flight = flight
                return state.isCancelled
            }
            if isCancelled { flight.cancel() }
        }

        func cancel() {
            let flight = state.withLock { state in
                state.isCancelled = true
                return state.flight
            }
            flight?.cancel()
        }
    }

    // MARK: What can be sent

    /// Line breaks in a header would make further headers of its text.
    private static func canBeSent(_ request: HTTPRequest) -> Bool {
        isToken(request.method)
            && request.headers.allSatisfy { header in
                isToken(header.name) && header.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
            }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func flaw(of request: HTTPRequest) -> String {
        HTTPAddress(request.url) == nil ? "its address is none" : "a header holds a line break or a control character"
    }
}
