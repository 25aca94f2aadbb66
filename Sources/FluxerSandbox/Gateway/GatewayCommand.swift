import JSON

/// What a client's message asks for, or the close it earns.
///
/// The order of judgement is the server's (gateway.md 1.11): JSON first, then the envelope, then `d`, then whether the
/// connection is authenticated; only the last needs to know the connection, so it is not decided here.
enum GatewayCommand: Sendable, Hashable {
    case heartbeat(Acknowledged)
    case identify(Identify)
    /// An IDENTIFY that would be closed for its content; one that comes twice is closed for that first.
    case malformedIdentify(GatewayClose)
    case resume(Resume)
    case presence(valid: Bool)
    case requestMembers(MembersRequest)
    /// Ops 4, 14, 15, 16: taken without an answer.
    case tolerated(op: Int)
    /// Refused before anything else is looked at.
    case refused(GatewayClose)
    /// Refused, but a connection without a session hears 4003 first.
    case refusedOnceAuthenticated(GatewayClose)

    /// A heartbeat's `d`.
    enum Acknowledged: Sendable, Hashable {
        /// `d` is null: the connection lives, nothing is confirmed.
        case nothing
        case sequence(Int)
        /// Neither null nor a whole number; harmless before there is a session.
        case malformed
    }

    struct Resume: Sendable, Hashable {
        let token: String
        let sessionID: String
        let sequence: Int
    }

    struct MembersRequest: Sendable, Hashable {
        var guildID: String?
        var query = ""
        var limit = 0
        var userIDs: [String] = []
        var nonce: String?
    }

    /// Reads one message. Never throws: what cannot be read is a refusal.
    init(reading bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes), value.isObject else {
            self = .refused(.decodeFailed)
            return
        }
        guard let op = value["op"]?.intValue else {
            self = .refused(.invalidPayload)
            return
        }
        guard let data = value["d"] else {
            self = .refused(op == 2 ? .alreadyAuthenticated : .unknownOpcode)
            return
        }
        switch op {
        case 1: self = .heartbeat(Self.acknowledged(data))
        case 2: self = Self.readIdentify(data)
        case 3: self = .presence(valid: Self.isPresence(data))
        case 6: self = Self.readResume(data)
        case 8: self = .requestMembers(Self.membersRequest(data))
        case 4, 14, 15, 16: self = .tolerated(op: op)
        default: self = .refusedOnceAuthenticated(.unknownOpcode)
        }
    }

    private static func acknowledged(_ data: JSONValue) -> Acknowledged {
        if case .null = data { return .nothing }
        guard case .number = data, let sequence = data.intValue else { return .malformed }
        return .sequence(sequence)
    }

    private static func readIdentify(_ data: JSONValue) -> GatewayCommand {
        do {
            return .identify(try Identify(data))
        } catch {
            return .malformedIdentify(error)
        }
    }

    private static func readResume(_ data: JSONValue) -> GatewayCommand {
        guard let token = data["token"]?.stringValue, let session = data["session_id"]?.stringValue,
            case .number? = data["seq"], let sequence = data["seq"]?.intValue
        else { return .refused(.invalidResume) }
        return .resume(Resume(token: token, sessionID: session, sequence: sequence))
    }

    private static func isPresence(_ data: JSONValue) -> Bool {
        guard data.isObject, let status = data["status"]?.stringValue else { return false }
        return ["online", "idle", "dnd", "invisible", "offline", ""].contains(status)
    }

    private static func membersRequest(_ data: JSONValue) -> MembersRequest {
        MembersRequest(
            guildID: data["guild_id"]?.stringValue,
            query: data["query"]?.stringValue ?? "",
            limit: max(0, min(100, data["limit"]?.intValue ?? 0)),
            userIDs: (data["user_ids"]?.arrayValue ?? []).compactMap(\.stringValue),
            nonce: data["nonce"]?.stringValue.flatMap { $0.utf8.count <= 32 ? $0 : nil })
    }
}

extension JSONValue {
    var isObject: Bool {
        if case .object = self { return true }
        return false
    }
}
