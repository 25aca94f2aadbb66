import Testing

@testable import FluxerGateway

@Suite("session machine: the way to READY")
struct SessionStartTests {
    @Test("connect, HELLO, IDENTIFY, READY")
    func happyPath() {
        let driver = MachineDriver()
        #expect(
            driver.tell { $0.start(at: $1) } == [
                .notice(.connecting(attempt: 1)), .connect(attempt: 1, refreshAddress: true),
            ])
        #expect(driver.reachHello() == [.notice(.connected), .send(.identify)])
        #expect(driver.frame(.ready("abc")) == [.notice(.ready(session: "abc")), .deliver])
        #expect(driver.machine.phase == .ready)
        #expect(driver.machine.session?.ledger.sequence == 1)
    }

    @Test("heartbeats say null before the first event, then the last event handed over")
    func heartbeatSequence() {
        let driver = MachineDriver()
        driver.reachHello()
        let first = driver.advance(40_000).sent
        #expect(first.contains(.heartbeat(sequence: nil)))
        driver.frame(.ack)
        driver.frame(.ready())
        driver.frame(.event("MESSAGE_CREATE", 2))
        driver.frame(.event("MESSAGE_CREATE", nil))
        #expect(driver.advance(40_000).sent == [.heartbeat(sequence: 2)])
    }

    @Test("an event is acknowledged only once it has been handed over")
    func acknowledgedAfterDelivery() {
        let driver = MachineDriver()
        driver.reachReady()
        let now = driver.now
        #expect(driver.machine.received(.event("MESSAGE_CREATE", 2), at: now) == [.deliver])
        #expect(driver.machine.received(.askForBeat, at: now).sent == [.heartbeat(sequence: 1)])
        driver.machine.delivered(2)
        #expect(driver.machine.received(.askForBeat, at: now).sent == [.heartbeat(sequence: 2)])
    }

    @Test("a server that asks for a beat gets one at once, but not a thousand")
    func askedForBeat() {
        let driver = MachineDriver()
        driver.reachReady()
        #expect(driver.frame(.askForBeat).sent == [.heartbeat(sequence: 1)])
        for _ in 0..<1_000 { driver.frame(.askForBeat) }
        let beats = driver.log.sent.filter { if case .heartbeat = $0 { true } else { false } }
        #expect(beats.count < 110)
    }

    @Test(
        "time-outs: address 30 s, handshake 20 s, HELLO 20 s, READY 60 s, RESUMED 60 s",
        arguments: [
            ("address", 30_000.0, "no gateway address within 30 s"), ("handshake", 20_000, "no connection within 20 s"),
            ("HELLO", 20_000, "no HELLO within 20 s"), ("READY", 60_000, "no READY within 60 s"),
            ("RESUMED", 60_000, "no RESUMED within 60 s"),
        ])
    func timeouts(stage: String, limit: Double, reason: String) {
        let driver = MachineDriver()
        switch stage {
        case "address": driver.tell { $0.start(at: $1) }
        case "handshake":
            driver.tell {
                _ = $0.start(at: $1); $0.located(at: $1); return []
            }
        case "HELLO":
            driver.tell {
                _ = $0.start(at: $1); return $0.connected(at: $1)
            }
        case "READY": driver.reachHello()
        default:
            driver.reachReady()
            driver.closed(nil)
            driver.reachHello()
        }
        // ACKs prove nothing: a held IDENTIFY is answered by silence.
        for _ in 0..<Int(limit / 1_000) - 1 {
            #expect(driver.advance(1_000).dropped == nil)
            if stage == "READY" || stage == "RESUMED" { driver.frame(.ack) }
        }
        let now = driver.now
        #expect(driver.advanceToDeadline().isEmpty == false || driver.now > now)
        while driver.lastDisconnect?.reason != reason, driver.now < now + 2_000 { driver.advanceToDeadline() }
        #expect(driver.lastDisconnect?.reason == reason)
        #expect(driver.log.dropped == 4000)
        guard case .waiting = driver.machine.phase else {
            Issue.record("\(driver.machine.phase)")
            return
        }
    }

    @Test("each event of a replay gives it another minute")
    func slowReplay() {
        let driver = MachineDriver()
        driver.reachReady()
        driver.closed(nil)
        driver.reachHello()
        for number in 2...6 {
            driver.advance(30_000)
            driver.frame(.ack)
            #expect(driver.frame(.event("MESSAGE_CREATE", number)).delivers)
        }
        #expect(driver.frame(.resumed(6)).first == .notice(.resumed(replayed: 5, gap: 0)))
    }

    @Test("READY without a session id is not believed")
    func readyWithoutSession() {
        let driver = MachineDriver()
        driver.reachHello()
        let actions = driver.frame(.ready(nil))
        #expect(actions.dropped == 4002)
        #expect(!actions.delivers)
        #expect(driver.reachHello().sent == [.identify])
    }

    @Test("a second HELLO, unknown ops and events without a name change nothing")
    func ignored() {
        let driver = MachineDriver()
        driver.reachReady()
        #expect(driver.frame(.hello(10)).isEmpty)
        for op in [2, 3, 4, 5, 6, 8, 12, 13, 28, -1, .max] { #expect(driver.frame(IncomingFrame(op: op)).isEmpty) }
        #expect(driver.frame(IncomingFrame(op: 0, sequence: 9)).isEmpty)
        #expect(driver.machine.session?.ledger.sequence == 1)
        #expect(driver.frame(.event("NEVER_HEARD_OF", 2)) == [.deliver])
    }

    @Test("numbers that no server can reach are no sequence", arguments: [0, -3, .min, .max])
    func absurdSequence(number: Int) {
        let driver = MachineDriver()
        driver.reachReady()
        #expect(driver.frame(.event("MESSAGE_CREATE", number)).delivers)
        #expect(driver.machine.session?.ledger.sequence == 1)
    }

    @Test("stop closes with 1000 and ends, in every phase")
    func stop() {
        let driver = MachineDriver()
        driver.reachReady()
        #expect(driver.tell { $0.stop(at: $1) } == [.drop(code: 1000), .finish(nil)])
        #expect(driver.machine.deadline == nil)
        #expect(driver.frame(.event("MESSAGE_CREATE", 2)).isEmpty)
        #expect(driver.closed(1000).isEmpty)
        #expect(driver.tell { $0.stop(at: $1) }.isEmpty)

        let waiting = MachineDriver()
        waiting.tell { $0.start(at: $1) }
        waiting.tell { $0.connectFailed("refused", at: $1) }
        #expect(waiting.tell { $0.stop(at: $1) }.contains(.finish(nil)))
        #expect(waiting.machine.deadline == nil)
    }

    @Test("an address provider that cannot succeed ends the client")
    func configurationFault() {
        let driver = MachineDriver()
        driver.tell { $0.start(at: $1) }
        let error = GatewayError(code: .tokenRefused, description: "401")
        let actions = driver.tell { machine, _ in machine.configurationFailed(error) }
        #expect(actions.fatal == error)
        #expect(actions.contains(.notice(.fatal(error))))
    }
}

@Suite("session machine: resume")
struct SessionResumeTests {
    @Test("a lost connection is resumed from the last event handed over")
    func resume() {
        let driver = MachineDriver()
        driver.reachReady(session: "S", sequence: 7)
        driver.closed(nil)
        #expect(driver.lastDisconnect?.willResume == true)
        #expect(driver.reachHello().sent == [.resume(session: "S", sequence: 7)])
        #expect(driver.frame(.event("MESSAGE_CREATE", 8)).delivers)
        #expect(driver.frame(.event("MESSAGE_CREATE", 9)).delivers)
        // Old servers repeat the request's number here.
        #expect(driver.frame(.resumed(7)) == [.notice(.resumed(replayed: 2, gap: 0)), .deliver])
        #expect(driver.frame(.askForBeat).sent == [.heartbeat(sequence: 9)])
        driver.closed(nil)
        #expect(driver.reachHello().sent == [.resume(session: "S", sequence: 9)])
    }

    @Test("events that a server silently lost are counted")
    func gap() {
        let driver = MachineDriver()
        driver.reachReady(sequence: 7)
        driver.closed(nil)
        driver.reachHello()
        driver.frame(.event("MESSAGE_CREATE", 12))
        #expect(driver.frame(.resumed(12)).first == .notice(.resumed(replayed: 1, gap: 4)))
    }

    @Test("a replay that breaks off is asked for again, and nothing is handed over twice")
    func brokenReplay() {
        let driver = MachineDriver()
        driver.reachReady(sequence: 7)
        driver.closed(nil)
        driver.reachHello()
        #expect(driver.frame(.event("A", 8)).delivers)
        #expect(driver.frame(.event("LIVE", 20)).delivers)
        driver.closed(nil)
        #expect(driver.reachHello().sent == [.resume(session: "S", sequence: 7)])
        #expect(driver.frame(.event("A", 8)) == [.skipRepeated])
        for number in 9...19 { #expect(driver.frame(.event("B", number)).delivers) }
        #expect(driver.frame(.event("LIVE", 20)) == [.skipRepeated])
        #expect(driver.frame(.resumed(20)).first == .notice(.resumed(replayed: 13, gap: 0)))
    }

    @Test(
        "resume is tried for 120 s after the loss, then it is IDENTIFY",
        arguments: [(115_000.0, true), (125_000, false)])
    func window(outage: Double, resumes: Bool) {
        let driver = MachineDriver()
        driver.reachReady(sequence: 3)
        driver.closed(nil)
        // An outage of exactly this length, whatever the back-off made of it.
        driver.machine.phase = .awaitingHello(deadline: driver.now + outage + 1)
        driver.advance(outage)
        let expected: SessionMachine.Outgoing = resumes ? .resume(session: "S", sequence: 3) : .identify
        #expect(driver.frame(.hello()).sent == [expected])
    }

    @Test("three resumes that the server ends without op 9 are enough")
    func wornOut() {
        let driver = MachineDriver()
        driver.reachReady(sequence: 3)
        driver.closed(4000, "Session unavailable")
        for _ in 0..<3 {
            #expect(driver.reachHello().sent == [.resume(session: "S", sequence: 3)])
            driver.closed(4000, "Session unavailable")
        }
        #expect(driver.reachHello().sent == [.identify])
    }

    @Test("a network that drops during resumes does not wear the session out")
    func networkDrops() {
        let driver = MachineDriver()
        driver.reachReady(sequence: 3)
        driver.closed(nil)
        for _ in 0..<4 {
            #expect(driver.reachHello().sent == [.resume(session: "S", sequence: 3)])
            driver.closed(nil)
        }
    }

    @Test("a connection lost before the guilds have come identifies again")
    func duringStartUp() {
        let driver = MachineDriver()
        driver.reachHello()
        driver.frame(.ready())
        driver.advance(1_500)
        driver.frame(.event("GUILD_CREATE", 2))
        driver.advance(1_500)
        driver.closed(nil)
        #expect(driver.lastDisconnect?.willResume == false)
        #expect(driver.reachHello().sent == [.identify])
    }

    @Test("two quiet seconds, or fifteen in all, complete the start-up; so does the owner's word")
    func startUpComplete() {
        let quiet = MachineDriver()
        quiet.reachHello()
        quiet.frame(.ready())
        quiet.frame(.event("GUILD_CREATE", 2))
        quiet.advance(2_100)
        quiet.closed(nil)
        #expect(quiet.reachHello().sent == [.resume(session: "S", sequence: 2)])

        let busy = MachineDriver()
        busy.reachHello()
        busy.frame(.ready())
        for number in 2...18 {
            busy.advance(1_000)
            busy.frame(.event("GUILD_CREATE", number))
        }
        busy.closed(nil)
        #expect(busy.reachHello().sent == [.resume(session: "S", sequence: 18)])

        let told = MachineDriver()
        told.reachHello()
        told.frame(.ready())
        told.machine.startUpCompleted()
        told.closed(nil)
        #expect(told.reachHello().sent == [.resume(session: "S", sequence: 1)])
    }

    @Test("quiet on a connection that turns out dead is no proof that the guilds have come")
    func deadDuringStartUp() {
        let driver = MachineDriver(seed: 5)
        driver.reachHello()
        driver.frame(.ready())
        driver.advance(100)
        driver.frame(.event("GUILD_CREATE", 2))
        while driver.lastDisconnect == nil, driver.now < 200_000 { driver.advanceToDeadline() }
        #expect(driver.lastDisconnect?.reason.hasPrefix("no answer to a heartbeat") == true)
        #expect(driver.reachHello().sent == [.identify])
    }

    @Test("a dead connection is dropped and resumed")
    func zombie() {
        let driver = MachineDriver()
        driver.reachReady(sequence: 4)
        driver.advance(3_000)
        driver.frame(.event("MESSAGE_CREATE", 5))
        var actions: [SessionMachine.Action] = []
        while actions.dropped == nil, driver.now < 200_000 { actions = driver.advanceToDeadline() }
        #expect(actions.dropped == 4000)
        #expect(driver.reachHello().sent == [.resume(session: "S", sequence: 5)])
    }

    @Test("op 7 closes the socket and resumes")
    func opSeven() {
        let driver = MachineDriver()
        driver.reachReady(sequence: 4)
        #expect(driver.frame(.reconnect).dropped == 4000)
        #expect(driver.lastDisconnect?.willResume == true)
        #expect((0...1_000).contains(driver.lastDisconnect?.retryAfter ?? -1))
        #expect(driver.reachHello().sent == [.resume(session: "S", sequence: 4)])
    }

    @Test("op 9 forgets the session, waits 2.5 to 3.5 s and identifies on the same socket", arguments: [true, false])
    func opNine(resuming: Bool) {
        for seed in 0..<20 {
            let driver = MachineDriver(seed: UInt64(seed))
            driver.reachReady(sequence: 4)
            if resuming {
                driver.closed(nil)
                driver.reachHello()
            }
            let since = driver.now
            let attempts = driver.attempts.count
            let actions = driver.frame(.invalid)
            #expect(actions.dropped == nil)
            #expect(driver.machine.session == nil)
            #expect(driver.frame(.askForBeat).sent == [.heartbeat(sequence: nil)])
            while driver.log.sent.last != .identify || driver.now == since, driver.now < since + 10_000 {
                driver.advanceToDeadline()
            }
            #expect((2_500...3_500).contains(driver.now - since))
            #expect(driver.attempts.count == attempts)
            #expect(driver.frame(.ready("T")).delivers)
            #expect(driver.machine.session?.id == "T")
        }
    }

    @Test("op 9 after op 9 makes the pauses longer, up to a minute")
    func opNineStorm() {
        let driver = MachineDriver()
        driver.reachHello()
        var pauses: [Double] = []
        for _ in 0..<8 {
            driver.frame(.invalid)
            pauses.append(driver.lastDisconnect?.retryAfter ?? 0)
            driver.frame(.ack)
            while driver.machine.phase.isPause { driver.advanceToDeadline(); driver.frame(.ack) }
        }
        #expect(pauses[0] <= 3_500)
        #expect(pauses[1] > 4_900)
        #expect(pauses.suffix(3).allSatisfy { $0 == 60_000 })
    }

    @Test("a new session on demand drops the socket and identifies")
    func renew() {
        let driver = MachineDriver()
        driver.reachReady(sequence: 4)
        #expect(driver.tell { $0.renew(reason: "events are missing", at: $1) }.dropped == 4000)
        #expect(driver.lastDisconnect?.willResume == false)
        #expect(driver.reachHello().sent == [.identify])
    }

    @Test("three frames of garbage in a row drop the connection; a payload between them does not count against it")
    func garbage() {
        let driver = MachineDriver()
        driver.reachReady(sequence: 4)
        for _ in 0..<10 {
            #expect(driver.tell { $0.receivedGarbage(at: $1) }.isEmpty)
            #expect(driver.tell { $0.receivedGarbage(at: $1) }.isEmpty)
            driver.frame(.ack)
        }
        driver.tell { $0.receivedGarbage(at: $1) }
        driver.tell { $0.receivedGarbage(at: $1) }
        #expect(driver.tell { $0.receivedGarbage(at: $1) }.dropped == 4002)
        #expect(driver.reachHello().sent == [.resume(session: "S", sequence: 4)])
    }
}

extension SessionMachine.Phase {
    var isPause: Bool { if case .invalidated = self { true } else { false } }
}
