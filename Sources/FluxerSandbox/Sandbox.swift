import FluxerModel
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A Fluxer server in memory: REST, gateway and a chat page on one loopback port.
///
/// It speaks the real protocol over real sockets, so a bot cannot tell it from the platform for the calls it has. It is
/// the demo, the development server and the test server.
///
/// ```swift
/// let sandbox = Sandbox()
/// let address = try await sandbox.start()
/// // … a bot with sandbox.botToken at sandbox.apiURL …
/// try await sandbox.shutdown()
/// ```
public final class Sandbox: Sendable {
    private struct Running: Sendable {
        let task: Task<Void, any Error>
        let timer: RepeatedTask
    }

    private enum Phase: Sendable { case stopped, starting, running(Running) }

    private let configuration: SandboxConfiguration
    let core: SandboxCore
    private let group: any EventLoopGroup
    private let logger: Logger
    private let phase = Mutex(Phase.stopped)
    private let lastAddress = Mutex<SandboxAddress?>(nil)

    /// - Parameters:
    ///   - eventLoopGroup: where the sockets live.
    ///   - logger: hears of what goes wrong with sockets, below `info`.
    public init(
        configuration: SandboxConfiguration = SandboxConfiguration(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger = Logger(label: "moontide.sandbox", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.configuration = configuration
        core = SandboxCore(configuration: configuration)
        group = eventLoopGroup
        self.logger = logger
    }

    /// The bot's token, as it stands after `Bot `.
    public var botToken: String { core.token }
    /// `http://127.0.0.1:PORT/v1`. Before the first start there is no port, and 0 stands for it.
    public var apiURL: String { (lastAddress.withLock { $0 } ?? configuration.unboundAddress).apiURL }
    /// The chat page.
    public var pageURL: String { (lastAddress.withLock { $0 } ?? configuration.unboundAddress).pageURL }
    /// Ways to make the server misbehave.
    public var faults: SandboxFaults { SandboxFaults(core: core) }

    /// Begins to listen.
    ///
    /// A sandbox that was shut down can be started again: it comes back on the port it had, with its world and its
    /// sessions.
    /// - Throws: `SandboxError`.
    public func start() async throws -> SandboxAddress {
        guard configuration.isLoopback else {
            throw SandboxError(
                .notLoopback,
                "The sandbox has no real accounts and listens on loopback only: use 127.0.0.1 in place of "
                    + "'\(configuration.host)'.")
        }
        let mayStart = phase.withLock { phase in
            guard case .stopped = phase else { return false }
            phase = .starting
            return true
        }
        guard mayStart else { throw SandboxError(.alreadyRunning, "The sandbox is running already.") }
        do {
            let (address, running) = try await listen(port: lastAddress.withLock { $0?.port } ?? configuration.port)
            phase.withLock { $0 = .running(running) }
            return address
        } catch {
            phase.withLock { $0 = .stopped }
            throw error
        }
    }

    /// Stops listening and ends every connection: gateway sockets with code 1001. The world stays.
    public func shutdown() async throws {
        let running = phase.withLock { phase -> Running? in
            guard case .running(let running) = phase else { return nil }
            phase = .starting
            return running
        }
        guard let running else { return }
        running.timer.cancel()
        core.closeEverything()
        running.task.cancel()
        _ = await running.task.result
        core.withState { $0.address = nil }
        phase.withLock { $0 = .stopped }
    }

    /// Tells the gateway that its clock has moved, for tests that move it by hand.
    public func timePassed() { core.timePassed() }

    // MARK: - Parts

    private func listen(port: Int) async throws -> (SandboxAddress, Running) {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let responder = HTTPResponder(core: core)
        let server = Server(
            childChannelSetup: SandboxChannel(
                responder: { request, writer, channel in
                    try await responder.respond(to: request, with: writer, on: channel)
                }, core: core),
            configuration: ServerConfiguration(address: .hostname(configuration.host, port: port)),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? port)
                continuation.finish()
            },
            eventLoopGroup: group,
            logger: logger)
        let task = Task {
            defer { continuation.finish() }
            try await server.run()
        }
        guard let bound = await ports.first(where: { _ in true }) else {
            task.cancel()
            throw Self.reason(await task.result, host: configuration.host, port: port)
        }
        let address = SandboxAddress(host: configuration.host, port: bound)
        lastAddress.withLock { $0 = address }
        core.withState { $0.address = address }
        let interval = Int64(max(10, min(250, configuration.gateway.heartbeatMilliseconds / 20)))
        let timer = group.next().scheduleRepeatedTask(
            initialDelay: .milliseconds(interval), delay: .milliseconds(interval)
        ) { [core] _ in core.timePassed() }
        return (address, Running(task: task, timer: timer))
    }

    private static func reason(_ result: Result<Void, any Error>, host: String, port: Int) -> any Error {
        switch result {
        case .success:
            return CancellationError()
        case .failure(let error as IOError) where error.errnoCode == EADDRINUSE:
            return SandboxError(
                .portInUse,
                "Port \(port) on \(host) is in use. Stop the program that has it, or choose another port; 0 takes a "
                    + "free one.",
                underlying: error)
        case .failure(let error):
            return SandboxError(
                .cannotBind, "The sandbox cannot listen on \(host):\(port): \(error).", underlying: error)
        }
    }
}
