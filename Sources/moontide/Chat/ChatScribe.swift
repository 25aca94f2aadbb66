import FluxerModel
import FluxerSandbox

/// Writes down what happens in the chat, for a terminal: a number before each message, by which it can be named.
struct ChatScribe {
    private let names: [UserID: String]
    private let bot: UserID
    private var channels: [ChannelID: String]
    private let colour: @Sendable (_ text: String, _ code: String) -> String
    private var numbers: [MessageID: Int] = [:]
    private var messages: [Int: Message] = [:]
    private var last = 0

    /// Messages that can be named.
    static let kept = 1_000

    /// - Parameter colour: puts a terminal's colour around a text, or leaves it.
    init(
        people: [User], bot: User, channels: [Channel],
        colour: @escaping @Sendable (_ text: String, _ code: String) -> String
    ) {
        names = Dictionary((people + [bot]).map { ($0.id, $0.displayName) }) { first, _ in first }
        self.bot = bot.id
        self.channels = Dictionary(channels.map { ($0.id, ChatRoom.title(of: $0)) }) { first, _ in first }
        self.colour = colour
    }

    /// A message that was written down.
    func message(_ number: Int) -> Message? { messages[number] }

    /// The lines for an event; none for what nobody wants to read.
    mutating func lines(of event: WorldEvent) -> [String] {
        switch event {
        case .messageCreated(let message): return created(message)
        case .messageUpdated(let message):
            let old = numbers[message.id].flatMap { messages[$0] }
            remember(message)
            if let old, old.content == message.content, old.embeds == message.embeds { return [] }
            return lines(of: message, verb: " edited")
        case .messageDeleted(let deleted):
            let text = numbers[deleted.id].flatMap { messages[$0]?.content } ?? ""
            return [
                "\(label(deleted.id)) \(place(deleted.channelID)) deleted" + (text.isEmpty ? "" : ": \(short(text))")
            ]
        case .reactionAdded(let reaction): return [reacted(reaction, "reacted")]
        case .reactionRemoved(let reaction): return [reacted(reaction, "took back")]
        case .reactionsCleared(let cleared):
            let what = cleared.emoji.map { "all \(Terminal.plain($0.name)) were" } ?? "all reactions were"
            return ["\(label(cleared.messageID)) \(place(cleared.channelID)) \(what) taken off"]
        case .typing(let typing):
            guard typing.userID == bot else { return [] }
            return [colour("  \(place(typing.channelID)) \(name(typing.userID)) is typing", "90")]
        case .channelCreated(let channel):
            channels[channel.id] = ChatRoom.title(of: channel)
            return []
        case .guildCreated, .memberAdded, .memberUpdated, .roleCreated: return []
        case .memberRemoved(_, let user): return [colour("  \(Terminal.plain(user.displayName)) is gone", "90")]
        case .botOnline(let isOnline):
            return [colour("  \(name(bot)) is \(isOnline ? "online" : "offline")", "90")]
        }
    }

    // MARK: Messages

    private mutating func created(_ message: Message) -> [String] {
        last += 1
        numbers[message.id] = last
        messages[last] = message
        if let old = messages.removeValue(forKey: last - ChatScribe.kept) { numbers[old.id] = nil }
        return lines(of: message, verb: "")
    }

    private mutating func remember(_ message: Message) {
        if let number = numbers[message.id] { messages[number] = message }
    }

    private func lines(of message: Message, verb: String) -> [String] {
        var head = "\(label(message.id)) \(place(message.channelID)) \(author(message))\(verb)"
        if let target = message.reference?.messageID, let number = numbers[target], verb.isEmpty {
            head += colour(" to \(number)", "90")
        }
        var lines = [head + ":" + (message.content.isEmpty ? "" : " \(Terminal.plain(message.content))")]
        for embed in message.embeds { lines += ChatScribe.lines(of: embed).map { "    \(colour("|", "36")) \($0)" } }
        for file in message.attachments { lines.append("    [\(Terminal.plain(file.filename)), \(file.size) bytes]") }
        return lines
    }

    /// An embed as text.
    static func lines(of embed: Embed) -> [String] {
        func rows(_ text: String) -> [String] {
            text.split(separator: "\n", omittingEmptySubsequences: false).map { Terminal.plain(String($0)) }
        }
        var lines: [String] = []
        if let author = embed.author { lines += rows(author.name) }
        if let title = embed.title { lines += rows(title) + (embed.url.map { [Terminal.plain($0)] } ?? []) }
        if let text = embed.description { lines += rows(text) }
        for field in embed.fields {
            let value = rows(field.value)
            lines.append("\(Terminal.plain(field.name)): \(value.first ?? "")")
            lines += value.dropFirst().map { "  \($0)" }
        }
        if let image = embed.image?.url { lines.append("image: \(Terminal.plain(image))") }
        if let footer = embed.footer { lines += rows(footer.text) }
        return lines.isEmpty ? ["(empty embed)"] : lines
    }

    private func reacted(_ reaction: ReactionEvent, _ verb: String) -> String {
        "\(label(reaction.messageID)) \(place(reaction.channelID)) \(name(reaction.userID)) \(verb) "
            + Terminal.plain(reaction.emoji.name)
    }

    // MARK: Words

    private func label(_ id: MessageID) -> String { colour(numbers[id].map { "\($0)" } ?? "?", "90") }
    private func place(_ id: ChannelID) -> String { colour(channels[id] ?? "dm", "34") }
    private func name(_ id: UserID) -> String { Terminal.plain(names[id] ?? "somebody") }

    private func author(_ message: Message) -> String {
        message.author.id == bot ? colour(name(bot), "36;1") : colour(Terminal.plain(message.author.displayName), "1")
    }

    private func short(_ text: String) -> String {
        let line = text.split(separator: "\n").first ?? ""
        return Terminal.plain(String(line.prefix(60))) + (line.count > 60 || line.count < text.count ? "…" : "")
    }
}
