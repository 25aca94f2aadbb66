/// What follows when a connection is lost, and how the next one begins.
extension SessionMachine {
    /// The connection is gone (or is dropped, where `dropCode` is given): decide about the session and the next attempt.
    mutating func lose(
        code: UInt16? = nil, reason: String, verdict: CloseVerdict, dropCode: UInt16? = nil, at now: Double
    ) -> [Action] {
        var actions = refuseCommands("the gateway connection was lost")
        if let dropCode { actions.append(.drop(code: dropCode)) }
        heartbeat = nil
        garbage = 0

        var earliest = now
        switch verdict {
        case .stop(let errorCode):
            phase = .ended
            let error = GatewayError.fatalClose(errorCode, closeCode: code, reason: reason)
            return actions + [.notice(.fatal(error)), .finish(error)]
        case .newSession:
            session = nil
        case .resumeAfter(let wait):
            earliest = now + random.within(wait)
        case .resume:
            break
        }
        if let current = session {
            if current.lostAt == nil { session?.lostAt = now }
            let worn = current.failedResumes >= Self.mostFailedResumes
            if worn || !current.startUp.wasComplete(at: lastSignOfLife) { session = nil }
        }

        let next = policy.nextAttempt(afterLossAt: now, notBefore: earliest, using: &random)
        phase = .waiting(until: next)
        let words = reason.isEmpty ? "the server closed the connection" : reason
        let disconnect = GatewayDisconnect(
            code: code, reason: words, retryAfter: next - now, willResume: session != nil)
        actions.append(.notice(.disconnected(disconnect)))
        return actions
    }

    /// IDENTIFY on the present socket. Whatever session there was is forgotten.
    mutating func identify(at now: Double) -> [Action] {
        session = nil
        phase = .identifying(deadline: now + Self.readyTimeout)
        _ = budget.take(at: now, urgent: true)
        return [.send(.identify)]
    }

    /// RESUME where it has a prospect, else IDENTIFY. The client cannot know whether the server keeps a session for 10 s
    /// or 60 s, so it tries for 120: a lost window costs one op 9.
    mutating func resumeOrIdentify(at now: Double) -> [Action] {
        guard let current = session, now - (current.lostAt ?? now) <= Self.resumableFor else {
            return identify(at: now)
        }
        session?.ledger.replayBegan()
        phase = .resuming(deadline: now + Self.readyTimeout)
        _ = budget.take(at: now, urgent: true)
        return [.send(.resume(session: current.id, sequence: current.ledger.sequence ?? 0))]
    }
}
