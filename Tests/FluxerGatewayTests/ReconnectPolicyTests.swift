import Testing

@testable import FluxerGateway

@Suite("reconnect policy")
struct ReconnectPolicyTests {
    /// The most attempts in any window of a minute.
    static func busiestMinute(_ attempts: [Double]) -> Int {
        attempts.map { start in attempts.count { $0 >= start && $0 < start + 60_000 } }.max() ?? 0
    }

    @Test("the first retry comes within a second, then 1, 2, 4 … 60 s with a quarter of jitter")
    func series() {
        for seed in 0..<50 {
            var random = GatewayRandom(seed: UInt64(seed))
            var policy = ReconnectPolicy()
            let delays = (0..<12).map {
                policy.nextAttempt(afterLossAt: Double($0) * 1e6, using: &random) - Double($0) * 1e6
            }
            #expect((0...1_000).contains(delays[0]))
            for (step, base) in [1, 2, 4, 8, 16, 32, 64, 64, 64, 64, 64].enumerated() {
                let range = Double(base) * 750...min(Double(base) * 1_250, 60_000)
                #expect(range.contains(delays[step + 1]), "step \(step + 1): \(delays[step + 1])")
            }
        }
    }

    @Test("for a server of the test's own there are neither pauses nor a limit")
    func atOnce() {
        var random = GatewayRandom(seed: 1)
        var policy = ReconnectPolicy()
        policy.isAtOnce = true
        for attempt in 0..<50 {
            let begins = policy.begin(at: Double(attempt))
            let next = policy.nextAttempt(afterLossAt: Double(attempt), using: &random)
            #expect(begins)
            #expect(next == Double(attempt))
        }
    }

    @Test("only a stable minute starts the series anew", arguments: [(59_000.0, false), (60_000.0, true)])
    func stableMinute(stood: Double, resets: Bool) {
        var random = GatewayRandom(seed: 3)
        var policy = ReconnectPolicy()
        for loss in 0..<5 { _ = policy.nextAttempt(afterLossAt: Double(loss), using: &random) }
        policy.established(at: 100_000)
        let delay = policy.nextAttempt(afterLossAt: 100_000 + stood, using: &random) - 100_000 - stood
        #expect(resets == (delay <= 1_000))
    }

    @Test("an attempt beyond ten in a minute is refused until the window has moved")
    func window() {
        var policy = ReconnectPolicy()
        for number in 0..<10 { #expect(policy.begin(at: Double(number)) == true) }
        #expect(policy.begin(at: 10) == false)
        #expect(policy.allowedFrom(10) == 60_000)
        #expect(policy.begin(at: 59_999) == false)
        #expect(policy.begin(at: 60_000) == true)
        #expect(policy.begin(at: 60_000) == false)
    }

    @Test("hours of refused connections: ten attempts a minute at most, and it goes on trying")
    func hoursOfRefusal() {
        for seed in 0..<10 {
            let driver = MachineDriver(seed: UInt64(seed))
            driver.tell { $0.start(at: $1) }
            while driver.now < 6 * 3_600_000 {
                driver.tell { $0.connectFailed("refused", at: $1) }
                driver.advanceToDeadline()
            }
            #expect(Self.busiestMinute(driver.attempts) <= 10)
            #expect(driver.attempts.count > 6 * 55)
        }
    }

    @Test(
        "hours of a server that accepts and drops at once, at any moment of the handshake",
        arguments: ["HELLO", "READY", "op 7", "op 9", "4008", "a minute and a bit"])
    func hoursOfDrops(stage: String) {
        for seed in 0..<5 {
            let driver = MachineDriver(seed: UInt64(seed))
            while driver.now < 3 * 3_600_000 {
                driver.reachHello()
                switch stage {
                case "HELLO": driver.closed(nil)
                case "READY":
                    driver.frame(.ready())
                    driver.closed(1006)
                case "op 7":
                    driver.frame(.ready())
                    driver.machine.startUpCompleted()
                    driver.frame(.reconnect)
                case "op 9":
                    driver.frame(.invalid)
                    driver.closed(4000)
                case "4008": driver.closed(4008)
                default:
                    driver.frame(.ready())
                    driver.advance(61_000)
                    driver.closed(1011)
                }
            }
            #expect(Self.busiestMinute(driver.attempts) <= 10)
            #expect(driver.attempts.count > 100)
        }
    }

    @Test("chaos: whatever happens whenever, no minute has more than ten attempts")
    func chaos() {
        for seed in 100..<130 {
            var random = GatewayRandom(seed: UInt64(seed))
            let driver = MachineDriver(seed: UInt64(seed))
            driver.tell { $0.start(at: $1) }
            while driver.now < 2 * 3_600_000, driver.machine.phase != .ended {
                switch Int.random(in: 0..<12, using: &random) {
                case 0: driver.tell { $0.connectFailed("refused", at: $1) }
                case 1:
                    driver.tell {
                        $0.located(at: $1); return $0.connected(at: $1)
                    }
                case 2: driver.frame(.hello())
                case 3: driver.frame(.ready())
                case 4: driver.frame(.event("MESSAGE_CREATE", Int.random(in: -5...50, using: &random)))
                case 5: driver.frame(.reconnect)
                case 6: driver.frame(.invalid)
                case 7:
                    driver.closed(
                        [nil, 1000, 1006, 4000, 4003, 4007, 4008, 4009, 4999].randomElement(using: &random) ?? nil)
                case 8: driver.tell { $0.receivedGarbage(at: $1) }
                case 9: driver.frame(.resumed(Int.random(in: 0...50, using: &random)))
                case 10: driver.tell { $0.renew(reason: "asked", at: $1) }
                default: driver.advance(Double.random(in: 0...20_000, using: &random))
                }
                driver.advance(Double.random(in: 0...500, using: &random))
            }
            #expect(ReconnectPolicyTests.busiestMinute(driver.attempts) <= 10, "seed \(seed)")
            #expect(driver.machine.phase != .ended)
        }
    }
}
