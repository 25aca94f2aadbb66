import BotBindings
import LuaRuntime
import PackHost

/// One pack of a bot: where it is, what it may do, what it was told.
public struct PackConfiguration: Sendable {
    public var source: PackSource
    /// Its name in commands' clashes, logs and the data folder; unique in a bot.
    public var name: String { source.name }
    public var limits: PackLimits
    /// Whether it is the operator's own entry: the only one that may set the bot up with `commands.Bot{ … }`.
    public var isEntry: Bool
    /// What it may do. Nil: everything that packs can be given, as the operator's own code may.
    public var capabilities: Set<LuaCapability>?
    /// Whether it is held to `capabilities`: neither the operator's own code nor marked as trusted.
    public var isConfined: Bool { capabilities != nil }
    /// What a script reads as `pack.settings`.
    public var settings = LuaValue.table([:])
    /// Its place among packs that do not depend on each other; lower loads first.
    public var order = 0
    /// Names of packs that must be loaded before it.
    public var dependencies: [String] = []

    public init(_ source: PackSource, isEntry: Bool = false, capabilities: Set<LuaCapability>? = nil) {
        self.source = source
        self.isEntry = isEntry
        self.capabilities = capabilities
        limits = capabilities == nil ? .own : .confined
    }

    /// The order in which packs are loaded: what they depend on first, then the entry, then by `order`, then by name.
    /// Packs that depend on each other in a circle come last, in that same order.
    public static func loadOrder(of packs: [PackConfiguration]) -> [PackConfiguration] {
        var waiting = packs.sorted { left, right in
            if left.isEntry != right.isEntry { return left.isEntry }
            return left.order != right.order ? left.order < right.order : left.name < right.name
        }
        let known = Set(packs.map(\.name))
        var ordered: [PackConfiguration] = []
        var placed: Set<String> = []
        while !waiting.isEmpty {
            let next = waiting.firstIndex { pack in
                pack.dependencies.allSatisfy { placed.contains($0) || !known.contains($0) || $0 == pack.name }
            }
            let pack = waiting.remove(at: next ?? 0)
            placed.insert(pack.name)
            ordered.append(pack)
        }
        return ordered
    }
}
