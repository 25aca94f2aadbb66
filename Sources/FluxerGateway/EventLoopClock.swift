import NIOCore

/// The machine's own time. Waits are scheduled tasks of the event loop that also sends, so heartbeats depend on no actor
/// and on no thread of Swift's pool.
struct EventLoopClock: GatewayClock {
    let eventLoop: any EventLoop

    var now: Double { Double(NIODeadline.now().uptimeNanoseconds) / 1_000_000 }

    func schedule(at time: Double, _ body: @escaping @Sendable () -> Void) -> GatewayTimer {
        // Rounded up, so that the wait is over when the task runs.
        let wait = max((time - now) * 1_000_000, 0).rounded(.up)
        let task = eventLoop.scheduleTask(in: .nanoseconds(Int64(min(wait, 1e18)))) { body() }
        return GatewayTimer { task.cancel() }
    }
}
