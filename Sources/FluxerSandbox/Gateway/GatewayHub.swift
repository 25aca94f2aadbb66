/// Decides for every gateway connection and session what is sent and what is closed.
///
/// It owns no socket, timer or lock: it is told what happened and when, and answers with actions in the order in which
/// they are to be done. Protocol: gateway.md chapter 1; where the documents and the observed servers differ, the
/// current server (August 2026) is followed, except that guild events are kept for a replay as documented.
struct GatewayHub: Sendable {
    typealias ConnectionID = Int

    enum Action: Sendable, Hashable {
        case send(ConnectionID, [UInt8])
        /// Send a close frame and end the socket.
        case close(ConnectionID, GatewayClose)
        /// The bot came online or went offline, as others see it.
        case online(Bool)
    }

    /// What a fresh session is told, made at the moment of IDENTIFY.
    struct Startup: Sendable {
        /// The members of READY's `d` that do not depend on the session, without braces.
        let readyMembers: [UInt8]
        /// Everything that follows READY.
        let dispatches: [GatewayDispatch]
    }

    private struct Connection {
        var session: String?
        var lastHeartbeat: Duration
        var nextCheck: Duration
        var isAsked = false
        var isClosing = false
        var payloads: RollingCount?
        var presences: RollingCount
    }

    let rules: GatewayRules
    let token: String
    private let makeSessionID: @Sendable () -> String
    private var connections: [ConnectionID: Connection] = [:]
    private var sessions: [String: GatewaySession] = [:]
    private var lastSeenAttached: Duration?
    private(set) var isOnline = false

    /// Well-formed IDENTIFYs, RESUMEs and heartbeats so far.
    private(set) var identifies = 0
    private(set) var resumes = 0
    private(set) var heartbeats = 0

    /// Faults that tests inject.
    var acknowledgesHeartbeats = true
    var holdsIdentify = false

    init(rules: GatewayRules, token: String, makeSessionID: @escaping @Sendable () -> String) {
        var rules = rules
        rules.heartbeatInterval = max(rules.heartbeatInterval, .milliseconds(30))
        self.rules = rules
        self.token = token
        self.makeSessionID = makeSessionID
    }

    var standing: Sandbox.GatewayStanding {
        var attached: [Int] = [], detached = 0
        for session in sessions.values {
            switch session.attachment {
            case .attached: attached.append(session.sequence)
            case .detached: detached += 1
            }
        }
        return Sandbox.GatewayStanding(attached: attached.sorted(), detached: detached)
    }

    var sessionCount: Int { sessions.count }
    var connectionIDs: [ConnectionID] { connections.keys.sorted() }
    func isAttached(_ id: ConnectionID) -> Bool { connections[id]?.session != nil }

    // MARK: - What happens to a connection

    /// A socket is open; `version` is the `v` of its address.
    mutating func opened(_ id: ConnectionID, version: String?, at now: Duration) -> [Action] {
        connections[id] = Connection(
            lastHeartbeat: now, nextCheck: now + rules.checkInterval,
            payloads: rules.payloadsPerMinute.map { RollingCount(limit: $0, per: .seconds(60)) },
            presences: RollingCount(limit: rules.presenceUpdates, per: .seconds(20)))
        guard version == "1" else { return close(id, .invalidVersion) }
        return [.send(id, Array("{\"op\":10,\"d\":{\"heartbeat_interval\":\(rules.heartbeatMilliseconds)}}".utf8))]
    }

    /// The transport is gone, whatever the reason. The session stays for its window.
    mutating func closed(_ id: ConnectionID, at now: Duration) -> [Action] {
        guard let connection = connections.removeValue(forKey: id) else { return [] }
        if let name = connection.session { detach(name, from: id, at: now) }
        return []
    }

    /// One complete message of the client.
    mutating func received(
        _ bytes: [UInt8], on id: ConnectionID, at now: Duration, startup: () -> Startup,
        members: (GatewayCommand.MembersRequest) -> GatewayDispatch?
    ) -> [Action] {
        guard let connection = connections[id], !connection.isClosing else { return [] }
        guard bytes.count <= rules.largestClientMessage else { return close(id, .payloadTooLarge) }
        let command = GatewayCommand(reading: bytes)
        if case .refused(let reason) = command, reason.code == 4002 { return close(id, reason) }
        if connections[id]?.payloads?.admit(at: now) == false { return close(id, .rateLimited) }

        switch command {
        case .refused(let reason):
            return close(id, reason)
        case .heartbeat(let acknowledged):
            heartbeats += 1
            return heartbeat(acknowledged, on: id, at: now)
        case .resume(let resume):
            resumes += 1
            return self.resume(resume, on: id, at: now)
        case .malformedIdentify(let reason):
            return close(id, connection.session == nil ? reason : .alreadyAuthenticated)
        case .identify(let identify):
            guard connection.session == nil else { return close(id, .alreadyAuthenticated) }
            identifies += 1
            return self.identify(identify, on: id, startup: startup)
        case .presence, .requestMembers, .tolerated, .refusedOnceAuthenticated:
            guard let session = connection.session else { return close(id, .notAuthenticated) }
            return self.command(command, on: id, session: session, at: now, members: members)
        }
    }

    /// Time has passed: heartbeats that are due, sessions that have expired, presence.
    mutating func timePassed(at now: Duration) -> [Action] {
        var actions: [Action] = []
        for id in connectionIDs { actions += checkHeartbeat(of: id, at: now) }
        sessions = sessions.filter { _, session in
            guard case .detached(let since) = session.attachment else { return true }
            return now - since <= rules.resumeWindow
        }
        if isOnline, let last = lastSeenAttached, !hasAttachedSession, now - last >= rules.offlineAfter {
            isOnline = false
            actions.append(.online(false))
        }
        return actions
    }

    // MARK: - Events

    /// Numbers an event for every session that wants it and sends it where a socket is attached.
    mutating func dispatch(_ dispatch: GatewayDispatch) -> [Action] {
        var actions: [Action] = []
        for name in sessions.keys {
            if let action = deliver(dispatch, to: name) { actions.append(action) }
        }
        return actions
    }

    private mutating func deliver(_ dispatch: GatewayDispatch, to name: String) -> Action? {
        guard sessions[name]?.wants(dispatch) == true, let frame = sessions[name]?.frame(dispatch),
            case .attached(let id)? = sessions[name]?.attachment
        else { return nil }
        return .send(id, frame)
    }

    // MARK: - Faults

    /// Op 7 to everybody, then the close that follows it on a drain.
    mutating func requestReconnect() -> [Action] {
        var actions: [Action] = []
        for id in connectionIDs {
            actions.append(.send(id, Self.reconnect))
            actions += close(id, .drained)
        }
        return actions
    }

    /// Every session ends and says so with op 9; the sockets stay open, unauthenticated.
    mutating func invalidateSessions(resumable: Bool = false) -> [Action] {
        var actions: [Action] = []
        for id in connectionIDs where connections[id]?.session != nil {
            connections[id]?.session = nil
            actions.append(.send(id, resumable ? Self.invalidResumable : Self.invalid))
        }
        if !resumable { sessions = [:] }
        return actions
    }

    /// Closes every connection with a code of the caller's choice.
    mutating func closeAll(_ reason: GatewayClose) -> [Action] {
        connectionIDs.flatMap { close($0, reason) }
    }

    /// Sessions without a socket are forgotten, as if their window had passed; attached ones stay.
    mutating func forgetDetachedSessions() {
        sessions = sessions.filter { _, session in
            if case .attached = session.attachment { true } else { false }
        }
    }

    // MARK: - Parts

    static let acknowledgement = Array("{\"op\":11}".utf8)
    static let reconnect = Array("{\"op\":7}".utf8)
    static let invalid = Array("{\"op\":9,\"d\":false}".utf8)
    static let invalidResumable = Array("{\"op\":9,\"d\":true}".utf8)
    static let heartbeatRequest = Array("{\"op\":1,\"d\":null}".utf8)

    private mutating func heartbeat(
        _ acknowledged: GatewayCommand.Acknowledged, on id: ConnectionID, at now: Duration
    ) -> [Action] {
        if let session = connections[id]?.session {
            switch acknowledged {
            case .nothing: break
            case .sequence(let number): sessions[session]?.acknowledge(number)
            case .malformed: return close(id, .invalidSequence)
            }
        }
        connections[id]?.lastHeartbeat = now
        connections[id]?.isAsked = false
        return acknowledgesHeartbeats ? [.send(id, Self.acknowledgement)] : []
    }

    private mutating func identify(_ identify: Identify, on id: ConnectionID, startup: () -> Startup) -> [Action] {
        guard identify.token == token else { return close(id, .invalidToken) }
        guard !holdsIdentify else { return [] }
        var session = GatewaySession(id: makeSessionID(), identify: identify, connection: id, rules: rules)
        let startup = startup()
        var data = Array("{\"session_id\":\"\(session.id)\",".utf8)
        if let shard = identify.shard { data += Array("\"shard\":[\(shard.id),\(shard.count)],".utf8) }
        data += startup.readyMembers
        data.append(UInt8(ascii: "}"))
        var actions: [Action] = [
            .send(id, session.frame(GatewayDispatch(name: "READY", data: data, isReplayed: false)))
        ]
        for dispatch in startup.dispatches where session.wants(dispatch) {
            actions.append(.send(id, session.frame(dispatch)))
        }
        sessions[session.id] = session
        connections[id]?.session = session.id
        return actions + comeOnline()
    }

    private mutating func resume(
        _ resume: GatewayCommand.Resume, on id: ConnectionID, at now: Duration
    ) -> [Action] {
        guard resume.token == token else { return close(id, .invalidToken) }
        guard resume.sequence >= 0 else { return close(id, .sessionUnavailable) }
        guard var session = sessions[resume.sessionID], isResumable(session, at: now) else {
            return [.send(id, Self.invalid)]
        }
        guard resume.sequence <= session.sequence, resume.sequence >= session.acknowledged else {
            return close(id, .invalidSequence)
        }
        guard resume.sequence >= session.replay.floor else { return [.send(id, Self.invalid)] }

        var actions: [Action] = []
        if case .attached(let former) = session.attachment, former != id {
            connections[former]?.session = nil
            actions.append(.send(former, Self.reconnect))
            actions += close(former, .drained)
        }
        if let own = connections[id]?.session, own != session.id { detach(own, from: id, at: now) }
        session.attachment = .attached(id)
        session.acknowledge(resume.sequence)
        sessions[session.id] = session
        connections[id]?.session = session.id
        actions += session.replay.entries(after: resume.sequence).map { .send(id, $0.frame) }
        let resumed = GatewayDispatch(name: "RESUMED", data: Array("{}".utf8))
        actions.append(.send(id, resumed.frame(sequence: session.sequence)))
        return actions + comeOnline()
    }

    private func isResumable(_ session: GatewaySession, at now: Duration) -> Bool {
        switch session.attachment {
        case .attached: true
        case .detached(let since): now - since <= rules.resumeWindow
        }
    }

    private mutating func command(
        _ command: GatewayCommand, on id: ConnectionID, session: String, at now: Duration,
        members: (GatewayCommand.MembersRequest) -> GatewayDispatch?
    ) -> [Action] {
        switch command {
        case .presence(let valid):
            guard connections[id]?.presences.admit(at: now) == true else { return [] }
            return valid ? [] : close(id, .invalidPresence)
        case .requestMembers(let request):
            guard let answer = members(request), let action = deliver(answer, to: session) else { return [] }
            return [action]
        case .refusedOnceAuthenticated(let reason):
            return close(id, reason)
        case .tolerated, .heartbeat, .identify, .malformedIdentify, .resume, .refused:
            return []
        }
    }

    private mutating func checkHeartbeat(of id: ConnectionID, at now: Duration) -> [Action] {
        guard var connection = connections[id], !connection.isClosing, now >= connection.nextCheck else { return [] }
        while connection.nextCheck <= now { connection.nextCheck += rules.checkInterval }
        let silence = now - connection.lastHeartbeat
        if connection.isAsked, silence > rules.closeAfter {
            connections[id] = connection
            return close(id, .heartbeatTimeout)
        }
        guard silence >= rules.askAfter else {
            connections[id] = connection
            return []
        }
        connection.isAsked = true
        connections[id] = connection
        return [.send(id, Self.heartbeatRequest)]
    }

    private mutating func close(_ id: ConnectionID, _ reason: GatewayClose) -> [Action] {
        guard let connection = connections[id], !connection.isClosing else { return [] }
        connections[id]?.isClosing = true
        return [.close(id, reason)]
    }

    private mutating func detach(_ name: String, from id: ConnectionID, at now: Duration) {
        guard sessions[name]?.attachment == .attached(id) else { return }
        sessions[name]?.attachment = .detached(since: now)
        lastSeenAttached = now
    }

    private var hasAttachedSession: Bool {
        sessions.values.contains { session in
            if case .attached = session.attachment { true } else { false }
        }
    }

    private mutating func comeOnline() -> [Action] {
        guard !isOnline else { return [] }
        isOnline = true
        return [.online(true)]
    }
}
