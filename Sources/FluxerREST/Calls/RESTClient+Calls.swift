import FluxerModel

/// Typed calls. They throw `ValidationError` for what would be refused anyway, else `RESTError`.
extension RESTClient {
    /// The gateway's address and advice. A success does not prove the token.
    public func gatewayBot() async throws -> GatewayBot {
        try await send(.gatewayBot()).decode()
    }

    /// The bot's own account.
    public func currentUser() async throws -> User {
        try await send(.currentUser()).decode()
    }

    /// All guilds of the bot, page by page, ascending by id.
    public func currentUserGuilds() async throws -> [Guild] {
        let limit = 200
        var guilds: [Guild] = []
        while true {
            let page = try await send(.currentUserGuilds(after: guilds.last?.id, limit: limit))
                .decodeList(of: Guild.self)
                .sorted { $0.id < $1.id }
            // A server that does not know the cursor would send the same page for ever.
            let last = guilds.last?.id
            let fresh = page.filter { guild in last.map { guild.id > $0 } ?? true }
            guilds += fresh
            if page.count < limit || fresh.isEmpty { return guilds }
        }
    }

    /// Posts a message.
    public func createMessage(_ channel: ChannelID, _ message: CreateMessage) async throws -> Message {
        try await send(.createMessage(channel, message)).decode()
    }

    /// Edits a message.
    public func editMessage(_ channel: ChannelID, _ message: MessageID, _ edit: EditMessage) async throws -> Message {
        try await send(.editMessage(channel, message, edit)).decode()
    }

    /// Deletes a message.
    public func deleteMessage(_ channel: ChannelID, _ message: MessageID, reason: String? = nil) async throws {
        _ = try await send(.deleteMessage(channel, message, reason: reason))
    }

    public func getMessage(_ channel: ChannelID, _ message: MessageID) async throws -> Message {
        try await send(.getMessage(channel, message)).decode()
    }

    public func getChannel(_ channel: ChannelID) async throws -> Channel {
        try await send(.getChannel(channel)).decode()
    }

    /// Opens the direct channel with a user. Succeeds even where sending will be refused.
    public func createDM(_ user: UserID) async throws -> Channel {
        try await send(.createDM(user)).decode()
    }

    /// Shows that the bot types. Repeat every 8 seconds while working.
    public func triggerTyping(_ channel: ChannelID) async throws {
        _ = try await send(.triggerTyping(channel))
    }

    /// Puts the bot's reaction on a message.
    public func addReaction(_ channel: ChannelID, _ message: MessageID, _ emoji: Emoji) async throws {
        _ = try await send(.addReaction(channel, message, emoji))
    }

    /// Takes the bot's reaction off, or a user's.
    public func removeReaction(
        _ channel: ChannelID, _ message: MessageID, _ emoji: Emoji, user: UserID? = nil
    ) async throws {
        _ = try await send(.removeReaction(channel, message, emoji, user: user))
    }

    /// Takes all reactions off, or all of one emoji.
    public func clearReactions(_ channel: ChannelID, _ message: MessageID, emoji: Emoji? = nil) async throws {
        _ = try await send(.clearReactions(channel, message, emoji: emoji))
    }
}
