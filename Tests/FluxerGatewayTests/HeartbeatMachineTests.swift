import Testing

@testable import FluxerGateway

@Suite("heartbeat")
struct HeartbeatMachineTests {
    private func machine(seed: UInt64 = 1, interval: Double? = 41_250, at now: Double = 0) -> HeartbeatMachine {
        var random = GatewayRandom(seed: seed)
        return HeartbeatMachine(interval: interval, at: now, using: &random)
    }

    @Test("the period is 0.80 to 0.88 of the interval, different from connection to connection")
    func period() {
        let periods = (0..<200).map { machine(seed: $0).period }
        #expect(periods.allSatisfy { (33_000...36_300).contains($0) })
        #expect(Set(periods).count > 150)
        #expect((periods.max() ?? 0) - (periods.min() ?? 0) > 2_500)
    }

    @Test("the first beat comes after a random part of the period")
    func firstBeat() {
        let parts = (0..<200).map { seed in machine(seed: seed).deadline / machine(seed: seed).period }
        #expect(parts.allSatisfy { (0...1).contains($0) })
        #expect(parts.contains { $0 < 0.1 })
        #expect(parts.contains { $0 > 0.9 })
    }

    @Test("beats follow one another by the period, and an early timer beats nothing")
    func schedule() {
        var machine = machine()
        let first = machine.deadline
        #expect(machine.timerFired(at: first - 1) == .wait)
        #expect(machine.timerFired(at: first) == .send)
        machine.beatSent(at: first)
        machine.acknowledged(at: first + 40)
        #expect(machine.deadline == first + machine.period)
        #expect(machine.latency == 40)
    }

    @Test("a beat the server asked for does not move the schedule")
    func askedFor() {
        var machine = machine()
        let due = machine.deadline
        machine.beatSent(at: 1)
        machine.acknowledged(at: 2)
        #expect(machine.deadline == due)
    }

    @Test("once a session is attached, 15 to 20 s without an answer mean a dead connection")
    func strict() {
        for seed in 0..<50 {
            var machine = machine(seed: UInt64(seed))
            machine.attached(at: 0)
            let beat = machine.deadline
            #expect(machine.timerFired(at: beat) == .send)
            machine.beatSent(at: beat)
            let silence = machine.deadline - beat
            #expect((15_000...20_000).contains(silence))
            #expect(machine.timerFired(at: beat + silence - 1) == .wait)
            guard case .reconnect(let reason) = machine.timerFired(at: beat + silence) else {
                Issue.record("still waits")
                return
            }
            #expect(reason.hasPrefix("no answer to a heartbeat for "))
        }
    }

    @Test("before READY 45 to 55 s are waited, while beats go on")
    func lenient() {
        var machine = machine()
        let beat = machine.deadline
        #expect(machine.timerFired(at: beat) == .send)
        machine.beatSent(at: beat)
        #expect(machine.timerFired(at: beat + 21_000) == .wait)
        #expect(machine.timerFired(at: beat + machine.period) == .send)
        machine.beatSent(at: beat + machine.period)
        #expect(machine.timerFired(at: beat + 44_900) == .wait)
        guard case .reconnect = machine.timerFired(at: beat + 55_000) else {
            Issue.record("still waits")
            return
        }
    }

    @Test("a beat that was pending when READY came is judged from READY on")
    func attachedWhilePending() {
        var machine = machine()
        let beat = machine.deadline
        #expect(machine.timerFired(at: beat) == .send)
        machine.beatSent(at: beat)
        machine.attached(at: beat + 30_000)
        #expect(machine.timerFired(at: beat + 30_001) == .wait)
        guard case .reconnect = machine.timerFired(at: beat + 50_001) else {
            Issue.record("still waits")
            return
        }
    }

    @Test(
        "an absurd interval is brought into bounds",
        arguments: [(nil, 41_250.0), (-1, 1_000), (0, 1_000), (1e300, 3_600_000)] as [(Double?, Double)])
    func absurdInterval(given: Double?, used: Double) {
        let period = machine(interval: given).period
        #expect((used * 0.8...used * 0.88).contains(period))
    }

    @Test("after a long stop of the process one beat is sent, not all that were missed")
    func afterStop() {
        var machine = machine()
        #expect(machine.timerFired(at: 10_000_000) == .send)
        #expect(machine.deadline > 10_000_000)
    }
}
