import BotBindings
import FluxerCache
import FluxerREST
import Logging
import PackHost

/// How a bot is run.
public struct BotConfiguration: Sendable {
    /// The REST base, with `/v1`.
    public var api: String
    /// The bot's token; it goes to REST and gateway, and nowhere else.
    public var token: String
    /// The packs, each on a state of its own; at least one. Their order does not count.
    public var packs: [PackConfiguration]
    /// How the bot is set up where its entry says nothing else.
    public var options = BotOptions()
    /// Where the token is to be read from, and what to do where it is missing.
    public var tokenPlace = Project.Token.variable("FLUXER_TOKEN")
    /// Variables of the environment that no script reads.
    public var hiddenVariables: Set<String> = ["FLUXER_TOKEN"]
    /// Files that no script reads.
    public var secretFiles: [String] = []
    /// The project's `moontide.lua`; nil for a script or pack alone.
    public var projectFile: String?
    /// The folder for the bot's data; `data/<pack>` in it is a pack's own.
    public var data = ".moontide"
    /// How much the caches keep.
    public var cache = Cache.Limits()
    /// Limits of REST that hold before any is learnt.
    public var restLimits = RateLimiter.Settings()
    /// Names of gateway events that are never asked for.
    public var ignoredEvents: [String] = []
    /// The least level of packs' log lines that is shown.
    public var logLevel = LogLevel.debug
    /// What was noticed in the settings and stops nothing.
    public var warnings: [String] = []
    /// How saved files are noticed; nil: not at all.
    public var watch: WatchTiming?
    /// How long the invocations of a replaced version may go on, in seconds.
    public var grace: Double = 30
    /// How long running invocations may take when the program ends, in seconds.
    public var drain: Double = 2
    /// The program's version, for the User-Agent.
    public var version = "0.1.0"
    public var clock: any ScriptClock = RealScriptClock()
    /// The clock that limits and retries of REST go by.
    public var restClock: any RESTClock = SystemRESTClock()
    /// Whether a lost connection is tried again without the pauses that spare a server: for one of the test's own.
    public var reconnectsAtOnce = false
    public var logger = Logger(label: "moontide")

    public init(api: String, token: String, packs: [PackConfiguration], watch: WatchTiming? = nil) {
        self.api = api
        self.token = token
        self.packs = packs
        self.watch = watch
    }

    /// A bot of one script or pack, the operator's own.
    public init(api: String, token: String, source: PackSource, watch: WatchTiming? = nil) {
        self.init(api: api, token: token, packs: [PackConfiguration(source, isEntry: true)], watch: watch)
    }

    /// The limits of the first pack.
    public var limits: PackLimits {
        get { packs.first?.limits ?? .own }
        set { if !packs.isEmpty { packs[0].limits = newValue } }
    }

    /// The hosted service.
    public static let hostedAPI = "https://api.fluxer.app/v1"
}

/// Why a bot ended.
public struct BotFailure: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        private enum Raw { case refused, loadFailed, failed }
        private let raw: Raw

        /// The server refused the token or the configuration; no restart helps.
        public static let refused = Code(raw: .refused)
        /// The pack did not load and nobody waits for a save.
        public static let loadFailed = Code(raw: .loadFailed)
        /// Anything else.
        public static let failed = Code(raw: .failed)
    }

    public let code: Code
    /// One line: what, why, what to do.
    public let description: String

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
