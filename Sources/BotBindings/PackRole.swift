import LuaRuntime

/// What a pack is to its bot: what it may do, and what the operator told it.
public struct PackRole: Sendable {
    /// The entry sets the bot up with `commands.Bot{ … }`.
    public var isEntry: Bool
    /// What it may do; nil: everything.
    public var capabilities: Set<LuaCapability>?
    /// What a script reads as `pack.settings`.
    public var settings: LuaValue

    public init(isEntry: Bool, capabilities: Set<LuaCapability>? = nil, settings: LuaValue = .table([:])) {
        self.isEntry = isEntry
        self.capabilities = capabilities
        self.settings = settings
    }

    /// Whether it may do what the capability opens.
    public func may(_ capability: LuaCapability) -> Bool { capabilities?.contains(capability) ?? true }
}
