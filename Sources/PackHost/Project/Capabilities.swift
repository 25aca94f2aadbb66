import LuaRuntime

/// A right that a pack can be granted: the word of manifests and grants, what it opens.
public struct Capability: Sendable, Hashable {
    /// As it is written. A part in angle brackets stands for what is named: `http:<host>`.
    public let word: String
    /// What a pack with it can do, for the person who grants it.
    public let sentence: String

    init(_ word: String, _ sentence: String) {
        self.word = word
        self.sentence = sentence
    }

    /// `http:` of `http:<host>`; nil for words that name nothing.
    var head: String? { word.hasSuffix(">") ? word.prefix { $0 != "<" }.description : nil }

    /// All words. The table of `docs/projects.md` and the checks of manifests, grants and bindings come from this list.
    public static let all: [Capability] = [
        Capability("events:<family>", "Hears the events of that family."),
        Capability("messages:send", "Sends messages anywhere, replies, edits and deletes the bot's own, shows typing."),
        Capability("messages:manage", "Deletes others' messages, pins, deletes in bulk."),
        Capability("reactions", "Puts reactions on messages, takes them off."),
        Capability("members:read", "Fetches and searches members."),
        Capability("members:kick", "Kicks members."),
        Capability("members:ban", "Bans members, lifts bans."),
        Capability("members:edit", "Changes members' nicknames, roles, time-outs and voice state."),
        Capability("roles", "Makes, changes and deletes roles."),
        Capability("channels", "Makes, changes and deletes channels and their overwrites."),
        Capability("guild", "Changes the guild's settings."),
        Capability("webhooks", "Makes, changes, deletes and uses webhooks."),
        Capability("invites", "Makes and deletes invites."),
        Capability("expressions", "Makes, changes and deletes emojis and stickers."),
        Capability("presence", "Changes the status that the bot shows."),
        Capability("rest", "Calls any route of the platform, with the bot's rights."),
        Capability("http:<host>", "Calls that host with fluxer.http."),
        Capability("store", "Keeps data in the bot's store."),
        Capability("fs:data", "Reads and writes files in a folder of its own."),
        Capability("env:<NAME>", "Reads that variable of the environment."),
        Capability("timers", "Sets timers that outlive the program."),
        Capability(
            "commands:global",
            "Runs checks and hooks around all commands, hears their errors, removes commands of other packs."),
    ]

    /// The families of events, as `events:<family>` names them.
    public static let families = [
        "channel", "guild", "invite", "member", "message", "presence", "raw", "reaction", "role", "typing", "user",
        "voice", "webhook",
    ]

    /// What is wrong with a word of a manifest or a grant; nil where nothing is.
    static func problem(with word: String) -> String? {
        guard !all.contains(where: { $0.head == nil && $0.word == word }) else { return nil }
        guard let entry = all.first(where: { $0.head.map(word.hasPrefix) ?? false }), let head = entry.head else {
            let words = all.map(\.word)
            let hint = Nearest.name(to: word, among: words).map { "did you mean \"\($0)\"?" }
            return "\"\(word.prefix(60))\" is no capability: \(hint ?? "see the table in docs/projects.md")"
        }
        let rest = word.dropFirst(head.count)
        if head == "events:" {
            guard !families.contains(String(rest)) else { return nil }
            let hint = Nearest.name(to: String(rest), among: families).map { "did you mean \"events:\($0)\"?" }
            return
                "\"\(word.prefix(60))\" names no family of events: \(hint ?? "known are \(families.joined(separator: ", "))")"
        }
        let isName: (Character) -> Bool =
            head == "env:"
            ? { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            : { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:".contains($0)) }
        guard !rest.isEmpty, rest.allSatisfy(isName) else {
            return "\"\(word.prefix(60))\" has to be \(entry.word), with a name and without blanks, * and /"
        }
        return nil
    }
}
