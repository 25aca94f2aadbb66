import Testing

@testable import FluxerGateway

@Suite("replay ledger")
struct ReplayLedgerTests {
    @Test("outside a replay the sequence is the highest delivered and never goes down")
    func maximum() {
        var ledger = ReplayLedger(sequence: nil)
        #expect(ledger.sequence == nil)
        for number in [1, 2, 5, 3, 4] { ledger.delivered(number) }
        #expect(ledger.sequence == 5)
    }

    @Test(
        "a RESUMED with a lower number does not lower it; with a higher one the gap is counted",
        arguments: [
            (3, 8, 5, 0), (8, 8, 5, 0), (12, 12, 5, 4), (nil, 8, 5, 0),
        ] as [(Int?, Int, Int, Int)])
    func resumed(number: Int?, sequence: Int, replayed: Int, gap: Int) {
        var ledger = ReplayLedger(sequence: nil)
        for number in 1...3 { ledger.delivered(number) }
        ledger.replayBegan()
        for number in 4...8 { ledger.delivered(number) }
        let end = ledger.replayEnded(at: number)
        #expect(end.replayed == replayed)
        #expect(end.gap == gap)
        #expect(ledger.sequence == sequence)
    }

    @Test("a live event that slips into a replay does not hide those below it")
    func slippedIn() {
        var ledger = ReplayLedger(sequence: nil)
        for number in 1...10 { ledger.delivered(number) }
        ledger.replayBegan()
        ledger.delivered(11)
        ledger.delivered(20)
        #expect(ledger.sequence == 10)
        #expect(!ledger.isRepeated(12))
        // The replay breaks off and is asked for again, from 10.
        ledger.replayBegan()
        #expect(ledger.isRepeated(11))
        #expect(!ledger.isRepeated(12))
        for number in 12...19 { ledger.delivered(number) }
        #expect(ledger.isRepeated(20))
        let end = ledger.replayEnded(at: 20)
        #expect(end.gap == 0)
        #expect(end.replayed == 10)
        #expect(ledger.sequence == 20)
    }

    @Test("numbers at the edge of the integers do not trap")
    func edges() {
        var ledger = ReplayLedger(sequence: nil)
        ledger.replayBegan()
        ledger.delivered(.max)
        ledger.delivered(.min)
        _ = ledger.replayEnded(at: .max)
        #expect(ledger.sequence == .max)
    }
}
