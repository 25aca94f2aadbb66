import Synchronization

/// How often files are looked at, and how long they must be left alone before they are loaded.
public struct WatchTiming: Sendable, Hashable {
    /// Time between two looks.
    public var interval: Duration
    /// Time without a further change before a change is reported.
    public var settle: Duration

    /// A timing made by hand. `interval` is at least 1 ms.
    public init(interval: Duration, settle: Duration) {
        self.interval = max(interval, .milliseconds(1))
        self.settle = max(settle, .zero)
    }

    /// For `moontide dev`: an answer to a save feels immediate.
    public static let dev = WatchTiming(interval: .milliseconds(50), settle: .milliseconds(80))
    /// For `moontide run`: leaves time to copy several files.
    public static let run = WatchTiming(interval: .milliseconds(250), settle: .milliseconds(500))

    /// The timing with another settling time; the interval is the smaller of it and the present one.
    public func settling(_ settle: Duration) -> WatchTiming {
        WatchTiming(interval: min(settle, interval), settle: settle)
    }
}

/// Notices saves by asking for the files' status again and again.
///
/// Polling works on every system and file system alike, sees a save by rename as well as one in place, and costs a few
/// microseconds a file. ``WatchMachine`` decides; this type asks the system and the clock.
public final class Watcher<C: Clock>: Sendable where C.Duration == Duration {
    private let timing: WatchTiming
    private let clock: C
    private let began: C.Instant
    private let stamp: @Sendable (String) -> FileStamp?
    private let machine: Mutex<WatchMachine>

    /// - Parameters:
    ///   - clock: moved by hand in tests.
    ///   - stamp: what a file looks like now; another than the system's in tests.
    public init(timing: WatchTiming, clock: C, stamp: @escaping @Sendable (String) -> FileStamp? = FileStamp.read) {
        self.timing = timing
        self.clock = clock
        self.began = clock.now
        self.stamp = stamp
        self.machine = Mutex(WatchMachine(settle: timing.settle))
    }

    /// Watches these files and folders and no others. Each with what it looked like *before* it was read (``FileStamp/read(_:)``),
    /// `nil` if it was not there. May be called at any time, also while ``run(_:)`` runs.
    public func watch(_ baselines: [String: FileStamp?]) {
        machine.withLock { $0.watch(baselines, at: began.duration(to: clock.now)) }
    }

    /// Watches these files and folders from what they look like now.
    public func watch(paths: some Sequence<String>) {
        watch(paths.reduce(into: [:]) { $0[$1] = .some(stamp($1)) })
    }

    /// Looks until the task is cancelled, and calls `changed` with the sorted paths whenever files have changed and come to
    /// rest. It does not look while `changed` runs; what changes meanwhile is noticed afterwards.
    public func run(_ changed: ([String]) async -> Void) async {
        while !Task.isCancelled {
            do { try await clock.sleep(for: timing.interval) } catch { return }
            let paths = look()
            if !paths.isEmpty { await changed(paths) }
        }
    }

    private func look() -> [String] {
        machine.withLock { machine in
            let stamps = machine.paths.reduce(into: [String: FileStamp?]()) { $0[$1] = .some(stamp($1)) }
            return machine.observe(stamps, at: began.duration(to: clock.now))
        }
    }
}
