import Testing

@testable import FluxerGateway

@Suite("send budget")
struct SendBudgetTests {
    @Test("a hundred payloads in a minute, and ten more for heartbeats")
    func limits() {
        var budget = SendBudget()
        for number in 0..<100 { #expect(budget.take(at: Double(number), urgent: false) == true) }
        #expect(budget.take(at: 100, urgent: false) == false)
        for number in 0..<10 { #expect(budget.take(at: Double(100 + number), urgent: true) == true) }
        #expect(budget.take(at: 200, urgent: true) == false)
    }

    @Test("the window rolls")
    func rolls() {
        var budget = SendBudget()
        for number in 0..<100 { _ = budget.take(at: Double(number) * 10, urgent: false) }
        #expect(budget.freeFrom(1_000) == 60_000)
        #expect(budget.take(at: 59_999, urgent: false) == false)
        #expect(budget.take(at: 60_000, urgent: false) == true)
        #expect(budget.take(at: 60_001, urgent: false) == false)
        #expect(budget.take(at: 60_010, urgent: false) == true)
    }

    @Test("commands beyond the budget wait in order and go when there is room; heartbeats go on")
    func commandsWait() {
        let driver = MachineDriver()
        driver.reachReady()
        var sent: [Int] = []
        for id in 1...150 {
            for case .command(let number) in driver.tell({ $0.command(id, at: $1) }).sent { sent.append(number) }
        }
        #expect(sent.count < 100)
        let before = sent.count
        var beats = 0
        for _ in 0..<130 {
            for outgoing in driver.advance(1_000).sent {
                switch outgoing {
                case .command(let number): sent.append(number)
                case .heartbeat:
                    beats += 1
                    driver.frame(.ack)
                default: break
                }
            }
        }
        #expect(sent == Array(1...150))
        #expect(before < 100)
        #expect(beats >= 3)
    }

    @Test("a queue that is full refuses, and a lost connection refuses what waits")
    func refusals() {
        let driver = MachineDriver()
        #expect(driver.tell { $0.command(0, at: $1) }.contains(where: Self.refuses(0, .notConnected)))
        driver.reachReady()
        for id in 1...300 { driver.tell { $0.command(id, at: $1) } }
        let full = driver.log.filter {
            if case .refuse(_, let error) = $0 { error.code == .tooManyPending } else { false }
        }
        #expect(full.count > 90)
        let waiting = driver.machine.waitingCommands.count
        #expect(waiting == 100)
        let lost = driver.closed(nil).filter {
            if case .refuse(_, let e) = $0 { e.code == .notConnected } else { false }
        }
        #expect(lost.count == waiting)
    }

    private static func refuses(_ id: Int, _ code: GatewayError.Code) -> (SessionMachine.Action) -> Bool {
        { if case .refuse(id, let error) = $0 { error.code == code } else { false } }
    }
}
