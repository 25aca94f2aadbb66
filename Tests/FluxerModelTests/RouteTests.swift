import FluxerModel
import Testing

@Suite("routes")
struct RouteTests {
    @Test("every route's path leads back to it, with its parameters")
    func inverse() throws {
        for route in Route.all {
            let values = ["🍵", "tea:12", "a/b", "1502000300000000009", "%2e", "a b?c#d", "..."]
            for value in values {
                let parameters = Dictionary(uniqueKeysWithValues: route.parameters.map { ($0, value + $0) })
                let path = try route.path(parameters)
                let match = try #require(Route.match(route.method, path))
                #expect(match.route == route && match.parameters == parameters)
            }
        }
    }

    @Test("names and calls are unique")
    func unique() {
        #expect(Set(Route.all).count == Route.all.count)
        #expect(Set(Route.all.map(\.name)).count == Route.all.count)
    }

    @Test("an emoji is one encoded segment")
    func emoji() throws {
        let path = try Route.addReaction.path(["channel_id": "1", "message_id": "2", "emoji": "❤️"])
        #expect(path == "/channels/1/messages/2/reactions/%E2%9D%A4%EF%B8%8F/@me")
        let custom = try Route.removeReaction.path(
            ["channel_id": "1", "message_id": "2", "emoji": "tea:12", "user_id": "3"])
        #expect(custom == "/channels/1/messages/2/reactions/tea%3A12/3")
    }

    @Test(
        "an argument cannot lead elsewhere, and a missing or unknown one is named",
        arguments: [
            (["channel_id": ".."], "getChannel: channel_id cannot be '..'"),
            (["channel_id": "."], "getChannel: channel_id cannot be '.'"),
            (["channel_id": ""], "getChannel: channel_id cannot be ''"),
            ([:], "getChannel: channel_id is missing"),
            (["channel_id": "1", "guild_id": "2"], "getChannel: guild_id is no parameter of /channels/{channel_id}"),
        ])
    func refused(parameters: [String: String], text: String) {
        let error = #expect(throws: RouteError.self) { try Route.getChannel.path(parameters) }
        #expect(error?.description == text)
    }

    @Test("the literal segment wins over a parameter; queries are ignored; slashes are strict")
    func matching() {
        #expect(Route.match(.delete, "/channels/1/messages/2/reactions/x/@me")?.route == .removeOwnReaction)
        #expect(Route.match(.delete, "/channels/1/messages/2/reactions/x/5")?.route == .removeReaction)
        #expect(Route.match(.get, "/users/@me/guilds?limit=200&after=0")?.route == .currentUserGuilds)
        #expect(Route.match(.get, "/users/%40me")?.route == .currentUser)
        #expect(Route.match(.get, "/users/@me/") == nil)
        #expect(Route.match(.get, "/channels//messages") == nil)
        #expect(Route.match(.get, "users/@me") == nil)
        #expect(Route.match(.post, "/users/@me") == nil)
        #expect(Route.match(.get, "/channels/%zz") == nil)
        #expect(Route.match(.get, "/channels/%ff") == nil)
        #expect(Route.match(.get, "") == nil)
    }

    @Test("the channel separates limits where there is one")
    func major() {
        #expect(Route.createMessage.major == "channel_id")
        #expect(Route.currentUser.major == nil)
        #expect(Route.createMessage.description == "POST /channels/{channel_id}/messages")
    }
}
