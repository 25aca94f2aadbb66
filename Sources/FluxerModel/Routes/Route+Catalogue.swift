extension Route {
    // Gateway and self
    public static let gatewayBot = Route("gatewayBot", .get, "/gateway/bot")
    public static let currentUser = Route("currentUser", .get, "/users/@me")
    public static let currentUserGuilds = Route("currentUserGuilds", .get, "/users/@me/guilds")
    public static let createDM = Route("createDM", .post, "/users/@me/channels")

    // Channels
    public static let getChannel = Route("getChannel", .get, "/channels/{channel_id}")
    public static let triggerTyping = Route("triggerTyping", .post, "/channels/{channel_id}/typing")

    // Messages
    public static let getMessages = Route("getMessages", .get, "/channels/{channel_id}/messages")
    public static let getMessage = Route("getMessage", .get, "/channels/{channel_id}/messages/{message_id}")
    public static let createMessage = Route("createMessage", .post, "/channels/{channel_id}/messages")
    public static let editMessage = Route("editMessage", .patch, "/channels/{channel_id}/messages/{message_id}")
    public static let deleteMessage = Route("deleteMessage", .delete, "/channels/{channel_id}/messages/{message_id}")

    // Reactions
    public static let addReaction = Route(
        "addReaction", .put, "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me")
    public static let removeOwnReaction = Route(
        "removeOwnReaction", .delete, "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me")
    public static let removeReaction = Route(
        "removeReaction", .delete, "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/{user_id}")
    /// All reactions of one emoji.
    public static let clearReaction = Route(
        "clearReaction", .delete, "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}")
    public static let clearReactions = Route(
        "clearReactions", .delete, "/channels/{channel_id}/messages/{message_id}/reactions")

    /// Every route that the program knows: the sandbox serves them, the client calls them.
    public static let all: [Route] = [
        gatewayBot, currentUser, currentUserGuilds, createDM, getChannel, triggerTyping, getMessages, getMessage,
        createMessage, editMessage, deleteMessage, addReaction, removeOwnReaction, removeReaction, clearReaction,
        clearReactions,
    ]
}
