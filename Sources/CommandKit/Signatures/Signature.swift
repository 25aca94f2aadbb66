/// A command's names and parameters, from one line of text: `"ban|hammer <who> [days:int=1] [...reason]"`.
///
/// The same data is the argument parser's, the help's and the usage line's. These forms are supported: `<word>`,
/// `[word]`, `[word=default]`, `<...rest>`, `[...rest=default]`, each with the type string, int, number or bool;
/// a default without a type brings its own. The rest of the grammar is read and refused by name.
public struct Signature: Sendable, Hashable {
    /// The text it was read from.
    public let text: String
    /// The first of its names.
    public let name: String
    /// The other names.
    public let aliases: [String]
    /// In the order in which they take words.
    public let parameters: [Parameter]
    /// All parameters as help shows them: `<who> [days=1] [reason]`. Empty without parameters.
    public let parametersText: String

    /// The longest name, in code points.
    public static let longestName = SignatureReader.longestName

    /// Reads a signature.
    ///
    /// - Parameters:
    ///   - text: the mini-language.
    ///   - converters: further type names that the caller can convert; the argument parser asks for them.
    /// - Throws: what is wrong, with the place of the character.
    public init(parsing text: String, converters: Set<String> = []) throws(SignatureError) {
        let syntax = try SignatureReader.read(text)
        let (names, parameters) = try SignatureRules(text: text, converters: converters).apply(to: syntax)
        self.text = text
        self.name = names.first ?? ""
        self.aliases = Array(names.dropFirst())
        self.parameters = parameters
        self.parametersText = parameters.map(\.helpText).joined(separator: " ")
    }

    /// Name and aliases.
    public var names: [String] { [name] + aliases }

    /// How the command is called.
    public func usage(prefix: String) -> UsageLine {
        UsageLine(prefix: prefix, command: name, parameters: parametersText)
    }
}

/// How a command is called, kept in its parts until somebody wants to read it: `!ban <who>`.
public struct UsageLine: Sendable, Hashable, CustomStringConvertible {
    /// As the user wrote it.
    public let prefix: String
    /// With the names of its groups.
    public let command: String
    /// As help shows them, or what the command gives as its usage.
    public let parameters: String

    public init(prefix: String, command: String, parameters: String) {
        self.prefix = prefix
        self.command = command
        self.parameters = parameters
    }

    public var description: String {
        parameters.isEmpty ? prefix + command : "\(prefix)\(command) \(parameters)"
    }
}
