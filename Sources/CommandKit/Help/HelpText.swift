/// The pages of the help command, in the layout `tree`.
///
/// Each page is one message: a code block of at most 2,000 UTF-16 units, valid on every instance. Text of scripts
/// and users can neither leave the block nor mention everybody.
public struct HelpText: Sendable {
    /// The prefix as people should write it.
    public let prefix: String
    /// Above the list. May be empty.
    public let description: String
    /// Below the list.
    public let endingNote: String

    /// - Parameters:
    ///   - prefix: as the person who asked wrote it; for a mention a readable form of it.
    ///   - helpName: what the help command is called.
    ///   - endingNote: nil for the usual one.
    public init(prefix: String, helpName: String = "help", description: String = "", endingNote: String? = nil) {
        self.prefix = prefix
        self.description = description
        self.endingNote =
            endingNote ?? "Type \(prefix)\(helpName) command for more info on a command."
    }

    /// The answer to plain `!help`: all commands that are not hidden, under their cogs.
    public func overview(_ commands: [HelpCommand]) -> [String] {
        var pages = HelpPages()
        if !description.isEmpty {
            pages.add(text: description)
            pages.add(line: "")
        }
        let groups = Dictionary(grouping: commands.filter { !$0.isHidden }, by: \.category)
        for category in groups.keys.compactMap({ $0 }).sorted() {
            addList("\(category):", groups[category] ?? [], to: &pages)
        }
        addList("Commands:", groups[nil] ?? [], to: &pages)
        if groups.isEmpty {
            pages.add(line: "There are no commands.")
            pages.add(line: "")
        }
        pages.add(text: endingNote)
        return pages.finished()
    }

    /// The answer to `!help name`.
    public func page(for command: HelpCommand) -> [String] {
        var pages = HelpPages()
        let path = command.parents.map { "\($0) " }.joined()
        let names =
            command.aliases.isEmpty ? command.name : "[\(([command.name] + command.aliases).joined(separator: "|"))]"
        pages.add(line: line(path + names, command))
        let help = command.help.withoutOuterBlanks.isEmpty ? command.brief : command.help
        if !help.withoutOuterBlanks.isEmpty {
            pages.add(line: "")
            pages.add(text: help)
        }
        let subcommands = command.subcommands.filter { !$0.isHidden }
        if !subcommands.isEmpty {
            pages.add(line: "")
            addList("Commands:", subcommands, to: &pages)
        }
        return pages.finished()
    }

    /// The answer where nothing of that name is found.
    ///
    /// - Parameters:
    ///   - name: what was asked for.
    ///   - suggestion: what may have been meant.
    public static func notFound(_ name: String, suggestion: String? = nil) -> String {
        let asked = Defusing.mentions(name.shortened(to: 100))
        let answer = "No command called \"\(asked)\" found."
        guard let suggestion else { return answer }
        return "\(answer) Did you mean \"\(Defusing.mentions(suggestion))\"?"
    }

    // MARK: Lists

    /// A heading, the commands by name, and an empty line.
    private func addList(_ heading: String, _ commands: [HelpCommand], to pages: inout HelpPages) {
        guard !commands.isEmpty else { return }
        pages.add(line: heading)
        addTree(commands, level: 1, to: &pages)
        pages.add(line: "")
    }

    private func addTree(_ commands: [HelpCommand], level: Int, to pages: inout HelpPages) {
        for command in commands.sorted(by: { $0.name < $1.name }) where !command.isHidden {
            let path = (command.parents + [command.name]).joined(separator: " ")
            let short = command.shortText
            let indent = String(repeating: "  ", count: level)
            pages.add(line: indent + line(path, command) + (short.isEmpty ? "" : " - \(short)"))
            addTree(command.subcommands, level: level + 1, to: &pages)
        }
    }

    private func line(_ names: String, _ command: HelpCommand) -> String {
        UsageLine(prefix: prefix, command: names, parameters: command.parameters).description
    }
}
