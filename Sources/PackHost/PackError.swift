import LuaRuntime

/// Why a pack could not be found, loaded or reloaded.
public struct PackError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        private enum Raw { case notFound, unreadable, failed, invalid, noEntryPoint, clash, missing, timedOut, closed }
        private let raw: Raw

        /// There is no such file or folder.
        public static let notFound = Code(raw: .notFound)
        /// It is there and cannot be read.
        public static let unreadable = Code(raw: .unreadable)
        /// The chunk or `setup` raised; `cause` has file and line.
        public static let failed = Code(raw: .failed)
        /// What `moontide.lua` or `pack.lua` says cannot be.
        public static let invalid = Code(raw: .invalid)
        /// It loaded and registered nothing.
        public static let noEntryPoint = Code(raw: .noEntryPoint)
        /// A name it registers is taken.
        public static let clash = Code(raw: .clash)
        /// A pack that it depends on is not there.
        public static let missing = Code(raw: .missing)
        /// It took longer than it may.
        public static let timedOut = Code(raw: .timedOut)
        /// The pack was closed meanwhile.
        public static let closed = Code(raw: .closed)
    }

    public let code: Code
    public let pack: String
    /// One sentence for people, with what to do.
    public let detail: String
    /// What the script raised.
    public let cause: LuaError?

    public init(_ code: Code, pack: String, _ detail: String, cause: LuaError? = nil) {
        self.code = code
        self.pack = pack
        self.detail = detail
        self.cause = cause
    }

    public var description: String { "\(pack): \(detail)" }
}
