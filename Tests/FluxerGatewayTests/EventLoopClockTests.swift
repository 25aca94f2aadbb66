import NIOPosix
import Testing

@testable import FluxerGateway

@Suite("the machine's clock", .timeLimit(.minutes(1)))
struct EventLoopClockTests {
    @Test("a wait ends when its time has come, and not before")
    func fires() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let clock = EventLoopClock(eventLoop: loop)
        let due = clock.now + 5
        let woken = Inbox<Double>()
        _ = clock.schedule(at: due) { woken.put(clock.now) }
        #expect(try await woken.next() >= due)
        _ = clock.schedule(at: -1e30) { woken.put(0) }
        #expect(try await woken.next() == 0)
        clock.schedule(at: .infinity) { woken.put(1) }.cancel()
    }
}
