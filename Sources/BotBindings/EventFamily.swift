import LuaRuntime

/// Which family an event belongs to, as `events:<family>` grants it.
public enum EventFamily {
    /// Events that every pack hears: about the bot itself and its own commands.
    static let free: Set<String> = [
        "ready", "connect", "disconnect", "resumed", "error", "command", "command_completion", "command_error",
    ]

    /// By the beginning of the name, the first that fits.
    private static let beginnings: [(beginning: String, family: String)] = [
        ("message_reaction", "reaction"), ("message", "message"), ("reaction", "reaction"), ("typing", "typing"),
        ("guild_member", "member"), ("guild_ban", "member"), ("member", "member"), ("guild_role", "role"),
        ("role", "role"), ("guild_emojis", "guild"), ("guild", "guild"), ("channel", "channel"),
        ("presence", "presence"), ("voice", "voice"), ("user", "user"), ("invite", "invite"), ("webhook", "webhook"),
    ]

    /// The family of an event, named without `on_`; nil for events that need no right.
    public static func of(_ event: String) -> String? {
        if free.contains(event) { return nil }
        return beginnings.first { event.hasPrefix($0.beginning) }?.family ?? "raw"
    }

    /// What a pack needs in order to hear the event; nil where it needs nothing.
    static func capability(for event: String) -> LuaCapability? {
        of(event).map { LuaCapability("events:\($0)") }
    }
}
