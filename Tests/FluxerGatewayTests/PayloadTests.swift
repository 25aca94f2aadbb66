import FluxerModel
import JSON
import Testing

@testable import FluxerGateway

@Suite("payloads and frames")
struct PayloadTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("heartbeat and resume as the server wants them")
    func small() {
        #expect(text(Payloads.heartbeat(sequence: nil)) == #"{"op":1,"d":null}"#)
        #expect(text(Payloads.heartbeat(sequence: 7)) == #"{"op":1,"d":7}"#)
        #expect(
            text(Payloads.resume(token: "1.x", session: "S", sequence: 7))
                == #"{"op":6,"d":{"token":"1.x","session_id":"S","seq":7}}"#)
    }

    @Test("IDENTIFY has the bare token and three strings as properties")
    func identify() throws {
        let plain = try JSONValue(parsing: Payloads.identify(GatewayConfiguration(token: " Bot 1.secret\n")))
        #expect(plain["op"]?.intValue == 2)
        #expect(plain["d"]?["token"]?.stringValue == "1.secret")
        for name in ["os", "browser", "device"] {
            #expect(plain["d"]?["properties"]?[name]?.stringValue?.isEmpty == false)
        }
        #expect(plain["d"]?["presence"] == nil)

        var rich = GatewayConfiguration(token: "1.s", presence: GatewayPresence(status: .idle, text: "tea", emoji: "🍵"))
        rich.ignoredEvents = ["TYPING_START"]
        rich.shard = GatewayShard(index: 1, count: 4)
        let d = try JSONValue(parsing: Payloads.identify(rich))["d"]
        #expect(d?["presence"]?["status"]?.stringValue == "idle")
        #expect(d?["presence"]?["custom_status"]?["text"]?.stringValue == "tea")
        #expect(d?["ignored_events"]?[0]?.stringValue == "TYPING_START")
        #expect(d?["shard"]?[1]?.intValue == 4)
    }

    @Test(
        "frames, in any order of keys and with d of any kind",
        arguments: [
            (#"{"op":10,"d":{"heartbeat_interval":41250}}"#, IncomingFrame(op: 10, heartbeatInterval: 41_250)),
            (#"{"d":{"x":[1],"heartbeat_interval":1.5},"op":10}"#, IncomingFrame(op: 10, heartbeatInterval: 1.5)),
            (#"{"op":10,"d":{"heartbeat_interval":"soon"}}"#, IncomingFrame(op: 10)),
            (#"{"op":10,"d":null}"#, IncomingFrame(op: 10)),
            (#"{"op":11}"#, .ack), (#"{"op":7}"#, .reconnect), (#"{"op":1,"d":null}"#, .askForBeat),
            (#"{"op":9,"d":false}"#, .invalid), (#"{"op":9,"d":true}"#, IncomingFrame(op: 9, resumable: true)),
            (#"{"t":"READY","d":{"session_id":"S","guilds":[]},"s":1,"op":0}"#, .ready("S", 1)),
            (#"{"op":0,"t":"READY","s":1,"d":[]}"#, .ready(nil, 1)),
            (#"{"op":0,"t":"READY","s":1,"d":{"session_id":5}}"#, .ready(nil, 1)),
            (#"{"op":0,"s":3,"t":"SESSIONS_REPLACE","d":[{"a":1}],"z":{}}"#, .event("SESSIONS_REPLACE", 3)),
            (#"{"op":0,"s":null,"t":"X","d":null}"#, .event("X", nil)),
            (#"{"op":0,"s":1e400,"t":"X"}"#, .event("X", nil)),
            (#"{"op":0,"s":99999999999999999999,"t":"X"}"#, .event("X", nil)),
        ])
    func frames(text: String, frame: IncomingFrame) throws {
        #expect(try IncomingFrame.read(Array(text.utf8)).frame == frame)
    }

    @Test(
        "what is no payload",
        arguments: ["", "hello", "[]", "5", "{}", #"{"op":"x"}"#, #"{"op":0"#, #"{"op":0} {"#, #"{"op":0,"d":nul}"#])
    func noPayload(text: String) {
        #expect(throws: JSONError.self) { try IncomingFrame.read(Array(text.utf8)) }
    }

    @Test("the data of an event are its own bytes")
    func data() throws {
        let bytes = Array(#"{"op":0,"s":3,"t":"X","d": [1, "é"] }"#.utf8)
        let (frame, range) = try IncomingFrame.read(bytes)
        let event = GatewayDispatch(
            name: frame.event ?? "", sequence: frame.sequence, receivedAt: 0, frame: bytes, range: range ?? 0..<0)
        #expect(text(event.data) == #"[1, "é"]"#)
        #expect(event.withData { $0.count } == event.byteCount)
        #expect(try event.event() == .unknown("X"))
    }
}

@Suite("gateway address")
struct GatewayEndpointTests {
    @Test(
        "scheme, host, port and path are used as given, the parameters are added",
        arguments: [
            ("ws://localhost:8080", false, "localhost", 8080, "/?v=1&encoding=json", "localhost:8080"),
            ("wss://gw.example.org", true, "gw.example.org", 443, "/?v=1&encoding=json", "gw.example.org"),
            (
                "WSS://gw.example.org/gateway", true, "gw.example.org", 443, "/gateway?v=1&encoding=json",
                "gw.example.org"
            ),
            ("ws://[::1]:9/a/b/?v=9&x=1#f", false, "::1", 9, "/a/b/?x=1&v=1&encoding=json", "[::1]:9"),
            ("ws://h?x=1", false, "h", 80, "/?x=1&v=1&encoding=json", "h"),
        ] as [(String, Bool, String, Int, String, String)])
    func good(text: String, secure: Bool, host: String, port: Int, target: String, header: String) throws {
        let endpoint = try GatewayEndpoint.parse(text).get()
        #expect(endpoint == GatewayEndpoint(isSecure: secure, host: host, port: port, target: target))
        #expect(endpoint.hostHeader == header)
    }

    @Test(
        "what is no gateway address",
        arguments: [
            "", "localhost:80", "http://h", "ws://", "ws://:80", "ws://h:0", "ws://h:65536", "ws://h:x", "ws://h:-1",
            "ws://u:p@h", "ws://h/a b", "ws://h/\r\nX: y", "ws://[::1", "ws://[::1]x", "ws://é",
        ])
    func bad(text: String) {
        #expect(throws: GatewayEndpoint.Malformed.self) { try GatewayEndpoint.parse(text).get() }
    }
}

@Suite("hand-moved clock")
struct ManualClockTests {
    @Test("wakes in order of time, also those who wait again on the way")
    func order() {
        let clock = ManualGatewayClock()
        let log = Inbox<String>()
        _ = clock.schedule(at: 20) { log.put("b at \(clock.now)") }
        _ = clock.schedule(at: 10) {
            log.put("a at \(clock.now)")
            _ = clock.schedule(at: 15) { log.put("c at \(clock.now)") }
        }
        clock.schedule(at: 12) { log.put("never") }.cancel()
        #expect(clock.nextDeadline == 10)
        clock.advance(by: 30)
        #expect(log.all == ["a at 10.0", "c at 15.0", "b at 20.0"])
        #expect(clock.now == 30)
        _ = clock.schedule(at: 5) { log.put("late") }
        #expect(log.all.last == "late")
    }
}
