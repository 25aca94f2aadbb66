import FluxerModel
import JSON

/// The chat page: its three files, its state, its stream, and what people do on it.
extension SandboxCore {
    func pageOutcome(of request: RESTRequest) -> RESTOutcome {
        guard let port = withState({ $0.address?.port }) else { return .answer(RESTAnswer(.notFound)) }
        if let refusal = PageGuard(port: port).refusal(host: request.host, origin: request.origin) {
            return .answer(RESTAnswer(refusal))
        }
        switch (request.method, request.path) {
        case ("GET", "/"), ("HEAD", "/"):
            return .answer(.file(PageText.page_html, "text/html; charset=utf-8"))
        case ("GET", "/page.css"), ("HEAD", "/page.css"):
            return .answer(.file(PageText.page_css, "text/css; charset=utf-8"))
        case ("GET", "/page.js"), ("HEAD", "/page.js"):
            return .answer(.file(PageText.page_js, "text/javascript; charset=utf-8"))
        case ("GET", "/_sandbox/state"):
            return .answer(pageState())
        case ("GET", "/_sandbox/events"):
            // A browser that comes back says where it was; that is newer than the address it first asked for.
            let cursor = request.lastEventID ?? request.query["after"]
            return .events(after: cursor.flatMap { Int64($0) } ?? withState { $0.feed.cursor })
        case ("POST", _):
            return .answer(pagePost(request))
        default:
            return .answer(RESTAnswer(.notFound))
        }
    }

    /// Events after a cursor, as the stream has them, and the cursor behind them.
    func pageEvents(after cursor: Int64) -> (text: [UInt8], cursor: Int64) {
        withState { state in
            let events = state.feed.events(after: cursor)
            return (events.flatMap(\.text), events.last?.cursor ?? cursor)
        }
    }

    private func pagePost(_ request: RESTRequest) -> RESTAnswer {
        do throws(RESTFailure) {
            let type = request.contentType?.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
            guard type == "application/json" else {
                throw RESTFailure(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json.")
            }
            guard let body = request.body else { throw RESTFailure.bodyTooLarge }
            let post = try PagePost(body: body, now: clocks.calendar())
            return try withState { state throws(RESTFailure) in
                try post.perform(String(request.path), in: &state.world)
            }
        } catch {
            return RESTAnswer(error)
        }
    }

    private func pageState() -> RESTAnswer {
        withState { state in
            let world = state.world
            return .json { writer in
                writer.object { writer in
                    Self.writeGuild(of: world, to: &writer)
                    Self.writePeople(of: world, isOnline: state.hub.isOnline, to: &writer)
                    writer.key("messages")
                    writer.object { writer in
                        for id in world.guildChannels {
                            writer.key(id.description)
                            writer.array { writer in
                                for message in world.history(of: id, last: 100) { writer.value(message) }
                            }
                        }
                    }
                    writer.key("notices")
                    writer.array { writer in
                        for notice in state.notices { notice.write(to: &writer) }
                    }
                    writer.field("cursor", state.feed.cursor)
                }
            }
        }
    }

    private static func writeGuild(of world: World, to writer: inout JSONWriter) {
        writer.key("guild")
        writer.object { writer in
            writer.field("id", world.guild.id.description)
            writer.field("name", world.guild.name)
            writer.key("roles")
            writer.array { writer in
                for role in world.roles {
                    writer.object { writer in
                        writer.field("id", role.id.description)
                        writer.field("name", role.name)
                        writer.field("color", role.color)
                    }
                }
            }
        }
        writer.key("channels")
        writer.array { writer in
            for channel in world.guildChannels.compactMap({ world.channels[$0] }) {
                writer.object { writer in
                    writer.field("id", channel.id.description)
                    writer.field("name", channel.name ?? "")
                    writer.fieldIfPresent("topic", channel.topic)
                }
            }
        }
    }

    private static func writePeople(of world: World, isOnline: Bool, to writer: inout JSONWriter) {
        writer.key("users")
        writer.array { writer in
            for user in world.people.compactMap({ world.users[$0] }) {
                writer.object { writer in
                    writer.field("id", user.id.description)
                    writer.field("username", user.username)
                    writer.fieldIfPresent("global_name", user.globalName)
                    writer.fieldIfPresent("color", user.avatarColor)
                    writer.field("owner", user.id == world.guild.ownerID)
                    writer.key("roles")
                    writer.array { writer in
                        let ids = world.members[user.id]?.roles ?? []
                        for role in world.roles where ids.contains(role.id) { writer.string(role.name) }
                    }
                }
            }
        }
        writer.key("bot")
        writer.object { writer in
            writer.field("id", world.botID.description)
            writer.field("username", world.users[world.botID]?.username ?? "")
            writer.field("online", isOnline)
        }
    }
}

extension RESTAnswer {
    /// One of the page's files. Nothing from elsewhere is loaded, and no other page may frame this one.
    static func file(_ text: StaticString, _ contentType: String) -> RESTAnswer {
        var answer = RESTAnswer(status: 200, body: text.withUTF8Buffer { Array($0) })
        answer.contentType = contentType
        answer.add("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'")
        answer.add("X-Content-Type-Options", "nosniff")
        answer.add("Referrer-Policy", "no-referrer")
        answer.add("Cache-Control", "no-cache")
        return answer
    }
}
