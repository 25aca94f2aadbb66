/// What scripts find in the program: the names that checking compares theirs with.
///
/// Made from a fresh state and from the lists that the bindings themselves use, so it cannot say anything else than they do.
public struct ScriptSurface: Sendable {
    /// A named value: a table with known members, or anything else.
    public indirect enum Value: Sendable, Equatable {
        case table([String: Value])
        case other
    }

    /// Globals of a fresh pack.
    public var globals: [String: Value] = [:]
    /// Modules that the program carries, by the name `require` takes.
    public var modules: [String: Value] = [:]
    /// Events that are raised, without `on_`.
    public var events: [String] = []
    /// Events by the gateway's own names in lower case; the gateway may have more.
    public var gatewayEvents: Set<String> = []
    /// Names of options, by what takes them.
    public var options: [OptionSet: [String]] = [:]
    /// Members of the program's objects, by the object's type.
    public var members: [String: [String]] = [:]

    public init() {}

    /// What takes options in a table.
    public enum OptionSet: Sendable, Hashable, CaseIterable {
        case command, bot, message, embed, allowedMentions, waitFor

        /// As messages name it.
        var title: String {
            switch self {
            case .command: "a command"
            case .bot: "commands.Bot"
            case .message: "a message"
            case .embed: "an embed"
            case .allowedMentions: "allowed_mentions"
            case .waitFor: "wait_for"
            }
        }
    }

    /// Globals that a script may define, and the host calls.
    static let entryPoints: Set<String> = ["setup", "handover", "teardown"]
}
