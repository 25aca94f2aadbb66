import FluxerModel
import JSON
import Testing

@testable import FluxerCache

@Suite("the cache as a whole")
struct WholeCacheTests {
    @Test("random events keep the invariants", arguments: [1, 2, 3, .random(in: 4 ... .max)] as [UInt64])
    func fuzz(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var limits = Cache.Limits()
        (limits.messages, limits.members, limits.users, limits.directChannels) = (20, 20, 20, 3)
        let cache = Cache(limits: limits)
        for step in 0..<3_000 {
            let guild = random.below(4) + 10, channel = random.below(6) + 20
            let id = random.below(60) + 1, user = random.below(40) + 1
            let (name, text): (String, String) =
                switch random.below(13) {
                case 0: ("GUILD_CREATE", Wire.guild(guild))
                case 1: ("GUILD_DELETE", #"{"id":"\#(guild)"\#(random.below(2) == 0 ? #","unavailable":true"# : "")}"#)
                case 2...4:
                    (
                        "MESSAGE_CREATE",
                        Wire.message(id, channel: channel, guild: random.below(3) == 0 ? nil : guild, author: user)
                    )
                case 5: ("MESSAGE_DELETE", #"{"id":"\#(id)","channel_id":"\#(channel)"}"#)
                case 6: ("CHANNEL_DELETE", #"{"id":"\#(channel)","type":0,"guild_id":"\#(guild)"}"#)
                case 7: ("CHANNEL_CREATE", #"{"id":"\#(channel)","type":0,"guild_id":"\#(guild)","name":"x"}"#)
                case 8:
                    (
                        "GUILD_MEMBER_ADD",
                        #"{"guild_id":"\#(guild)","user":{"id":"\#(user)","username":"u"},"roles":[]}"#
                    )
                case 9: ("GUILD_MEMBER_REMOVE", #"{"guild_id":"\#(guild)","user":{"id":"\#(user)"}}"#)
                case 10: ("GUILD_ROLE_DELETE", #"{"guild_id":"\#(guild)","role_id":"11"}"#)
                case 11: ("MESSAGE_UPDATE", Wire.message(id, channel: channel, guild: guild, author: user))
                default:
                    step % 20 == 0 ? ("READY", Wire.ready()) : ("CHANNEL_UPDATE", #"{"id":"\#(channel)","type":1}"#)
                }
            try cache.apply(name, text)
            let counts = cache.counts
            #expect(counts.messages <= 20 && counts.members <= 20 && counts.users <= 20, "seed \(seed)")
            var inGuilds = 0
            for guild in cache.guilds {
                for channel in cache.channels(of: guild.id) {
                    inGuilds += 1
                    #expect(
                        channel.guildID == guild.id && cache.channel(channel.id) == channel,
                        "seed \(seed), step \(step)")
                }
            }
            #expect(counts.channels - inGuilds <= 3, "seed \(seed)")
        }
    }

    @Test("readers on other threads see whole values while events are applied")
    func readers() async throws {
        let cache = try Cache.withGuild()
        let events = try (0..<500).map { number in
            try GatewayEvent.decode(
                name: "GUILD_CREATE", data: Array(Wire.guild(10, name: "name \(number)").utf8))
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<1_000 {
                        #expect(cache.guild(10)?.name.isEmpty == false)
                        #expect(cache.channels(of: 10).count == 2 && cache.roles(of: 10).count == 2)
                    }
                }
            }
            group.addTask { for event in events { _ = cache.apply(event) } }
        }
        #expect(cache.guild(10)?.name == "name 499")
    }

    @Test("an event costs the same with one guild and with 1,000")
    func cost() throws {
        func fastest(guilds: Int) throws -> Duration {
            let cache = try Cache.started()
            for id in 0..<guilds {
                try cache.apply(
                    "GUILD_CREATE",
                    #"{"id":"\#(id + 100)","properties":{"id":"\#(id + 100)","name":"x"},"channels":[{"id":"\#(id + 10_000)","type":0}]}"#
                )
            }
            let events = try [
                ("MESSAGE_CREATE", Wire.message(30, channel: 10_000, guild: 100)),
                ("GUILD_ROLE_CREATE", #"{"guild_id":"100","role":{"id":"12","name":"new"}}"#),
                ("GUILD_ROLE_DELETE", #"{"guild_id":"100","role_id":"12"}"#),
                ("GUILD_MEMBER_ADD", #"{"guild_id":"100","user":{"id":"5","username":"new"},"roles":[]}"#),
                ("CHANNEL_UPDATE", #"{"id":"10000","type":0,"guild_id":"100","name":"x"}"#),
            ].map { try GatewayEvent.decode(name: $0.0, data: Array($0.1.utf8)) }
            let clock = ContinuousClock()
            return (0..<10).map { _ in
                clock.measure { for _ in 0..<200 { for event in events { _ = cache.apply(event) } } }
            }.min() ?? .zero
        }
        // A copy of all guilds for each event would make it some hundred times.
        #expect(try fastest(guilds: 1_000) < fastest(guilds: 1) * 10)
    }
}

@Suite("recent map")
struct RecentMapTests {
    @Test("it does as a list that is searched, kept in order and cut")
    func model() {
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = SplitMix(state: seed)
            let limit = random.below(6)
            var map = RecentMap<Int, Int>(limit: limit)
            var list: [(key: Int, value: Int)] = []
            for step in 0..<500 {
                let key = random.below(10)
                switch random.below(4) {
                case 0, 1:
                    let evicted = map.set(step, for: key)
                    let wasThere = list.contains { $0.key == key }
                    list.removeAll { $0.key == key }
                    let expected = !wasThere && limit > 0 && list.count == limit ? list.removeFirst().key : nil
                    if limit > 0 { list.append((key, step)) }
                    #expect(evicted == expected)
                case 2:
                    let index = list.firstIndex { $0.key == key }
                    #expect(map.remove(key) == index.map { list.remove(at: $0).value })
                default:
                    let index = list.firstIndex { $0.key == key }
                    if let index { list[index].value += 1 }
                    #expect(map.update(key) { $0 += 1 } == index.map { list[$0].value })
                }
                #expect(map.count == list.count)
                for key in 0..<10 { #expect(map[key] == list.first { $0.key == key }?.value) }
            }
        }
    }
}

private struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
