import FluxerModel
import Testing

@Suite("permissions")
struct PermissionTests {
    static let guild = GuildID(1)
    static let roles: [RoleID: Permissions] = [
        RoleID(1): [.viewChannel, .sendMessages], RoleID(2): [.manageMessages], RoleID(3): [.administrator],
        RoleID(4): [.embedLinks],
    ]

    func effective(_ roles: [UInt64]?, user: UInt64 = 9, _ overwrites: [PermissionOverwrite]? = nil) -> Permissions {
        Permissions.effective(
            userID: UserID(user), memberRoles: roles?.map { RoleID($0) }, ownerID: UserID(7), guildID: Self.guild,
            overwrites: overwrites
        ) { Self.roles[$0] }
    }

    @Test("the owner has all 64 bits, in every channel and without roles")
    func owner() {
        #expect(effective(nil, user: 7) == .everything)
        #expect(effective([], user: 7, [PermissionOverwrite(role: RoleID(1), deny: .everything)]) == .everything)
    }

    @Test("who is not in the guild has nothing")
    func stranger() {
        #expect(effective(nil) == [])
    }

    @Test("roles add up, unknown ones add nothing")
    func base() {
        #expect(effective([]) == [.viewChannel, .sendMessages])
        #expect(effective([2, 99]) == [.viewChannel, .sendMessages, .manageMessages])
    }

    @Test("an administrator passes by overwrites; an overwrite makes no administrator")
    func administrator() {
        #expect(effective([3], [PermissionOverwrite(member: UserID(9), deny: .everything)]) == .everything)
        let allowed = effective([], [PermissionOverwrite(member: UserID(9), allow: .administrator)])
        #expect(allowed == [.viewChannel, .sendMessages, .administrator])
    }

    @Test("everyone's overwrite, then the roles' together with allow first, then the member's")
    func overwrites() {
        let everyone = PermissionOverwrite(role: RoleID(1), allow: .attachFiles, deny: .sendMessages)
        #expect(effective([], [everyone]) == [.viewChannel, .attachFiles])
        let deny = PermissionOverwrite(role: RoleID(2), deny: [.viewChannel, .addReactions])
        let allow = PermissionOverwrite(role: RoleID(4), allow: .viewChannel)
        #expect(effective([2, 4], [deny, allow]).contains(.viewChannel))
        #expect(!effective([2], [deny, allow]).contains(.viewChannel))
        let own = PermissionOverwrite(member: UserID(9), allow: .sendMessages, deny: .viewChannel)
        #expect(effective([4], [own, allow, everyone]) == [.attachFiles, .embedLinks, .sendMessages])
        let other = PermissionOverwrite(member: UserID(8), deny: .everything)
        #expect(effective([], [other]) == effective([]))
    }

    @Test("a member overwrite that carries a role's id is about no role")
    func kinds() {
        let overwrite = PermissionOverwrite(id: 2, kind: .member, deny: .viewChannel)
        #expect(effective([2], [overwrite]).contains(.viewChannel))
    }

    @Test("the documented constants")
    func constants() {
        #expect(Permissions.everyoneDefault.rawValue == 0x40_0020_0635_CE41)
        let documented: UInt64 = 33_787_032_395_841_535
        let threads: Permissions = [
            .manageThreads, .createPublicThreads, .createPrivateThreads, .sendMessagesInThreads,
        ]
        #expect(Permissions.all.subtracting(threads).rawValue == documented)
        #expect(Permissions.elevated.rawValue == 0x100_3000_203E)
    }

    @Test("names and aliases find their bit, and print it")
    func names() {
        #expect(Permissions(name: "manage_messages") == .manageMessages)
        #expect(Permissions(name: "read_messages") == .viewChannel)
        #expect(Permissions(name: "use_soundboard") == nil)
        #expect(Permissions([.kickMembers, .pinMessages]).names == ["kick_members", "pin_messages"])
        #expect(Permissions(rawValue: 1 << 63).names.isEmpty)
        #expect(Set(Permissions.named.map(\.permission)).count == Permissions.named.count)
    }
}
