import CommandKit
import FluxerModel

/// Who speaks in the chat, where, and who and what else there is.
struct ChatRoom: Sendable {
    let people: [User]
    let channels: [Channel]
    private(set) var speaker: User
    private(set) var channel: Channel

    /// - Returns: nil where there is nobody, or nowhere to speak.
    init?(people: [User], channels: [Channel]) {
        guard let speaker = people.first, let channel = channels.first else { return nil }
        self.people = people
        self.channels = channels
        self.speaker = speaker
        self.channel = channel
    }

    /// `Mira #general> `
    var prompt: String { "\(speaker.displayName) \(ChatRoom.title(of: channel))> " }

    static func title(of channel: Channel) -> String { channel.type.isPrivate ? "dm" : "#\(channel.name ?? "?")" }

    /// Speaks as the person with this name from now on.
    /// - Throws: who there is.
    mutating func become(_ name: String) throws(ChatRefusal) {
        let wanted = name.hasPrefix("@") ? String(name.dropFirst()) : name
        guard let found = people.first(where: { ChatRoom.is($0, wanted) }) else {
            throw ChatRefusal(
                "there is no '\(name)': " + ChatRoom.choice(wanted, people.map(\.username), list: "there are"))
        }
        speaker = found
    }

    /// Speaks in this channel from now on.
    mutating func go(to channel: Channel) { self.channel = channel }

    /// The guild's channel with this name.
    /// - Throws: which there are.
    func channel(named name: String) throws(ChatRefusal) -> Channel {
        let wanted = name.hasPrefix("#") ? String(name.dropFirst()) : name
        if let found = channels.first(where: { ($0.name ?? "").lowercased() == wanted.lowercased() }) { return found }
        throw ChatRefusal(
            "there is no channel '\(name)': "
                + ChatRoom.choice(wanted, channels.compactMap(\.name) + ["dm"], list: "there are"))
    }

    private static func `is`(_ user: User, _ name: String) -> Bool {
        user.username.lowercased() == name.lowercased() || user.displayName.lowercased() == name.lowercased()
    }

    private static func choice(_ wanted: String, _ names: [String], list: String) -> String {
        Suggestion.nearest(to: wanted, among: names).map { "did you mean '\($0)'?" }
            ?? "\(list) \(names.joined(separator: ", "))"
    }

    // MARK: Lists

    var userLines: [String] {
        people.map { user in
            let name = user.displayName == user.username ? user.username : "\(user.displayName) (\(user.username))"
            return "\(user.id == speaker.id ? "* " : "  ")\(name)"
        }
    }

    var channelLines: [String] {
        channels.map { channel in
            "\(channel.id == self.channel.id ? "* " : "  ")\(ChatRoom.title(of: channel))"
                + (channel.topic.map { "  \($0)" } ?? "")
        } + ["\(channel.type.isPrivate ? "* " : "  ")dm  alone with the bot"]
    }
}

/// Why something in the chat cannot be done.
struct ChatRefusal: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
