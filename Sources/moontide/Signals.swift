import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// SIGINT, SIGTERM and SIGHUP as a stream.
enum Signals {
    enum Event: Sendable { case stop, reload }

    /// Each signal from the moment of the call on. A second SIGINT or SIGTERM ends the program at once.
    static func stream() -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
        for (number, event) in [(SIGINT, Event.stop), (SIGTERM, .stop), (SIGHUP, .reload)] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // The handler holds its source: signals are heard for as long as the program runs.
                withExtendedLifetime(source) { _ = continuation.yield(event) }
                if event == .stop { signal(number, SIG_DFL) }
            }
            source.resume()
        }
        signal(SIGPIPE, SIG_IGN)
        return stream
    }
}
