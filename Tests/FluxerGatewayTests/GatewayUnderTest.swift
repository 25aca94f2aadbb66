import FluxerModel
import Logging
import NIOSSL
import Testing

@testable import FluxerGateway

/// A running client against a scripted server, with a clock that the test moves.
struct GatewayUnderTest: Sendable {
    let gateway: Gateway
    let updates = Inbox<GatewayUpdate>()
    let clock = ManualGatewayClock(now: 1_000_000)
    private let runner: Task<Result<Void, GatewayError>, Never>

    static let token = "1502000000000000001.s3cr3t"

    init(
        configuration: GatewayConfiguration = GatewayConfiguration(token: token), tls: TLSConfiguration? = nil,
        address: @escaping @Sendable () async throws -> String
    ) {
        // What follows READY is not what these tests are about: a session may be resumed from its first moment on.
        var configuration = configuration
        configuration.startUpQuiet = 0
        gateway = Gateway(
            url: address, configuration: configuration, clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            tlsConfiguration: tls, random: GatewayRandom(seed: 11))
        let gateway = gateway
        let updates = updates
        runner = Task {
            do throws(GatewayError) {
                try await gateway.run { updates.put($0) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
    }

    init(_ server: ScriptedServer, configuration: GatewayConfiguration = GatewayConfiguration(token: token)) {
        let url = server.url
        self.init(configuration: configuration) { url }
    }

    /// What `run` ended with.
    func end() async -> Result<Void, GatewayError> { await runner.value }

    func cancel() { runner.cancel() }

    func stop() async {
        gateway.close()
        _ = await runner.value
    }

    func event(_ name: String? = nil) async throws -> GatewayDispatch {
        try await updates.next { update in
            guard case .dispatch(let event) = update, name == nil || event.name == name else { return nil }
            return event
        }
    }

    func disconnect() async throws -> GatewayDisconnect {
        try await updates.next { if case .notice(.disconnected(let end)) = $0 { end } else { nil } }
    }

    func notice(_ select: (GatewayNotice) -> Bool) async throws -> GatewayNotice {
        try await updates.next { if case .notice(let notice) = $0, select(notice) { notice } else { nil } }
    }

    /// Waits for the next loss and lets its pause pass.
    @discardableResult
    func passPause() async throws -> GatewayDisconnect {
        let end = try await disconnect()
        // A little more: the sum of now and a difference to it may fall short of it.
        clock.advance(by: end.retryAfter + 0.001)
        return end
    }

    /// Moves the clock on in steps of half a second, each seen by the client before the next, until something has
    /// happened. Answers how long that took.
    func advance(_ connection: ServerConnection, until happened: (ServerConnection) -> Bool) async throws -> Double {
        let start = clock.now
        while !happened(connection), clock.now - start < 120_000 {
            clock.advance(by: 500)
            // Twice there and back: what the clock has woken is done by then.
            for _ in 0..<2 where !happened(connection) { try await connection.roundTrip() }
        }
        return clock.now - start
    }

    /// The server's way to a session that stands.
    func establish(_ server: ScriptedServer, session: String = "S") async throws -> ServerConnection {
        let connection = try await server.connections.next()
        connection.hello()
        _ = try await connection.payload(op: 2)
        connection.ready(session: session)
        _ = try await event("READY")
        return connection
    }
}
