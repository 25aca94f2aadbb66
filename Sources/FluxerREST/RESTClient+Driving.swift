import FluxerModel
import Logging
import Synchronization

extension RESTClient {
    /// A call and how far it is.
    struct Job: Sendable {
        let call: RESTCall
        var history = RetryPolicy.History()
        /// The attempt under way.
        var flight: HTTPFlight?
    }

    struct State: Sendable {
        var limiter: RateLimiter
        var order = SendOrder()
        var jobs: [RateLimiter.Ticket: Job] = [:]
        var wakeAt: Int64?
        var wakeTask: Task<Void, Never>?
        var isShutDown = false
        /// Attempts whose outcome is not known yet, also those of calls that were given up.
        var flying = 0
        /// Waits until there are none.
        var landing: [CheckedContinuation<Void, Never>] = []
        private var lastTicket: RateLimiter.Ticket = 0

        init(limiter: RateLimiter) { self.limiter = limiter }

        mutating func takeTicket() -> RateLimiter.Ticket {
            lastTicket += 1
            return lastTicket
        }

        /// The call of a lane that may go on, now that the one before is done with.
        mutating func next(inLane lane: String) -> (RateLimiter.Ticket, RateLimiter.Key)? {
            let jobs = jobs
            guard let ticket = order.leave(lane: lane, isWanted: { jobs[$0] != nil }) else { return nil }
            return jobs[ticket].map { (ticket, $0.call.request.limitKey) }
        }
    }

    /// Does what the limiter answered.
    func perform(_ actions: RateLimiter.Actions, _ state: inout State) {
        guard !state.isShutDown else { return }
        for ticket in actions.start {
            guard let request = state.jobs[ticket]?.call.request else { continue }
            clock.began()
            state.flying += 1
            state.jobs[ticket]?.flight = transport.start(httpRequest(request)) { [self] outcome in
                finish(ticket, request, outcome)
                landed()
                clock.ended()
            }
        }
        guard actions.wakeAt != state.wakeAt else { return }
        state.wakeTask?.cancel()
        state.wakeTask = nil
        state.wakeAt = actions.wakeAt
        guard let moment = actions.wakeAt else { return }
        clock.began()
        state.wakeTask = Task { [weak self, clock] in
            defer { clock.ended() }
            do { try await clock.sleep(until: moment) } catch { return }
            self?.wake(moment)
        }
    }

    private func wake(_ moment: Int64) {
        state.withLock { state in
            guard state.wakeAt == moment else { return }
            state.wakeAt = nil
            state.wakeTask = nil
            perform(state.limiter.timePassed(at: clock.now), &state)
        }
    }

    private func landed() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.flying -= 1
            guard state.flying == 0 else { return [] }
            defer { state.landing = [] }
            return state.landing
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once no attempt is under way.
    func waitForLanding() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.flying > 0 { state.landing.append(continuation) }
                return state.flying == 0
            }
            if isOver { continuation.resume() }
        }
    }

    private func finish(
        _ ticket: RateLimiter.Ticket, _ request: RESTRequest, _ outcome: Result<HTTPResponse, TransportError>
    ) {
        var answer: RateLimitAnswer?
        var body: ErrorBody?
        if case .success(let response) = outcome {
            if response.status >= 400 { body = ErrorBody(response.body) }
            answer = RateLimitAnswer(response, error: body)
        }
        let call = state.withLock { state -> RESTCall? in
            let now = clock.now
            // A call that was given up has no job, but holds its places until here.
            guard var job = state.jobs[ticket] else {
                release(ticket, request, answer, now, &state)
                return nil
            }
            let verdict = policy.judge(outcome, error: body, request: request, history: &job.history, chance: chance())
            job.flight = nil
            switch verdict {
            case .deliver:
                state.jobs[ticket] = nil
                release(ticket, request, answer, now, &state)
                return job.call
            case .limited(let answer):
                state.jobs[ticket] = job
                perform(state.limiter.again(ticket, answer: answer, at: now), &state)
            case .again(let delay):
                state.jobs[ticket] = job
                perform(state.limiter.again(ticket, answer: answer, notBefore: now + delay, at: now), &state)
            }
            logger.debug(
                "call is repeated",
                metadata: [
                    "route": "\(request.route)", "path": "\(request.shownPath)", "because": "\(reason(outcome))",
                ])
            return nil
        }
        call?.complete(result(outcome, body, request))
    }

    /// Gives a call's places in limiter and lane on.
    private func release(
        _ ticket: RateLimiter.Ticket, _ request: RESTRequest, _ answer: RateLimitAnswer?, _ now: Int64,
        _ state: inout State
    ) {
        perform(state.limiter.finished(ticket, answer: answer, at: now), &state)
        leaveLane(request, now, &state)
    }

    private func leaveLane(_ request: RESTRequest, _ now: Int64, _ state: inout State) {
        guard let lane = request.lane, let (next, key) = state.next(inLane: lane) else { return }
        perform(state.limiter.submit(next, key: key, at: now), &state)
    }

    func cancel(_ ticket: RateLimiter.Ticket) {
        let job = state.withLock { state -> Job? in
            guard let job = state.jobs.removeValue(forKey: ticket) else { return nil }
            let now = clock.now
            switch state.limiter.place(of: ticket) {
            case .flying:
                // The attempt's end releases the places.
                break
            case .waiting, .delayed:
                perform(state.limiter.withdraw(ticket, at: now), &state)
                leaveLane(job.call.request, now, &state)
            case nil:
                // Still waits in its lane, which passes over it.
                break
            }
            return job
        }
        guard let job else { return }
        job.flight?.cancel()
        job.call.complete(.failure(cancelled(job.call.request, "given up")))
    }

    private func result(
        _ outcome: Result<HTTPResponse, TransportError>, _ body: ErrorBody?, _ request: RESTRequest
    ) -> RESTCall.Outcome {
        switch outcome {
        case .success(let response) where (200..<300).contains(response.status):
            .success(
                RESTResponse(
                    status: response.status, headers: response.headers, body: response.body, request: request))
        case .success(let response):
            .failure(RESTError(response, body: body, request: request, token: configuration.token))
        case .failure(let error):
            .failure(RESTError(error, request: request, token: configuration.token))
        }
    }

    private func reason(_ outcome: Result<HTTPResponse, TransportError>) -> String {
        switch outcome {
        case .success(let response): "status \(response.status)"
        case .failure(let error): configuration.token?.redact(error.detail) ?? error.detail
        }
    }

    private func httpRequest(_ request: RESTRequest) -> HTTPRequest {
        var headers = [
            HTTPHeader("User-Agent", "Moontide/\(configuration.version)"), HTTPHeader("Accept", "application/json"),
        ]
        if let token = configuration.token { headers.append(HTTPHeader("Authorization", token.authorization)) }
        if request.body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        if let reason = request.reason { headers.append(HTTPHeader("X-Audit-Log-Reason", reason)) }
        return HTTPRequest(
            method: request.route.method.rawValue, url: configuration.baseURL + request.path + request.query,
            headers: headers, body: request.body, timeout: request.timeout)
    }
}
