/// What a load or reload came to, for the log and the chat page.
public struct PackReport: Sendable {
    public let pack: String
    /// The generation that serves now.
    public let generation: Int
    public let isReload: Bool
    /// `+ !roll`, `- !old`, `~ !ping`, sorted.
    public let changes: [String]
    /// What did not work and did not stop the load, for example a failed handover.
    public let warnings: [String]
    /// How long it took, in seconds.
    public let seconds: Double

    /// `v3: +1 command`.
    public var summary: String {
        var parts: [String] = []
        for (sign, _) in [("+", "added"), ("-", "removed"), ("~", "changed")] {
            let named = changes.filter { $0.hasPrefix(sign) }
            let commands = named.filter { $0.dropFirst(2).hasPrefix("!") }.count
            let others = named.count - commands
            if commands > 0 { parts.append("\(sign)\(commands) command\(commands == 1 ? "" : "s")") }
            if others > 0 { parts.append("\(sign)\(others) listener\(others == 1 ? "" : "s")") }
        }
        return "v\(generation): " + (parts.isEmpty ? "no change in commands" : parts.joined(separator: ", "))
    }
}
