import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The connections of a transport, and the requests that wait for one. Lives on one event loop.
final class HTTPConnections {
    private struct Place {
        /// The one used last at the end: what is too many grows old at the front.
        var idle: [HTTPConnection] = []
        var waiting = FIFO<HTTPExchange>()
        /// Connections that are there or being made.
        var count = 0
        /// Connections being made.
        var opening = 0
    }

    private let eventLoop: any EventLoop
    private let limit: Int
    private let tlsConfiguration: TLSConfiguration
    private var tls: NIOSSLContext?
    private var places: [HTTPAddress.Origin: Place] = [:]
    private var all: [ObjectIdentifier: HTTPConnection] = [:]
    private var isShutDown = false
    private var isSweeping = false

    /// How long an idle connection is kept. Servers close theirs after a minute or so; a request should not meet that.
    private static let idleTime = TimeAmount.seconds(30)
    /// How precisely deadlines are kept: one timer for all requests.
    private static let sweepTime = TimeAmount.milliseconds(100)

    init(on eventLoop: any EventLoop, limit: Int, tls: TLSConfiguration) {
        self.eventLoop = eventLoop
        self.limit = limit
        tlsConfiguration = tls
    }

    // MARK: Requests

    func start(_ exchange: HTTPExchange) {
        guard !isShutDown else { return exchange.fail(.cancelled, "the transport is closed") }
        let origin = exchange.address.origin
        if let connection = takeIdle(origin) {
            connection.carry(exchange)
        } else {
            places[origin, default: Place()].waiting.append(exchange)
            openMore(origin)
        }
        sweepLater()
    }

    func cancel(_ exchange: HTTPExchange) {
        guard !exchange.isDone else { return }
        if let connection = exchange.connection { return connection.abandon(.cancelled, "cancelled") }
        exchange.fail(.cancelled, "cancelled")
    }

    private func takeIdle(_ origin: HTTPAddress.Origin) -> HTTPConnection? {
        while let connection = places[origin]?.idle.popLast() {
            if connection.isOpen { return connection }
        }
        return nil
    }

    /// The first that waits and still wants an answer.
    private func nextWaiting(_ origin: HTTPAddress.Origin) -> HTTPExchange? {
        while let exchange = places[origin]?.waiting.popFirst() {
            if !exchange.isDone { return exchange }
        }
        return nil
    }

    // MARK: Connections

    private func openMore(_ origin: HTTPAddress.Origin) {
        while !isShutDown, let place = places[origin], place.opening < place.waiting.count, place.count < limit {
            places[origin]?.opening += 1
            places[origin]?.count += 1
            open(origin)
        }
    }

    private func open(_ origin: HTTPAddress.Origin) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: origin.host, port: origin.port)
            .whenComplete { bound.value.opened(origin, $0) }
    }

    private func opened(_ origin: HTTPAddress.Origin, _ result: Result<any Channel, any Error>) {
        places[origin]?.opening -= 1
        do {
            let channel = try result.get()
            guard !isShutDown else { return channel.close(promise: nil) }
            let connection = HTTPConnection(origin, owner: self)
            do {
                try connection.install(in: channel, tls: origin.isSecure ? try secureContext() : nil)
            } catch {
                channel.close(promise: nil)
                throw error
            }
            all[ObjectIdentifier(connection)] = connection
            isFree(connection)
        } catch {
            places[origin]?.count -= 1
            // One attempt fails one request: the others have attempts of their own.
            nextWaiting(origin)?.finish(.failure(Self.connectError(error, origin)))
            openMore(origin)
        }
    }

    private func secureContext() throws -> NIOSSLContext {
        if let tls { return tls }
        let made = try NIOSSLContext(configuration: tlsConfiguration)
        tls = made
        return made
    }

    /// A connection can carry the next request.
    func isFree(_ connection: HTTPConnection) {
        guard !isShutDown else { return connection.close() }
        if let exchange = nextWaiting(connection.origin) {
            connection.carry(exchange)
        } else {
            places[connection.origin]?.idle.append(connection)
        }
    }

    /// A connection is gone.
    func ended(_ connection: HTTPConnection) {
        guard all.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        places[connection.origin]?.count -= 1
        places[connection.origin]?.idle.removeAll { $0 === connection }
        openMore(connection.origin)
    }

    // MARK: Time

    /// One timer for all: an exchange must not cost one.
    private func sweepLater() {
        guard !isSweeping, !isShutDown else { return }
        isSweeping = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: Self.sweepTime) { bound.value.sweep() }
    }

    private func sweep() {
        isSweeping = false
        let now = NIODeadline.now()
        for connection in all.values {
            if let exchange = connection.exchange {
                if exchange.deadline <= now { connection.abandon(.timedOut, "no answer within its time") }
            } else if connection.idleSince + Self.idleTime <= now {
                connection.close()
            }
        }
        for origin in places.keys { places[origin]?.waiting.forEach { expire($0, now) } }
        let isQuiet = all.isEmpty && places.values.allSatisfy { $0.waiting.isEmpty && $0.opening == 0 }
        if !isQuiet { sweepLater() }
    }

    private func expire(_ exchange: HTTPExchange, _ now: NIODeadline) {
        // Nothing of it has left.
        if exchange.deadline <= now { exchange.fail(.connectFailed, "no connection within its time") }
    }

    // MARK: The end

    /// Ends all exchanges and connections; succeeds when the connections are closed.
    func shutDown() -> EventLoopFuture<Void> {
        isShutDown = true
        let connections = Array(all.values)
        for origin in places.keys {
            places[origin]?.waiting.forEach { $0.fail(.cancelled, "the transport is closed") }
        }
        places = [:]
        let closed = connections.compactMap(\.closed)
        for connection in connections { connection.abandon(.cancelled, "the transport is closed") }
        return .andAllComplete(closed, on: eventLoop)
    }

    private static func connectError(_ error: any Error, _ origin: HTTPAddress.Origin) -> TransportError {
        switch error {
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            // The form it has where the host is an address and not a name.
            TransportError(.connectFailed, "the connection was refused")
        case is NIOConnectionError:
            TransportError(.connectFailed, "cannot connect to \(origin.host):\(origin.port)")
        case ChannelError.connectTimeout:
            TransportError(.connectFailed, "no connection within its time")
        default:
            TransportError(.connectFailed, "cannot connect to \(origin.host):\(origin.port): \(error)")
        }
    }
}
