import CommandKit

/// Words for "did you mean".
enum Hint {
    /// `did you mean 'message'?`, or nil where nothing is near.
    static func nearest(_ name: String, among names: some Sequence<String>) -> String? {
        Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
    }

    /// Names of a short list, for a fix that has no near one.
    static func list(_ names: [String], limit: Int = 12) -> String {
        let shown = names.sorted().prefix(limit).joined(separator: ", ")
        return names.count > limit ? shown + ", …" : shown
    }
}
