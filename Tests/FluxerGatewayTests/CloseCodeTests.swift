import Testing

@testable import FluxerGateway

@Suite("close codes")
struct CloseCodeTests {
    enum Outcome { case resumes, identifies, stops }

    struct Row: Sendable, CustomTestStringConvertible {
        let code: UInt16?
        let outcome: Outcome
        var testDescription: String { code.map(String.init) ?? "no close frame" }
    }

    static let rows: [Row] =
        [4003, 4007, 4013].map { Row(code: $0, outcome: .identifies) }
        + [4004, 4010, 4011, 4012].map { Row(code: $0, outcome: .stops) }
        + [nil, 1000, 1001, 1005, 1006, 1011, 1012, 3000, 4000, 4001, 4002, 4005, 4006, 4008, 4009, 4014, 4999]
        .map { Row(code: $0, outcome: .resumes) }

    @Test("of a session that stands", arguments: rows)
    func established(row: Row) {
        let driver = MachineDriver()
        driver.reachReady(sequence: 4)
        let actions = driver.closed(row.code, "reason")
        switch row.outcome {
        case .stops:
            #expect(actions.fatal != nil)
            #expect(driver.machine.phase == .ended)
        case .resumes:
            #expect(driver.lastDisconnect?.code == row.code)
            #expect(driver.reachHello().sent == [.resume(session: "S", sequence: 4)])
        case .identifies:
            #expect(driver.lastDisconnect?.willResume == false)
            #expect(driver.reachHello().sent == [.identify])
        }
    }

    @Test("after IDENTIFY 4002 is a fault of the client and fatal, 4000 is tried again")
    func identifying() {
        let driver = MachineDriver()
        driver.reachHello()
        #expect(driver.closed(4002, "Invalid identify payload").fatal?.code == .identifyRejected)

        let failing = MachineDriver()
        failing.reachHello()
        #expect(failing.closed(4000, "Failed to start session").fatal == nil)
        #expect(failing.reachHello().sent == [.identify])
    }

    @Test("before HELLO 4012 is fatal")
    func version() {
        let driver = MachineDriver()
        driver.tell {
            _ = $0.start(at: $1); return $0.connected(at: $1)
        }
        #expect(driver.closed(4012, "Invalid API version").fatal?.code == .invalidVersion)
    }

    @Test("a resume that is answered by 4004 is fatal, by 4007 a new session")
    func resuming() {
        let refused = MachineDriver()
        refused.reachReady()
        refused.closed(nil)
        refused.reachHello()
        #expect(refused.closed(4004, "Invalid token").fatal?.code == .tokenRefused)

        let invalid = MachineDriver()
        invalid.reachReady()
        invalid.closed(nil)
        invalid.reachHello()
        invalid.closed(4007, "Invalid sequence")
        #expect(invalid.reachHello().sent == [.identify])
    }

    @Test("4008 waits 30 to 60 s")
    func rateLimited() {
        for seed in 0..<30 {
            let driver = MachineDriver(seed: UInt64(seed))
            driver.reachReady()
            driver.closed(4008, "Rate limited")
            #expect((30_000...60_000).contains(driver.lastDisconnect?.retryAfter ?? 0))
        }
    }

    @Test("what a refused token looks like, whole")
    func refusedToken() {
        let driver = MachineDriver()
        driver.reachHello()
        let error = driver.closed(4004, "Invalid token").fatal
        #expect(
            error?.description
                == "the server refused the token (4004 Invalid token): set FLUXER_TOKEN to the bot's token as it was "
                + "issued, without \"Bot \" in front, and start again")
        #expect(error?.closeCode == 4004)
        #expect(error?.isFatal == true)
    }

    @Test("the other fatal texts are one line with a next step", arguments: [4002, 4010, 4011, 4012] as [UInt16])
    func fatalTexts(code: UInt16) {
        let driver = MachineDriver()
        driver.reachHello()
        let text = driver.closed(code).fatal?.description ?? ""
        #expect(text.contains("(\(code))"))
        #expect(text.contains(":"))
        #expect(!text.contains("\n"))
    }
}
