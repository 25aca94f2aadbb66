import LuaRuntime
import Synchronization
import Testing

@testable import PackHost

@Suite("what a pack may say and ask for in a time", .timeLimit(.minutes(1)))
struct PackBudgetTests {
    private func reserve(_ gate: inout RateGate, at now: Double) -> Double { gate.reserve(at: now) }
    private func admits(_ gate: inout RateGate, at now: Double) -> Bool { gate.admits(at: now) }

    @Test("a gate lets its seconds' worth pass at once, then one an interval")
    func gate() {
        var gate = RateGate(rate: 5, seconds: 2)
        for _ in 0..<10 { #expect(reserve(&gate, at: 100) == 100) }
        #expect(abs(reserve(&gate, at: 100) - 100.2) < 1e-9)
        #expect(abs(reserve(&gate, at: 100) - 100.4) < 1e-9)
        // What was not used comes back, up to its seconds' worth.
        for _ in 0..<10 { #expect(reserve(&gate, at: 200) == 200) }
        #expect(reserve(&gate, at: 200) > 200)
    }

    @Test("a gate whose interval is longer than its seconds lets one pass")
    func slowGate() {
        var gate = RateGate(rate: 0.1, seconds: 2)
        #expect(admits(&gate, at: 0))
        #expect(!admits(&gate, at: 9.9))
        #expect(admits(&gate, at: 10))
    }

    @Test("a gate without a rate lets everything pass")
    func openGate() {
        var gate = RateGate(rate: .infinity, seconds: 10)
        for _ in 0..<1_000 {
            #expect(admits(&gate, at: 0))
            #expect(reserve(&gate, at: 0) == 0)
        }
    }

    private func budget(_ limits: [LuaKey: LuaValue], _ clock: HandClock) throws -> PackBudget {
        PackBudget(limits: try PackLimits(parsing: .table(limits), base: .confined), clock: clock)
    }

    @Test("calls past the rate wait their turn in order, and past the queue are refused")
    func calls() async throws {
        let clock = HandClock()
        let budget = try budget([.string("rest"): "1/s", .string("messages"): .bool(false)], clock)
        let begun = Mutex<[Int]>([])
        func call(_ number: Int) -> PackBudget.Admission {
            budget.admit(isMessage: true) { begun.withLock { $0.append(number) } }
        }
        for number in 0..<2 {
            guard case .started = call(number) else { Issue.record("\(number) had to wait"); return }
        }
        for number in 2..<(2 + PackBudget.queueLimit) {
            guard case .waits = call(number) else { Issue.record("\(number) did not wait"); return }
        }
        guard case .refused(let seconds) = call(-1) else { Issue.record("the queue has no end"); return }
        #expect(seconds > 0 && seconds <= 1)
        #expect(begun.withLock { $0 } == [0, 1])
        for count in 3...12 {
            await clock.sleepers(1)
            clock.advance(by: 1)
            while begun.withLock({ $0.count }) < count { await Task.yield() }
            #expect(begun.withLock { $0 } == Array(0..<count))
        }
        guard case .waits = call(200) else { Issue.record("there is room again"); return }
    }

    @Test("messages have a rate of their own beside that of all calls")
    func messages() throws {
        let clock = HandClock()
        let budget = try budget([.string("rest"): .bool(false), .string("messages"): "6/m"], clock)
        let first = budget.admit(isMessage: true) {}
        let second = budget.admit(isMessage: true) {}
        guard case .started = first, case .waits = second else { Issue.record("6/m is one in ten seconds"); return }
    }

    @Test("lines past the rate are dropped and counted in one line")
    func lines() async throws {
        let clock = HandClock()
        let budget = try budget([.string("log"): "1/s"], clock)
        let told = Mutex<[Int]>([])
        let dropped: @Sendable (Int) -> Void = { count in told.withLock { $0.append(count) } }
        for number in 0..<10 { #expect(budget.line("\(number)", dropped: dropped) == "\(number)") }
        for _ in 0..<500 { #expect(budget.line("x", dropped: dropped) == nil) }
        await clock.sleepers(1)
        clock.advance(by: 1)
        while told.withLock({ $0.isEmpty }) { await Task.yield() }
        #expect(told.withLock { $0 } == [500])
        #expect(budget.line("again", dropped: dropped) == "again")
    }

    @Test("a long line is cut where a character ends")
    func longLine() throws {
        let budget = try budget([.string("log_line"): .int(80)], HandClock())
        let line = budget.line(String(repeating: "ü", count: 1_000) + "x") { _ in }
        #expect(line == String(repeating: "ü", count: 40) + "… (1921 more bytes)")
        let shifted = budget.line("x" + String(repeating: "€", count: 1_000)) { _ in }
        #expect(shifted == "x" + String(repeating: "€", count: 26) + "… (2921 more bytes)")
        #expect(budget.line(String(repeating: "x", count: 80)) { _ in } == String(repeating: "x", count: 80))
    }
}

@Suite("the mailbox")
struct MailboxTests {
    private func take(_ mailbox: inout Mailbox) -> [Int] {
        var sizes: [Int] = []
        while let next = mailbox.take() { sizes.append(next.bytes) }
        return sizes
    }

    private func dropped(_ mailbox: inout Mailbox) -> Int { mailbox.takeDropped() }
    private func clear(_ mailbox: inout Mailbox) -> Int { mailbox.clear() }

    @Test("keeps the order of both kinds together")
    func order() {
        var mailbox = Mailbox()
        for number in 1...100 { mailbox.append(Delivery(isDroppable: number % 3 == 0, bytes: number) { _ in }) }
        #expect(mailbox.bytes == 5_050)
        #expect(take(&mailbox) == Array(1...100))
        #expect(mailbox.bytes == 0)
    }

    @Test("is bounded in bytes: what may be dropped goes first, then the oldest")
    func bytes() {
        var mailbox = Mailbox()
        mailbox.append(Delivery(isDroppable: false, bytes: 10) { _ in }, room: 100)
        mailbox.append(Delivery(isDroppable: true, bytes: 50) { _ in }, room: 100)
        mailbox.append(Delivery(isDroppable: false, bytes: 40) { _ in }, room: 100)
        mailbox.append(Delivery(isDroppable: false, bytes: 45) { _ in }, room: 100)
        #expect(dropped(&mailbox) == 1)
        mailbox.append(Delivery(isDroppable: true, bytes: 60) { _ in }, room: 100)
        #expect(dropped(&mailbox) == 1)
        mailbox.append(Delivery(isDroppable: false, bytes: 50) { _ in }, room: 100)
        #expect(dropped(&mailbox) == 2)
        #expect(take(&mailbox) == [45, 50])
    }

    @Test("one that is larger than all the room is taken where nothing else waits")
    func large() {
        var mailbox = Mailbox()
        mailbox.append(Delivery(isDroppable: false, bytes: 1_000) { _ in }, room: 100)
        #expect(mailbox.count == 1)
        #expect(clear(&mailbox) == 1)
        #expect(mailbox.isEmpty && mailbox.bytes == 0)
    }
}

@Suite("breaches")
struct BreachCounterTests {
    private func note(_ counter: inout BreachCounter, _ what: String, at now: Double) -> [String]? {
        counter.note(what, at: now)
    }

    @Test("three within a minute count, and then it begins anew")
    func three() {
        var counter = BreachCounter()
        #expect(note(&counter, "cpu in a", at: 0) == nil)
        #expect(note(&counter, "cpu in b", at: 59) == nil)
        #expect(note(&counter, "memory in c", at: 60) == ["cpu in a", "cpu in b", "memory in c"])
        #expect(note(&counter, "cpu in d", at: 61) == nil)
    }

    @Test("older ones do not")
    func old() {
        var counter = BreachCounter()
        for number in 0..<10 { #expect(note(&counter, "cpu", at: Double(number) * 31) == nil) }
    }
}
