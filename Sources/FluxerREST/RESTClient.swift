import FluxerModel
import Logging
import Synchronization

/// Calls the API: in order where order counts, within the limits it learns, again where that does no harm.
///
/// `enqueue` is synchronous, so that two calls made one after the other on one thread keep their order without waiting.
public final class RESTClient: Sendable {
    public struct Configuration: Sendable {
        /// `https://api.fluxer.app/v1`, without a slash at the end.
        public var baseURL: String
        /// Nil calls without authorization.
        public var token: BotToken?
        /// The program's version, for the User-Agent.
        public var version: String
        public var limits: RateLimiter.Settings

        public init(
            baseURL: String = "https://api.fluxer.app/v1", token: BotToken?, version: String,
            limits: RateLimiter.Settings = RateLimiter.Settings()
        ) {
            var base = baseURL[...]
            while base.last == "/" { base.removeLast() }
            self.baseURL = String(base)
            self.token = token
            self.version = version
            self.limits = limits
        }
    }

    public let configuration: Configuration
    let transport: any HTTPTransport
    let clock: any RESTClock
    let policy = RetryPolicy()
    let chance: @Sendable () -> Double
    let logger: Logger
    let state: Mutex<State>

    /// - Parameter chance: draws numbers from 0 up to 1 that spread repetitions.
    public init(
        _ configuration: Configuration, transport: any HTTPTransport, clock: any RESTClock = SystemRESTClock(),
        logger: Logger = Logger(label: "moontide.rest"),
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.configuration = configuration
        self.transport = transport
        self.clock = clock
        self.chance = chance
        self.logger = logger
        state = Mutex(State(limiter: RateLimiter(configuration.limits)))
    }

    /// Takes a call in. Calls of one lane leave in the order of these calls.
    ///
    /// - Parameter onOutcome: called once, on any thread; it must not block.
    @discardableResult
    public func enqueue(
        _ request: RESTRequest, onOutcome: (@Sendable (RESTCall.Outcome) -> Void)? = nil
    ) -> RESTCall {
        let (call, isOpen) = state.withLock { state in
            let ticket = state.takeTicket()
            let call = RESTCall(request, ticket: ticket, onOutcome: onOutcome) { [weak self] ticket in
                self?.cancel(ticket)
            }
            guard !state.isShutDown else { return (call, false) }
            state.jobs[ticket] = Job(call: call)
            if let lane = request.lane, !state.order.enter(ticket, lane: lane) { return (call, true) }
            perform(state.limiter.submit(ticket, key: request.limitKey, at: clock.now), &state)
            return (call, true)
        }
        if !isOpen { call.complete(.failure(cancelled(request, "the client is closed"))) }
        return call
    }

    /// Enqueues a call and waits for its answer. Cancelling the task cancels the call.
    public func send(_ request: RESTRequest) async throws(RESTError) -> RESTResponse {
        try await enqueue(request).response()
    }

    /// Calls that are waiting or under way.
    public var pendingCount: Int { state.withLock { $0.jobs.count } }

    /// Ends every call with the code `CANCELLED` and closes the transport.
    public func shutdown() async {
        let jobs = state.withLock { state in
            state.isShutDown = true
            state.wakeTask?.cancel()
            state.wakeTask = nil
            let jobs = Array(state.jobs.values)
            state.jobs = [:]
            return jobs
        }
        for job in jobs {
            job.flight?.cancel()
            job.call.complete(.failure(cancelled(job.call.request, "the client is closed")))
        }
        await waitForLanding()
        await transport.shutdown()
    }

    func cancelled(_ request: RESTRequest, _ detail: String) -> RESTError {
        RESTError(TransportError(.cancelled, detail), request: request, token: configuration.token)
    }
}
