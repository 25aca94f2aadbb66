import LineEditor

/// What may follow what was typed: slash words, names of people and channels, the bot's commands.
struct ChatCompleter: Sendable {
    let people: [String]
    let channels: [String]
    /// With their prefix, `!ping`.
    let commands: [String]

    func completion(of text: String) -> LineEditor.Completion {
        let word = text.split(separator: " ", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let isFirst = !text.contains(" ")
        let candidates: [String]
        if isFirst, word.hasPrefix("/") {
            candidates = ChatInput.commands.map { "/\($0.word)" }
        } else if text.lowercased().hasPrefix("/as ") {
            candidates = people
        } else if text.lowercased().hasPrefix("/in ") {
            candidates = channels + ["dm"]
        } else if word.hasPrefix("@") {
            candidates = people.map { "@\($0)" }
        } else if word.hasPrefix("#") {
            candidates = channels.map { "#\($0)" }
        } else if isFirst {
            candidates = commands
        } else {
            candidates = []
        }
        let wanted = word.lowercased()
        return LineEditor.Completion(
            replaced: word.utf8.count, candidates: candidates.filter { $0.lowercased().hasPrefix(wanted) }.sorted())
    }
}
