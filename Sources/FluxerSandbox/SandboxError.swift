/// Why the sandbox could not do something.
public struct SandboxError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        private enum Raw { case portInUse, notLoopback, cannotBind, alreadyRunning, refused }
        private let raw: Raw

        /// Somebody else listens on the port.
        public static let portInUse = Code(raw: .portInUse)
        /// The host is not a loopback address.
        public static let notLoopback = Code(raw: .notLoopback)
        /// The address cannot be listened on for another reason.
        public static let cannotBind = Code(raw: .cannotBind)
        /// `start()` was called twice.
        public static let alreadyRunning = Code(raw: .alreadyRunning)
        /// The world refused an operation, as it would have over REST.
        public static let refused = Code(raw: .refused)
    }

    public let code: Code
    /// One sentence with the cause and the next step.
    public let detail: String
    public let underlying: (any Error)?

    init(_ code: Code, _ detail: String, underlying: (any Error)? = nil) {
        self.code = code
        self.detail = detail
        self.underlying = underlying
    }

    public var description: String { detail }
}
