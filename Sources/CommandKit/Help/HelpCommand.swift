/// What help needs to know of one command.
public struct HelpCommand: Sendable {
    public var name: String
    public var aliases: [String]
    /// The names of its groups, outermost first.
    public var parents: [String]
    /// Its parameters as help shows them, or the command's own `usage`.
    public var parameters: String
    /// The whole text. May be empty.
    public var help: String
    /// The short text for lists. Empty: the first line of `help`.
    public var brief: String
    public var isHidden: Bool
    /// The cog it belongs to; nil for none.
    public var category: String?
    /// The commands of a group.
    public var subcommands: [HelpCommand]

    public init(
        name: String, aliases: [String] = [], parents: [String] = [], parameters: String = "", help: String = "",
        brief: String = "", isHidden: Bool = false, category: String? = nil, subcommands: [HelpCommand] = []
    ) {
        self.name = name
        self.aliases = aliases
        self.parents = parents
        self.parameters = parameters
        self.help = help
        self.brief = brief
        self.isHidden = isHidden
        self.category = category
        self.subcommands = subcommands
    }

    /// A command as its signature describes it.
    public init(_ signature: Signature, help: String = "", brief: String = "", isHidden: Bool = false) {
        self.init(
            name: signature.name, aliases: signature.aliases, parameters: signature.parametersText, help: help,
            brief: brief, isHidden: isHidden)
    }

    /// One line, for lists.
    public var shortText: String {
        let text = brief.isEmpty ? help : brief
        return String(text.helpLines.first { !$0.withoutOuterBlanks.isEmpty } ?? "")
            .withoutOuterBlanks.description
    }
}

extension String {
    /// The text's lines, whichever way they are ended.
    var helpLines: [Substring] {
        split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    }
}
