import FluxerModel
import Testing

@testable import FluxerSandbox

@Suite("the world's parts")
struct WorldTests {
    @Test("ids grow strictly when the clock stands still, jumps and goes back")
    func ids() {
        var source = SnowflakeSource()
        var last: UInt64 = 0
        for time: Int64 in [
            1_800_000_000_000, 1_800_000_000_000, 1_700_000_000_000, 0, .min, 1_900_000_000_000, .max, .max,
        ] {
            let next = source.next(at: time)
            #expect(next > last)
            last = next
        }
    }

    @Test(
        "mentions are read where they count",
        arguments: [
            ("<@1> <@!2> <@1>", [1, 2] as [UInt64], [] as [UInt64], false), ("<@&3>", [], [3], false),
            ("`<@1>` ``<@2>`` ```\n<@3>```", [], [], false), ("`<@1>", [1], [], false), ("``<@1>`", [1], [], false),
            ("@everyone", [], [], true), ("a@here", [], [], true), ("@everybody", [], [], false),
            ("<@> <@x> <@1", [], [], false), ("<@99999999999999999999999>", [], [], false), ("<<@4>>", [4], [], false),
        ])
    func mentions(text: String, users: [UInt64], roles: [UInt64], everyone: Bool) {
        let found = MentionScanner(text)
        #expect(found.users == users)
        #expect(found.roles == roles)
        #expect(found.everyone == everyone)
    }

    @Test(
        "one emoji is told from other text",
        arguments: [
            ("👍", true), ("👍🏽", true), ("👩‍👩‍👧‍👦", true), ("🇩🇪", true), ("1️⃣", true), ("❤️", true), ("❤", true), ("©️", true),
            ("1", false), ("#", false), ("a", false), ("👍👍", false), ("", false), ("👍 ", false),
        ])
    func emojis(text: String, expected: Bool) {
        #expect(UnicodeEmoji.isOne(text) == expected)
    }

    @Test("a page's stream goes on where it was, and says reset where that is lost")
    func feed() {
        var feed = PageFeed(startingAt: 100)
        for number in 0..<10_000 { feed.append("e", Array("\(number)".utf8)) }
        #expect(feed.cursor == 10_100)
        #expect(feed.events(after: 10_100).isEmpty)
        #expect(feed.events(after: 10_098).map(\.cursor) == [10_099, 10_100])
        #expect(feed.events(after: 10_100 - Int64(PageFeed.kept)).count == PageFeed.kept)
        for lost: Int64 in [0, 100, 10_101, .max, .min] {
            #expect(feed.events(after: lost).map(\.name) == ["reset"])
        }
    }

    @Test("the replay buffer drops the oldest by number and by bytes, and remembers how far")
    func replay() {
        var rules = GatewayRules()
        rules.replayEvents = 3
        rules.replayBytes = 25
        rules.largestReplayed = 20
        var buffer = ReplayBuffer(rules: rules)
        for sequence in 1...5 { buffer.append(sequence: sequence, frame: [UInt8](repeating: 0, count: 5)) }
        #expect(buffer.entries(after: 0).map(\.sequence) == [3, 4, 5])
        #expect(buffer.floor == 2)
        buffer.append(sequence: 6, frame: [UInt8](repeating: 0, count: 21))
        #expect(buffer.count == 3, "too large to be kept")
        buffer.append(sequence: 7, frame: [UInt8](repeating: 0, count: 16))
        #expect(buffer.entries(after: 0).map(\.sequence) == [5, 7])
        buffer.acknowledge(6)
        #expect(buffer.entries(after: 0).map(\.sequence) == [7])
        #expect(buffer.floor == 4)
    }

    @Test("seed: an owner, a moderator, a bot whose own role stands below the moderators'")
    func seed() {
        let world = World(seed: WorldSeed(botName: "moontide", now: 1_800_000_000_000), messagesKept: 10)
        #expect(world.people.count == 4)
        #expect(world.guild.ownerID == world.people.first)
        #expect(world.permissions(of: world.people[0], in: nil) == .everything)
        #expect(world.permissions(of: world.people[1], in: nil).contains(.banMembers))
        #expect(!world.permissions(of: world.people[3], in: nil).contains(.manageMessages))
        #expect(
            world.permissions(of: world.botID, in: nil).isSuperset(of: [.sendMessages, .embedLinks, .manageMessages]))
        #expect(world.channels.values.allSatisfy { $0.guildID == world.guild.id })
    }
}
