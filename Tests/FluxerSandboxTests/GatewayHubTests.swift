import JSON
import Testing

@testable import FluxerSandbox

/// The session machine, told by hand what happened and when.
@Suite("gateway sessions")
struct GatewayHubTests {
    /// A hub with one connection that has said hello, and a clock moved by hand.
    private struct Bench {
        var hub: GatewayHub
        var now = Duration.seconds(1_000)

        init(_ configure: (inout GatewayRules) -> Void = { _ in }) {
            var rules = GatewayRules()
            configure(&rules)
            let names = Names()
            hub = GatewayHub(rules: rules, token: "1.t", makeSessionID: { names.next() })
        }

        mutating func open(_ id: Int = 1, version: String? = "1") -> [String] {
            show(hub.opened(id, version: version, at: now))
        }

        mutating func send(_ text: String, on id: Int = 1) -> [String] {
            show(
                hub.received(
                    Array(text.utf8), on: id, at: now,
                    startup: {
                        GatewayHub.Startup(
                            readyMembers: Array("\"v\":1".utf8),
                            dispatches: [
                                GatewayDispatch(
                                    name: "GUILD_CREATE", data: Array("{}".utf8), guild: 1 << 22, isReplayed: false)
                            ])
                    }, members: { _ in nil }))
        }

        mutating func identify(_ id: Int = 1, extra: String = "") -> [String] {
            send(GatewayProbe.identifyText(token: "1.t", extra: extra), on: id)
        }

        mutating func event(_ name: String = "E", guild: UInt64? = 1 << 22, mentions: Bool = false) -> [String] {
            show(
                hub.dispatch(
                    GatewayDispatch(
                        name: name, data: Array("{}".utf8), guild: guild, mentionsRecipient: mentions)))
        }

        mutating func pass(_ time: Duration) -> [String] {
            now += time
            return show(hub.timePassed(at: now))
        }

        mutating func lose(_ id: Int = 1) -> [String] { show(hub.closed(id, at: now)) }

        /// `1 close 4004 Invalid token`, `1 op 11`, `1 READY 1`, `online`.
        func show(_ actions: [GatewayHub.Action]) -> [String] {
            actions.map { action in
                switch action {
                case .close(let id, let reason): return "\(id) close \(reason.code) \(reason.reason)"
                case .online(let isOnline): return isOnline ? "online" : "offline"
                case .send(let id, let bytes):
                    guard let value = try? JSONValue(parsing: bytes) else { return "\(id) garbage" }
                    guard let name = value["t"]?.stringValue, let number = value["s"]?.intValue else {
                        return "\(id) op \(value["op"]?.intValue ?? -1)"
                    }
                    return "\(id) \(name) \(number)"
                }
            }
        }
    }

    /// S1, S2 … as session ids.
    private final class Names: Sendable {
        private let count = Lock(0)
        func next() -> String {
            count.change {
                $0 += 1; return "S\($0)"
            }
        }
    }

    @Test("hello says the interval and READY begins at 1, the guild follows")
    func start() {
        var bench = Bench()
        #expect(bench.open() == ["1 op 10"])
        #expect(bench.identify() == ["1 READY 1", "1 GUILD_CREATE 2", "online"])
        #expect(bench.event() == ["1 E 3"])
    }

    @Test(
        "a frame is judged in the server's order",
        arguments: [
            ("not json", "4002 Decode failed"), ("[1]", "4002 Decode failed"), ("{}", "4002 Invalid payload"),
            (#"{"op":"1","d":null}"#, "4002 Invalid payload"), (#"{"op":1}"#, "4001 Unknown opcode"),
            (#"{"op":2}"#, "4005 Already authenticated"), (#"{"op":3,"d":null}"#, "4003 Not authenticated"),
            (#"{"op":99,"d":null}"#, "4003 Not authenticated"),
            (#"{"op":2,"d":{"token":"1.t"}}"#, "4002 Invalid identify payload"),
            (#"{"op":2,"d":null}"#, "4002 Invalid identify payload"),
            (#"{"op":2,"d":{"token":"1.t","properties":{"$os":"x"}}}"#, "4002 Invalid identify payload"),
            (GatewayProbe.identifyText(token: "wrong"), "4004 Invalid token"),
            (GatewayProbe.identifyText(token: "Bot 1.t"), "4004 Invalid token"),
            (
                GatewayProbe.identifyText(token: "1.t", extra: #","ignored_events":[1]"#),
                "4002 Invalid identify payload"
            ),
            (GatewayProbe.identifyText(token: "1.t", extra: #","flags":-1"#), "4002 Invalid identify payload"),
            (GatewayProbe.identifyText(token: "1.t", extra: #","shard":[2,2]"#), "4010 Invalid shard"),
            (#"{"op":6,"d":{"token":"1.t"}}"#, "4002 Invalid resume payload"),
            (#"{"op":6,"d":{"token":"x","session_id":"S1","seq":1}}"#, "4004 Invalid token"),
            (#"{"op":6,"d":{"token":"1.t","session_id":"S1","seq":-1}}"#, "4000 Session unavailable"),
            (String(repeating: " ", count: 4_097), "4002 Payload too large"),
        ])
    func refusals(text: String, expected: String) {
        var bench = Bench()
        _ = bench.open()
        #expect(bench.send(text) == ["1 close \(expected)"])
        #expect(bench.send(#"{"op":1,"d":null}"#) == [], "a closed connection is not listened to")
    }

    @Test(
        "an authenticated connection is held to more",
        arguments: [
            (GatewayProbe.identifyText(token: "1.t"), "4005 Already authenticated"),
            (#"{"op":2,"d":{}}"#, "4005 Already authenticated"), (#"{"op":1,"d":"3"}"#, "4007 Invalid sequence"),
            (#"{"op":1,"d":1.5}"#, "4007 Invalid sequence"), (#"{"op":10,"d":null}"#, "4001 Unknown opcode"),
            (#"{"op":5,"d":null}"#, "4001 Unknown opcode"),
            (#"{"op":3,"d":{"status":"busy"}}"#, "4002 Invalid presence payload"),
        ])
    func refusedOnceAuthenticated(text: String, expected: String) {
        var bench = Bench()
        _ = bench.open()
        _ = bench.identify()
        #expect(bench.send(text) == ["1 close \(expected)"])
    }

    @Test("a version other than 1 is closed without a hello", arguments: [nil, "10", ""])
    func version(version: String?) {
        var bench = Bench()
        #expect(bench.open(version: version) == ["1 close 4012 Invalid API version"])
    }

    @Test("heartbeats are answered, presence and lazy requests are taken in silence")
    func tolerated() {
        var bench = Bench()
        _ = bench.open()
        #expect(bench.send(#"{"op":1,"d":"anything before a session"}"#) == ["1 op 11"])
        _ = bench.identify()
        #expect(bench.send(#"{"op":1,"d":2}"#) == ["1 op 11"])
        #expect(bench.send(#"{"op":1,"d":null}"#) == ["1 op 11"])
        #expect(bench.send(#"{"op":3,"d":{"status":"dnd"}}"#) == [])
        #expect(bench.send(#"{"op":14,"d":{"subscriptions":{}}}"#) == [])
        bench.hub.acknowledgesHeartbeats = false
        #expect(bench.send(#"{"op":1,"d":2}"#) == [])
    }

    @Test("silence is asked after at 41.25 s and closed at 55 s")
    func heartbeatTimeout() {
        var bench = Bench()
        _ = bench.open()
        #expect(bench.pass(.milliseconds(13_750)) == [])
        #expect(bench.pass(.milliseconds(13_750)) == [])
        #expect(bench.pass(.milliseconds(13_749)) == [])
        #expect(bench.pass(.milliseconds(1)) == ["1 op 1"])
        #expect(bench.pass(.milliseconds(13_749)) == [])
        #expect(bench.pass(.milliseconds(1)) == ["1 close 4009 Heartbeat timeout"])
    }

    @Test("an answered request keeps the connection")
    func answeredRequest() {
        var bench = Bench()
        _ = bench.open()
        #expect(bench.pass(.milliseconds(41_250)) == ["1 op 1"])
        #expect(bench.send(#"{"op":1,"d":null}"#) == ["1 op 11"])
        #expect(bench.pass(.milliseconds(13_750)) == [])
    }

    @Test("a resume brings what was missed, in order, and then RESUMED with the current number")
    func resume() {
        var bench = Bench()
        _ = bench.open()
        _ = bench.identify()
        #expect(bench.event() == ["1 E 3"])
        #expect(bench.lose() == [])
        #expect(bench.event() == [])
        #expect(bench.event() == [])
        _ = bench.pass(.seconds(59))
        _ = bench.open(2)
        #expect(
            bench.send(#"{"op":6,"d":{"token":"1.t","session_id":"S1","seq":3}}"#, on: 2)
                == ["2 E 4", "2 E 5", "2 RESUMED 5", "online"])
        #expect(bench.event() == ["2 E 6"])
    }

    @Test(
        "a resume that cannot be",
        arguments: [
            ("unknown session", #"{"op":6,"d":{"token":"1.t","session_id":"S9","seq":3}}"#, "2 op 9"),
            ("too high", #"{"op":6,"d":{"token":"1.t","session_id":"S1","seq":4}}"#, "2 close 4007 Invalid sequence"),
            (
                "below what was acknowledged", #"{"op":6,"d":{"token":"1.t","session_id":"S1","seq":1}}"#,
                "2 close 4007 Invalid sequence"
            ),
        ])
    func impossibleResume(name: String, text: String, expected: String) {
        var bench = Bench()
        _ = bench.open()
        _ = bench.identify()
        _ = bench.event()
        _ = bench.send(#"{"op":1,"d":2}"#)
        _ = bench.lose()
        _ = bench.open(2)
        #expect(bench.send(text, on: 2) == [expected])
    }

    @Test("after 60 s a session is gone; op 9 leaves the socket open for IDENTIFY")
    func expiry() {
        var bench = Bench()
        _ = bench.open()
        _ = bench.identify()
        _ = bench.lose()
        #expect(bench.pass(.seconds(4)) == [])
        #expect(bench.pass(.seconds(1)) == ["offline"])
        _ = bench.pass(.seconds(56))
        _ = bench.open(2)
        #expect(bench.send(#"{"op":6,"d":{"token":"1.t","session_id":"S1","seq":2}}"#, on: 2) == ["2 op 9"])
        #expect(bench.identify(2) == ["2 READY 1", "2 GUILD_CREATE 2", "online"])
        #expect(bench.hub.sessionCount == 1)
    }

    @Test("a resume displaces the socket that still has the session")
    func displacement() {
        var bench = Bench()
        _ = bench.open()
        _ = bench.identify()
        _ = bench.open(2)
        #expect(
            bench.send(#"{"op":6,"d":{"token":"1.t","session_id":"S1","seq":2}}"#, on: 2) == [
                "1 op 7", "1 close 4000 Session drain requested; reconnect to continue", "2 RESUMED 2",
            ])
        _ = bench.lose(1)
        #expect(bench.event() == ["2 E 3"])
    }

    @Test("what is too much for the replay buffer moves the floor, and a resume below it gets op 9")
    func floor() {
        var bench = Bench { $0.replayEvents = 2 }
        _ = bench.open()
        _ = bench.identify()
        _ = bench.lose()
        for _ in 0..<3 { _ = bench.event() }
        _ = bench.open(2)
        #expect(bench.send(#"{"op":6,"d":{"token":"1.t","session_id":"S1","seq":2}}"#, on: 2) == ["2 op 9"])
        #expect(
            bench.send(#"{"op":6,"d":{"token":"1.t","session_id":"S1","seq":3}}"#, on: 2)
                == ["2 E 4", "2 E 5", "2 RESUMED 5"])
    }

    @Test("ignored events use no number, unless they mention the bot; shards see their guilds")
    func filters() {
        var bench = Bench()
        _ = bench.open()
        _ = bench.identify(extra: #","ignored_events":["typing_start","MESSAGE_CREATE"]"#)
        #expect(bench.event("TYPING_START") == [])
        #expect(bench.event("MESSAGE_CREATE") == [])
        #expect(bench.event("MESSAGE_CREATE", mentions: true) == ["1 MESSAGE_CREATE 3"])
        _ = bench.open(2)
        #expect(bench.identify(2, extra: #","shard":[0,2]"#) == ["2 READY 1"], "the guild is of shard 1")
        #expect(bench.event("E") == ["1 E 4"])
        #expect(Set(bench.event("E", guild: nil)) == ["1 E 5", "2 E 2"])
    }

    @Test("too many payloads in a minute close with 4008, and the budget comes back")
    func payloadBudget() {
        var bench = Bench { $0.payloadsPerMinute = 3 }
        _ = bench.open()
        for _ in 0..<3 { #expect(bench.send(#"{"op":1,"d":null}"#) == ["1 op 11"]) }
        bench.now += .seconds(60)
        #expect(bench.send(#"{"op":1,"d":null}"#) == ["1 op 11"])
        for _ in 0..<2 { _ = bench.send(#"{"op":1,"d":null}"#) }
        #expect(bench.send(#"{"op":1,"d":null}"#) == ["1 close 4008 Rate limited"])
    }

    @Test("op 7 is followed by close 4000, op 9 ends the session and leaves the socket")
    func serverRequests() {
        var bench = Bench()
        _ = bench.open()
        _ = bench.identify()
        #expect(bench.show(bench.hub.invalidateSessions()) == ["1 op 9"])
        #expect(bench.event() == [])
        #expect(bench.identify().first == "1 READY 1")
        #expect(
            bench.show(bench.hub.requestReconnect())
                == ["1 op 7", "1 close 4000 Session drain requested; reconnect to continue"])
    }

    @Test("no input traps", arguments: [UInt64(1), 2, 3])
    func anything(seed: UInt64) {
        var random = SeededRandom(seed)
        var bench = Bench()
        let pieces = [
            #"{"op":1,"d":9223372036854775807}"#, #"{"op":1,"d":-9223372036854775808}"#, #"{"op":1e400,"d":1}"#,
            #"{"op":8,"d":{"guild_id":"1","limit":-5}}"#, #"{"op":6,"d":{"token":"1.t","session_id":"S1","seq":2}}"#,
            GatewayProbe.identifyText(token: "1.t"), "\u{0}", #"{"op":2,"d":{"token":"1.t","shard":[0,0]}}"#,
        ]
        for round in 0..<400 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: _ = bench.open(round)
            case 1: _ = bench.lose(Int.random(in: 0...round, using: &random))
            case 2: _ = bench.pass(.seconds(Int.random(in: 0..<40, using: &random)))
            case 3: _ = bench.event()
            default:
                _ = bench.send(
                    pieces.randomElement(using: &random) ?? "", on: Int.random(in: 0...round, using: &random))
            }
        }
    }
}
