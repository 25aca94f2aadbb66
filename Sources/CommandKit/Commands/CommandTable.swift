/// The commands of one level, found by name and by alias.
///
/// A value: whoever changes a copy changes nothing that serves, and a change that is refused leaves the table as
/// it was.
public struct CommandTable<Handler: Sendable>: Sendable {
    /// One command.
    public struct Entry: Sendable {
        public let name: String
        /// The aliases that still lead here.
        public fileprivate(set) var aliases: [String]
        /// Who registered it, as clashes name them: `hello`. Empty if nobody needs to be named.
        public let owner: String
        public var handler: Handler

        /// Name and aliases.
        public var names: [String] { [name] + aliases }
    }

    /// Whether `Ping` is `ping`.
    public let ignoresCase: Bool
    /// By key of the name.
    private var entries: [String: Entry] = [:]
    /// From the key of a name or alias to the key of the name.
    private var keys: [String: String] = [:]

    public init(ignoresCase: Bool = true) {
        self.ignoresCase = ignoresCase
    }

    /// How many commands, aliases not counted.
    public var count: Int { entries.count }

    public var isEmpty: Bool { entries.isEmpty }

    /// The command of that name or alias.
    public subscript(name: String) -> Entry? {
        keys[key(name)].flatMap { entries[$0] }
    }

    /// All commands by name.
    public var sorted: [Entry] {
        entries.values.sorted { $0.name < $1.name }
    }

    /// Adds a command.
    ///
    /// - Throws: CommandRegistrationError where its name or an alias is taken; nothing is added then.
    public mutating func add(
        name: String, aliases: [String] = [], owner: String = "", handler: Handler
    ) throws(CommandError) {
        let entry = Entry(name: name, aliases: aliases, owner: owner, handler: handler)
        var added: Set<String> = []
        for (number, word) in entry.names.enumerated() {
            if let taken = self[word] {
                throw clash(word, isAlias: number > 0, of: entry, with: taken)
            }
            guard added.insert(key(word)).inserted else {
                throw .registrationError(
                    word, isAlias: true, detail: "The alias \"\(word)\" of \"\(name)\" is already one of its own names."
                )
            }
        }
        let home = key(name)
        for word in added { keys[word] = home }
        entries[home] = entry
    }

    /// Adds a command by its signature's names.
    public mutating func add(_ signature: Signature, owner: String = "", handler: Handler) throws(CommandError) {
        try add(name: signature.name, aliases: signature.aliases, owner: owner, handler: handler)
    }

    /// Removes a command with all its aliases, or, given an alias, only the alias.
    ///
    /// - Returns: the command as it was before; nil if there is none of that name.
    @discardableResult
    public mutating func remove(_ name: String) -> Entry? {
        let word = key(name)
        guard let home = keys[word], let entry = entries[home] else { return nil }
        if word == home {
            for other in entry.names { keys[key(other)] = nil }
            entries[home] = nil
        } else {
            keys[word] = nil
            var shorter = entry
            shorter.aliases.removeAll { key($0) == word }
            entries[home] = shorter
        }
        return entry
    }

    /// Removes the commands for which `condition` holds, with their aliases.
    public mutating func removeAll(where condition: (Entry) -> Bool) {
        for entry in entries.values where condition(entry) { remove(entry.name) }
    }

    /// The name or alias nearest to `name`, if it may have been meant.
    ///
    /// - Parameter condition: which commands may be named; hidden ones should not.
    public func suggestion(for name: String, where condition: (Entry) -> Bool = { _ in true }) -> String? {
        var named: [String] = []
        for entry in entries.values where condition(entry) {
            named.append(entry.name)
            named += entry.aliases
        }
        return Suggestion.nearest(to: name, among: named)
    }

    private func key(_ name: String) -> String {
        ignoresCase ? name.loweredByScalar : name
    }

    // MARK: Clashes

    /// Names both commands, and both owners where they differ.
    private func clash(_ word: String, isAlias: Bool, of new: Entry, with old: Entry) -> CommandError {
        let wanted = isAlias ? "The alias \"\(word)\" of \"\(new.name)\"" : "The command \"\(word)\""
        let tellsOwners = new.owner != old.owner
        let by = { (entry: Entry) in tellsOwners && !entry.owner.isEmpty ? " (\(entry.owner))" : "" }
        let isName = key(old.name) == key(word)
        let place = isName ? "the name of the command \"\(old.name)\"" : "an alias of \"\(old.name)\""
        return .registrationError(
            word, isAlias: isAlias, detail: "\(wanted)\(by(new)) is already \(place)\(by(old)).")
    }
}
