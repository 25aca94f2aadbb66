import FluxerModel

/// Makes a sandbox misbehave, for tests of clients.
///
/// Gateway faults act at once on all sockets that are open; those of REST act on requests to come.
public struct SandboxFaults: Sendable {
    let core: SandboxCore

    // MARK: - Gateway

    /// Ends every gateway socket without a close frame. The sessions can be resumed.
    public func dropSockets() {
        core.withState { state in state.links.values.forEach { $0.drop() } }
    }

    /// Closes every gateway socket with a code.
    public func closeSockets(code: Int, reason: String = "") {
        core.withState { state in
            core.perform(state.hub.closeAll(GatewayClose(code, reason)), &state)
        }
    }

    /// Op 7 to every socket, followed by close 4000 as on a drain.
    public func sendReconnect() {
        core.withState { state in core.perform(state.hub.requestReconnect(), &state) }
    }

    /// Op 9 to every authenticated socket; they stay open. With `resumable` the sessions live on, which the platform
    /// never says.
    public func invalidateSessions(resumable: Bool = false) {
        core.withState { state in core.perform(state.hub.invalidateSessions(resumable: resumable), &state) }
    }

    /// Forgets every session that has no socket, as if its window had passed: a resume is answered with op 9.
    public func forgetDetachedSessions() {
        core.withState { $0.hub.forgetDetachedSessions() }
    }

    /// Whether heartbeats are answered. They count as received either way.
    public var acknowledgesHeartbeats: Bool {
        get { core.withState { $0.hub.acknowledgesHeartbeats } }
        nonmutating set { core.withState { $0.hub.acknowledgesHeartbeats = newValue } }
    }

    /// Whether IDENTIFY is met with silence, as the platform does when its own API is unwell. Switching it off answers
    /// none of those that waited.
    public var holdsIdentify: Bool {
        get { core.withState { $0.hub.holdsIdentify } }
        nonmutating set { core.withState { $0.hub.holdsIdentify = newValue } }
    }

    /// A text frame of the caller's choice to every gateway socket: garbage, unknown ops, odd shapes.
    public func sendText(_ text: String) {
        core.withState { state in state.links.values.forEach { $0.send(Array(text.utf8)) } }
    }

    /// Bytes outside any WebSocket frame to every gateway socket.
    public func sendRaw(_ bytes: [UInt8]) {
        core.withState { state in state.links.values.forEach { $0.sendRaw(bytes) } }
    }

    /// Begins a text frame of 4,096 bytes, stops in the middle and ends the socket.
    public func sendHalfFrame() {
        let head: [UInt8] = [0x81, 0x7E, 0x10, 0x00]
        let half = Array("{\"op\":0,\"s\":1,\"t\":\"MESSAGE_CREATE\",\"d\":{\"id\":\"1".utf8)
        core.withState { state in
            for link in state.links.values {
                link.sendRaw(head + half)
                link.drop()
            }
        }
    }

    // MARK: - Connections

    /// Whether every new connection, REST and gateway alike, is cut as soon as it is accepted. To have connections refused
    /// by the system itself, shut the sandbox down and start it again.
    public var refusesConnections: Bool {
        get { core.withState { $0.faults.refusesConnections } }
        nonmutating set { core.withState { $0.faults.refusesConnections = newValue } }
    }

    /// Cuts the next connections as soon as they are accepted.
    public func refuseNextConnections(_ count: Int) {
        core.withState { $0.faults.refusals += max(0, count) }
    }

    // MARK: - REST

    /// Answers the next requests in a way of the caller's choice.
    /// - Parameters:
    ///   - count: how many.
    ///   - route: only those of one route; nil takes any route of the API.
    public func answerNext(_ count: Int = 1, of route: Route? = nil, with answer: FaultAnswer) {
        core.withState { $0.faults.add(FaultBook.Order(route: route, answer: answer, remaining: count)) }
    }

    /// The limits from now on. What stands in the buckets stays there.
    public var rateLimits: RateLimits {
        get { core.withState { $0.limiter.limits } }
        nonmutating set { core.withState { $0.limiter.limits = newValue } }
    }

    /// Withdraws everything that is still to come: refusals, ordered answers, held IDENTIFYs, missing ACKs.
    public func clear() {
        core.withState { state in
            state.faults.clear()
            state.hub.acknowledgesHeartbeats = true
            state.hub.holdsIdentify = false
        }
    }
}
