import CommandKit

/// What a line typed into the chat asks for.
enum ChatInput: Equatable, Sendable {
    /// Says a text as the current person in the current channel.
    case say(String)
    case becomes(String)
    case goes(String)
    case users, channels, reload, help, quit
    case react(message: Int, emoji: String)
    /// It cannot be done; the text says why and what to do.
    case refused(String)

    /// The words after a slash, with what follows them and what they do.
    static let commands: [(word: String, rest: String, help: String)] = [
        ("as", "NAME", "speak as somebody else"),
        ("in", "CHANNEL", "go to another channel; /in dm is the private one with the bot"),
        ("users", "", "who is there"),
        ("channels", "", "which channels there are"),
        ("react", "N EMOJI", "react to message N"),
        ("reload", "", "load the scripts anew"),
        ("help", "", "this list"),
        ("quit", "", "end; so does Ctrl-D"),
    ]

    /// Reads a line; nil for an empty one. Two slashes say a text that begins with one.
    init?(parsing line: String) {
        let text = line.drop { $0.isWhitespace }
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix("/") else {
            self = .say(line)
            return
        }
        if text.hasPrefix("//") {
            self = .say(String(text.dropFirst()))
            return
        }
        let parts = text.dropFirst().split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        let word = parts.first.map { $0.lowercased() } ?? ""
        let rest = parts.count > 1 ? ChatInput.trimmed(parts[1]) : ""
        switch word {
        case "as": self = rest.isEmpty ? ChatInput.incomplete("as") : .becomes(rest)
        case "in": self = rest.isEmpty ? ChatInput.incomplete("in") : .goes(rest)
        case "users": self = .users
        case "channels": self = .channels
        case "reload": self = .reload
        case "help": self = .help
        case "quit": self = .quit
        case "react":
            let words = rest.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let number = Int(words[0]), number > 0 else {
                self = ChatInput.incomplete("react")
                return
            }
            self = .react(message: number, emoji: ChatInput.trimmed(words[1]))
        default:
            let near = Suggestion.nearest(to: word, among: ChatInput.commands.map(\.word))
            self = .refused(
                "there is no /\(word.prefix(40)): "
                    + (near.map { "did you mean /\($0)?" } ?? "/help lists what there is"))
        }
    }

    private static func incomplete(_ word: String) -> ChatInput {
        let rest = commands.first { $0.word == word }?.rest ?? ""
        return .refused("write /\(word) \(rest)" + (word == "react" ? ": N is the number before the message" : ""))
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text.drop { $0.isWhitespace })
    }

    /// The list that `/help` shows.
    static var helpLines: [String] {
        commands.map { command in
            let left = "/\(command.word) \(command.rest)"
            return "  \(left)\(String(repeating: " ", count: max(1, 18 - left.count)))\(command.help)"
        } + ["  //text            says a text that begins with a slash"]
    }
}
