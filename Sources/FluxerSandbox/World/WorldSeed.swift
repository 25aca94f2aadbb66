import FluxerModel

/// The world as it is when a sandbox begins.
struct WorldSeed: Sendable {
    private struct Person {
        let user: User
        let roles: [RoleID]
    }

    let guilds: [WorldGuild]
    let people: [User]
    let bot: User
    let channels: [Channel]
    let ids: SnowflakeSource

    /// Nobody and nothing but the bot.
    init(onlyBotNamed botName: String, now: Int64) {
        var ids = SnowflakeSource()
        bot = User(
            id: UserID(ids.next(at: now - 30 * 24 * 3_600_000)), username: botName, discriminator: "0420", isBot: true)
        guilds = []
        people = []
        channels = []
        self.ids = ids
    }

    /// One guild, three channels, four people and the bot.
    ///
    /// The guild was made a month before `now`, so that its ids look as those of an old guild do.
    init(botName: String, now: Int64) {
        var ids = SnowflakeSource()
        let founded = now - 30 * 24 * 3_600_000
        let guildID = GuildID(ids.next(at: founded))
        let everyone = Role(id: RoleID(guildID.rawValue), name: "@everyone", permissions: .everyoneDefault)
        let regulars = Role(
            id: RoleID(ids.next(at: founded + 60_000)), name: "Regulars", position: 1, color: 0x3BA5_5D,
            permissions: .everyoneDefault, isMentionable: true)
        let botRole = Role(
            id: RoleID(ids.next(at: founded + 120_000)), name: botName, position: 2, color: 0x5865_F2,
            permissions: Permissions.everyoneDefault.union([
                .manageMessages, .kickMembers, .moderateMembers, .manageRoles, .pinMessages,
            ]))
        let moderators = Role(
            id: RoleID(ids.next(at: founded + 180_000)), name: "Moderators", position: 3, color: 0xE674_1E,
            permissions: Permissions.everyoneDefault.union([
                .manageMessages, .kickMembers, .banMembers, .moderateMembers, .manageChannels, .manageNicknames,
                .mentionEveryone, .pinMessages, .viewAuditLog,
            ]),
            isHoisted: true, isMentionable: true)

        func person(_ name: String, _ shown: String, _ tag: String, _ color: Int, _ roles: [RoleID]) -> Person {
            let id = UserID(ids.next(at: founded + 240_000))
            return Person(
                user: User(id: id, username: name, discriminator: tag, globalName: shown, avatarColor: color),
                roles: roles)
        }
        let persons = [
            person("mira", "Mira", "0007", 0xC2185B, [regulars.id]),
            person("jonas", "Jonas", "0042", 0xE67E22, [moderators.id, regulars.id]),
            person("aiko", "Aiko", "1203", 0x1E88E5, [regulars.id]),
            person("tomas", "Tomás", "3310", 0x43A047, []),
        ]
        bot = User(
            id: UserID(ids.next(at: founded + 300_000)), username: botName, discriminator: "0420", isBot: true)
        let owner = persons[0].user.id
        let topics = [
            ("general", "Talk about anything"), ("random", "Off topic, on purpose"),
            ("bots", "Try the bot here: write !help"),
        ]
        let channels = topics.enumerated().map { position, channel in
            Channel(
                id: ChannelID(ids.next(at: founded + 360_000)), type: .guildText, guildID: guildID, name: channel.0,
                topic: channel.1, position: position)
        }
        let joined = Timestamp(milliseconds: founded + 400_000)
        var members: [UserID: Member] = [bot.id: Member(roles: [botRole.id], joinedAt: joined)]
        for person in persons { members[person.user.id] = Member(roles: person.roles, joinedAt: joined) }
        people = persons.map(\.user)
        self.channels = channels
        let guild = Guild(id: guildID, name: "Moonlit Harbour", ownerID: owner).with {
            $0.systemChannelID = channels.first?.id
            $0.afkTimeout = 300
            $0.messageHistoryCutoff = Timestamp(milliseconds: founded)
        }
        guilds = [
            WorldGuild(
                guild: guild, roles: [everyone, regulars, botRole, moderators], members: members,
                channels: channels.map(\.id))
        ]
        self.ids = ids
    }
}
