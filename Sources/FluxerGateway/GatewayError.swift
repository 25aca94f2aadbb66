/// Why the gateway client gave up, or would not send something.
public struct GatewayError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        private enum Raw {
            case tokenRefused, identifyRejected, invalidShard, shardingRequired, invalidVersion
            case configuration, payloadTooLarge, notConnected, tooManyPending, alreadyRunning
        }
        private let raw: Raw

        /// Close 4004: the token is wrong.
        public static let tokenRefused = Code(raw: .tokenRefused)
        /// Close 4002 in answer to IDENTIFY.
        public static let identifyRejected = Code(raw: .identifyRejected)
        /// Close 4010.
        public static let invalidShard = Code(raw: .invalidShard)
        /// Close 4011: too many guilds for one connection.
        public static let shardingRequired = Code(raw: .shardingRequired)
        /// Close 4012: the server does not speak version 1.
        public static let invalidVersion = Code(raw: .invalidVersion)
        /// The settings cannot work (raised by the address provider, or an IDENTIFY over 4,096 bytes).
        public static let configuration = Code(raw: .configuration)
        /// A payload over 4,096 bytes, which no server accepts; it was not sent.
        public static let payloadTooLarge = Code(raw: .payloadTooLarge)
        /// There is no session to send on, or it was lost before the payload went.
        public static let notConnected = Code(raw: .notConnected)
        /// The queue of payloads that wait for the send budget is full.
        public static let tooManyPending = Code(raw: .tooManyPending)
        /// `run` was called a second time.
        public static let alreadyRunning = Code(raw: .alreadyRunning)
    }

    public let code: Code
    /// One line: what happened, and what to do where something can be done. Never holds the token.
    public let description: String
    /// The close frame's number, where one ended the connection.
    public let closeCode: UInt16?

    public init(code: Code, description: String, closeCode: UInt16? = nil) {
        self.code = code
        self.description = description
        self.closeCode = closeCode
    }

    /// Restarting with the same settings gives the same result (exit code 3).
    public var isFatal: Bool {
        switch code {
        case .tokenRefused, .identifyRejected, .invalidShard, .shardingRequired, .invalidVersion, .configuration: true
        default: false
        }
    }
}

extension GatewayError {
    /// The error of a close that ends the client.
    static func fatalClose(_ code: Code, closeCode: UInt16?, reason: String) -> GatewayError {
        let text = reason.isEmpty ? "" : " \(reason)"
        let number = closeCode.map { "(\($0)\(text))" } ?? "(\(reason))"
        let sentence =
            switch code {
            case .tokenRefused:
                "the server refused the token \(number): set FLUXER_TOKEN to the bot's token as it was issued, "
                    + "without \"Bot \" in front, and start again"
            case .invalidShard:
                "the server refused the shard \(number): the setting `shard` needs an index from 0 to below the count"
            case .shardingRequired:
                "the server wants this bot on several connections \(number): raise the setting `shards`"
            case .invalidVersion:
                "the server does not speak gateway version 1 \(number): a newer Moontide, or another server, is needed"
            case .identifyRejected:
                "the server refused the client's IDENTIFY \(number): check `ignored_events`, `presence` and `shards`"
            default:
                "the server ended the connection for good \(number)"
            }
        return GatewayError(code: code, description: sentence, closeCode: closeCode)
    }
}
