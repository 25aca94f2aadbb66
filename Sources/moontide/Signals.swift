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
        let sources = [(SIGINT, Event.stop), (SIGTERM, .stop), (SIGHUP, .reload)].map { number, event in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                continuation.yield(event)
                if event == .stop { signal(number, SIG_DFL) }
            }
            source.resume()
            return source
        }
        signal(SIGPIPE, SIG_IGN)
        continuation.onTermination = { _ in for source in sources { source.cancel() } }
        return stream
    }
}
