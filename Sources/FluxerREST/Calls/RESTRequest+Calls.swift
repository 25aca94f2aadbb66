import FluxerModel
import JSON

/// The calls that the client knows, as values to enqueue.
extension RESTRequest {
    /// `GET /gateway/bot`. A success does not prove the token.
    public static func gatewayBot() throws(ValidationError) -> RESTRequest { try RESTRequest(.gatewayBot) }

    /// `GET /users/@me`, which proves the token.
    public static func currentUser() throws(ValidationError) -> RESTRequest { try RESTRequest(.currentUser) }

    /// One page of the bot's guilds, ascending by id.
    public static func currentUserGuilds(
        after: GuildID? = nil, limit: Int = 200
    ) throws(ValidationError) -> RESTRequest {
        var query = [(name: "limit", value: String(limit))]
        if let after { query.append((name: "after", value: after.description)) }
        return try RESTRequest(.currentUserGuilds, query: query)
    }

    /// Posts a message. It has a nonce afterwards, so that a repetition cannot double it; posts to one channel keep their
    /// order.
    public static func createMessage(
        _ channel: ChannelID, _ message: CreateMessage
    ) throws(ValidationError) -> RESTRequest {
        try message.validate()
        var message = message
        if message.nonce == nil { message.nonce = Nonce.make() }
        return try RESTRequest(
            .createMessage, ["channel_id": channel.description], body: message.json(), hasNonce: true,
            lane: "post \(channel)")
    }

    /// Edits a message; edits of one message keep their order.
    public static func editMessage(
        _ channel: ChannelID, _ message: MessageID, _ edit: EditMessage
    ) throws(ValidationError) -> RESTRequest {
        try edit.validate()
        return try RESTRequest(
            .editMessage, ["channel_id": channel.description, "message_id": message.description], body: edit.json(),
            lane: "edit \(message)")
    }

    /// Deletes a message.
    public static func deleteMessage(
        _ channel: ChannelID, _ message: MessageID, reason: String? = nil
    ) throws(ValidationError) -> RESTRequest {
        try RESTRequest(.deleteMessage, ["channel_id": channel.description, "message_id": message.description])
            .with(reason: reason)
    }

    /// `GET /channels/{channel_id}/messages/{message_id}`.
    public static func getMessage(
        _ channel: ChannelID, _ message: MessageID
    ) throws(ValidationError) -> RESTRequest {
        try RESTRequest(.getMessage, ["channel_id": channel.description, "message_id": message.description])
    }

    /// `GET /channels/{channel_id}`.
    public static func getChannel(_ channel: ChannelID) throws(ValidationError) -> RESTRequest {
        try RESTRequest(.getChannel, ["channel_id": channel.description])
    }

    /// Opens the direct channel with a user. Safe to repeat: the server answers the same channel.
    public static func createDM(_ user: UserID) throws(ValidationError) -> RESTRequest {
        try RESTRequest(.createDM, body: CreateDM(recipientID: user).json(), hasNonce: true)
    }

    /// Shows that the bot types, for about ten seconds. Safe to repeat.
    public static func triggerTyping(_ channel: ChannelID) throws(ValidationError) -> RESTRequest {
        try RESTRequest(.triggerTyping, ["channel_id": channel.description], hasNonce: true)
    }

    /// Puts the bot's reaction on a message.
    public static func addReaction(
        _ channel: ChannelID, _ message: MessageID, _ emoji: Emoji
    ) throws(ValidationError) -> RESTRequest {
        try RESTRequest(.addReaction, reaction(channel, message, emoji))
    }

    /// Takes a reaction off: the bot's own, or (with a user) somebody else's.
    public static func removeReaction(
        _ channel: ChannelID, _ message: MessageID, _ emoji: Emoji, user: UserID? = nil
    ) throws(ValidationError) -> RESTRequest {
        var parameters = reaction(channel, message, emoji)
        guard let user else { return try RESTRequest(.removeOwnReaction, parameters) }
        parameters["user_id"] = user.description
        return try RESTRequest(.removeReaction, parameters)
    }

    /// Takes all reactions off a message, or all of one emoji.
    public static func clearReactions(
        _ channel: ChannelID, _ message: MessageID, emoji: Emoji? = nil
    ) throws(ValidationError) -> RESTRequest {
        if let emoji { return try RESTRequest(.clearReaction, reaction(channel, message, emoji)) }
        return try RESTRequest(.clearReactions, ["channel_id": channel.description, "message_id": message.description])
    }

    private static func reaction(_ channel: ChannelID, _ message: MessageID, _ emoji: Emoji) -> [String: String] {
        ["channel_id": channel.description, "message_id": message.description, "emoji": emoji.reactionText]
    }
}
