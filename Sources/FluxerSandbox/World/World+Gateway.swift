import FluxerModel
import JSON

extension World {
    /// READY's members and the guild that follows (gateway.md 3.4, 4.2).
    func startup() -> GatewayHub.Startup {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("version", 1)
            writer.key("user")
            writePrivateUser(to: &writer)
            for name in Self.emptyLists {
                writer.key(name)
                writer.array { _ in }
            }
            writer.key("sessions")
            writer.array { writer in
                writer.object { writer in
                    writer.field("session_id", "all")
                    writer.field("status", "online")
                    writer.field("afk", false)
                    writer.field("mobile", false)
                }
            }
            writer.key("user_settings")
            writer.null()
            writer.key("notes")
            writer.object { _ in }
            writer.field("country_code", "US")
        }
        return GatewayHub.Startup(
            readyMembers: Array(writer.bytes.dropFirst().dropLast()),
            dispatches: guilds.map { place in
                GatewayDispatch(
                    name: "GUILD_CREATE", data: announcement(of: place).json(), guild: place.guild.id.rawValue,
                    isReplayed: false)
            })
    }

    private static let emptyLists = [
        "guilds", "private_channels", "relationships", "presences", "users", "read_states", "user_guild_settings",
        "pinned_dms", "favorite_memes", "webauthn_credentials", "rtc_regions",
    ]

    /// A guild as GUILD_CREATE has it.
    func announcement(of place: WorldGuild) -> GuildCreate {
        var own = place.members[botID] ?? Member()
        own.user = users[botID]
        return GuildCreate(
            id: place.guild.id, guild: place.guild, roles: place.roles,
            channels: place.channels.compactMap { channels[$0] },
            members: [own], memberCount: place.members.count, onlineCount: place.members.count,
            joinedAt: own.joinedAt)
    }

    /// The bot's account with the fields that only it sees.
    func writePrivateUser(to writer: inout JSONWriter) {
        let user = users[botID] ?? User(id: botID)
        writer.object { writer in
            // The partial form's members come first; the account's fields stand beside them.
            writer.field("id", user.id.description)
            writer.field("username", user.username)
            writer.field("discriminator", user.discriminator)
            for name in ["global_name", "avatar", "avatar_color", "email", "bio", "pronouns", "banner"] {
                writer.key(name)
                writer.null()
            }
            writer.field("bot", true)
            writer.field("flags", user.flags.rawValue)
            writer.field("verified", true)
            writer.field("mfa_enabled", false)
            writer.field("nsfw_allowed", true)
            writer.field("is_staff", false)
            for name in ["acls", "traits", "required_actions"] {
                writer.key(name)
                writer.array { _ in }
            }
        }
    }

    /// The answer to op 8 in one chunk; nil where the platform is silent.
    func members(for request: GatewayCommand.MembersRequest) -> GatewayDispatch? {
        guard let place = guilds.first(where: { $0.guild.id.description == request.guildID }),
            request.userIDs.count <= 100
        else { return nil }
        let members = place.members
        let ids: [UserID]
        if request.userIDs.isEmpty {
            let prefix = request.query.lowercased()
            let matching = members.keys.sorted().filter { id in
                prefix.isEmpty || (members[id]?.nick ?? users[id]?.displayName ?? "").lowercased().hasPrefix(prefix)
            }
            let limit = request.limit == 0 ? (prefix.isEmpty ? Int.max : 25) : request.limit
            ids = Array(matching.prefix(limit))
        } else {
            ids = request.userIDs.compactMap { UserID($0) }.filter { members[$0] != nil }
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("guild_id", place.guild.id.description)
            writer.key("members")
            writer.array { writer in
                for id in ids {
                    var member = members[id] ?? Member()
                    member.user = users[id]
                    writer.value(member)
                }
            }
            writer.field("chunk_index", 0)
            writer.field("chunk_count", 1)
            writer.fieldIfPresent("nonce", request.nonce)
        }
        return GatewayDispatch(
            name: "GUILD_MEMBERS_CHUNK", data: writer.bytes, guild: place.guild.id.rawValue, isReplayed: false,
            isAnswer: true)
    }
}
