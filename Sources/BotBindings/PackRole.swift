import LuaRuntime
import PackHost

/// What a pack is to its bot: what it may do, and what the operator told it.
public struct PackRole: Sendable {
    /// The entry sets the bot up with `commands.Bot{ … }`.
    public var isEntry: Bool
    /// What it may do; nil: everything.
    public var capabilities: Set<LuaCapability>?
    /// As its manifest says; empty for none.
    public var version = ""
    /// What a script reads as `pack.settings`.
    public var settings: LuaValue
    /// The folder of `pack.data`.
    public var data: DataFolder?
    /// Variables of the environment that no script reads.
    public var hiddenVariables: Set<String> = ["FLUXER_TOKEN"]
    /// Files that no script reads, wherever they are.
    public var secretFiles: [String] = []
    /// Whether a text gives the bot's token away.
    public var holdsSecret: @Sendable (String) -> Bool = { _ in false }
    /// What to write so that the pack may do what it may not.
    public var hint: @Sendable (LuaCapability) -> String = { "add \"\($0)\" to capabilities in pack.lua" }

    public init(isEntry: Bool, capabilities: Set<LuaCapability>? = nil, settings: LuaValue = .table([:])) {
        self.isEntry = isEntry
        self.capabilities = capabilities.map { $0.union([.answer]) }
        self.settings = settings
    }

    /// Whether it may do what the capability opens.
    public func may(_ capability: LuaCapability) -> Bool { capabilities?.contains(capability) ?? true }
}
