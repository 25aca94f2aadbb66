import CLuaShim

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The private threads that run Lua, shared by all engines.
///
/// Not Dispatch and not the cooperative pool: their workers block the signal that the watchdog needs, and a script that
/// is stuck inside C would eat their threads. As many as cores, at most 8, and one more for each that is stuck.
///
/// Executors that used up their turn wait behind those that did not, so a pack that answers in a moment is not held up by
/// packs that spin; one that has waited long is served all the same.
public final class ScriptThreads: @unchecked Sendable {  // everything that changes is guarded by `lock`
    public static let shared = ScriptThreads()

    /// How long a thread may be inside one call of C before others are told, and before its pack is given up.
    package struct Patience: Sendable {
        /// Nanoseconds after which another thread takes its place: a turn that Lua cannot give up in between.
        package var replaced: UInt64
        /// Nanoseconds after which the pack is reported.
        package var reported: UInt64
        /// Nanoseconds after which the pack is given up: a fresh generation takes over.
        package var abandoned: UInt64

        package init(replaced: UInt64 = 15_000_000, reported: UInt64 = 1_000_000_000, abandoned: UInt64 = 5_000_000_000)
        {
            self.replaced = replaced
            self.reported = reported
            self.abandoned = abandoned
        }
    }

    /// What a thread is at.
    private struct Work {
        let executor: ScriptExecutor
        let since: UInt64
        var isStuck = false
        var told = 0
    }

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var fresh = FIFO<ScriptExecutor>()
    private var tired = FIFO<(executor: ScriptExecutor, since: UInt64)>()
    /// Those that rest because their pack has used up its share, by the time they may go on, soonest last.
    private var resting: [(executor: ScriptExecutor, until: UInt64)] = []
    private var working: [Int: Work] = [:]
    private var threads = 0
    private var idle = 0
    private let limit: Int
    private let patience: Patience
    /// 2 MiB: Lua's deepest recursion needs 434 KiB, frames of ours come on top. Only touched pages cost memory.
    static let stackSize = Int(mt_stack_size())
    /// The watchdog's list holds 64.
    private static let most = 64
    /// Nanoseconds after which a tired executor is served before fresh ones.
    private static let longest: UInt64 = 50_000_000
    private static let all = ThreadLocked<[ScriptThreads]>([])

    package init(limit: Int? = nil, patience: Patience = Patience()) {
        self.limit = limit ?? max(1, min(8, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        self.patience = patience
        lock.initialize(to: pthread_mutex_t())
        filled.initialize(to: pthread_cond_t())
        pthread_mutex_init(lock, nil)
        #if canImport(Darwin)
            pthread_cond_init(filled, nil)
        #else
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(filled, &attributes)
            pthread_condattr_destroy(&attributes)
        #endif
        ScriptThreads.all.withLock { $0.append(self) }
        mt_watchdog_start(LuaEngine.slice) { ScriptThreads.all.withLock { $0 }.forEach { $0.look() } }
    }

    // MARK: Queues

    /// An engine has work and is in no queue.
    ///
    /// - Parameters:
    ///   - isTired: it used up its turn.
    ///   - rest: when it may go on, nanoseconds of the monotonic clock; 0: now.
    func schedule(_ executor: ScriptExecutor, isTired: Bool = false, rest: UInt64 = 0) {
        pthread_mutex_lock(lock)
        if rest > 0, rest > mt_now() {
            let place = resting.firstIndex { $0.until <= rest } ?? resting.endIndex
            resting.insert((executor, rest), at: place)
        } else if isTired {
            tired.append((executor, mt_now()))
        } else {
            fresh.append(executor)
        }
        let grow = needsThread
        if grow { threads += 1 } else if idle > 0 { pthread_cond_signal(filled) }
        pthread_mutex_unlock(lock)
        if grow { startThread() }
    }

    private var waiting: Int { fresh.count + tired.count }
    private var stuck: Int { working.values.reduce(0) { $0 + ($1.isStuck ? 1 : 0) } }

    /// Threads that were signalled still count as idle until they run, so the queues are what they are measured by.
    private var needsThread: Bool {
        let wanted = waiting + (resting.isEmpty ? 0 : 1)
        return wanted > idle && threads < ScriptThreads.most && threads < limit + stuck
    }

    /// The next executor, if as many as may work do not work already.
    private func next() -> ScriptExecutor? {
        guard working.count < limit + stuck else { return nil }
        if !resting.isEmpty || !tired.isEmpty {
            let now = mt_now()
            while let last = resting.last, last.until <= now {
                resting.removeLast()
                tired.append((last.executor, last.until))
            }
            if let since = tired.first?.since, now > since, now - since > ScriptThreads.longest {
                return tired.take()?.executor
            }
        }
        return fresh.take() ?? tired.take()?.executor
    }

    private func take(_ slot: Int) -> ScriptExecutor {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        working[slot] = nil
        while true {
            if let executor = next() {
                working[slot] = Work(executor: executor, since: mt_now())
                // Somebody has to see the resting ones wake.
                if idle > 0, waiting > 0 || !resting.isEmpty { pthread_cond_signal(filled) }
                return executor
            }
            idle += 1
            if let until = resting.last?.until { wait(until: until) } else { pthread_cond_wait(filled, lock) }
            idle -= 1
        }
    }

    private func wait(until deadline: UInt64) {
        #if canImport(Darwin)
            let now = mt_now(), left = deadline > now ? deadline - now : 0
            var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
            pthread_cond_timedwait_relative_np(filled, lock, &time)
        #else
            var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
            pthread_cond_timedwait(filled, lock, &time)
        #endif
    }

    // MARK: Watching

    /// On the watchdog's thread, twice a slice while any is under way: a thread whose turn does not end gets a substitute; a
    /// pack that is stuck inside C is told of, and in the end given up.
    private func look() {
        var news: [(executor: ScriptExecutor, stuck: ScriptExecutor.Stuck)] = []
        pthread_mutex_lock(lock)
        let now = mt_now()
        for (slot, work) in working {
            let age = mt_slice_age(Int32(slot))
            // What cannot yield holds its thread as well, though it does not fail to answer.
            working[slot]?.isStuck = now > work.since && now - work.since > patience.replaced
            let stage = age > patience.abandoned ? 2 : age > patience.reported ? 1 : 0
            if stage == 0 { working[slot]?.told = 0 }
            guard stage > work.told else { continue }
            working[slot]?.told = stage
            news.append((work.executor, .init(seconds: Double(age) / 1e9, isGivenUp: stage == 2)))
        }
        let grow = needsThread
        if grow { threads += 1 } else if idle > 0, waiting > 0 { pthread_cond_signal(filled) }
        pthread_mutex_unlock(lock)
        if grow { startThread() }
        for (executor, stuck) in news { executor.isStuck?(stuck) }
    }

    // MARK: Threads

    private func startThread() {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, ScriptThreads.stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let argument = Unmanaged.passRetained(self).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        if pthread_create(&thread, &attributes, ScriptThreads.enter, argument) != 0 {
            Unmanaged<ScriptThreads>.fromOpaque(argument).release()
            lose()
        }
        pthread_attr_destroy(&attributes)
    }

    private func lose() {
        pthread_mutex_lock(lock)
        threads -= 1
        pthread_mutex_unlock(lock)
    }

    #if canImport(Darwin)
        private static let enter: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { serve($0) }
    #else
        private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
            $0.flatMap { serve($0) }
        }
    #endif

    private static func serve(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let threads = Unmanaged<ScriptThreads>.fromOpaque(argument).takeRetainedValue()
        let slot = Int(mt_thread_enter())
        guard slot >= 0 else {
            // Nothing could stop a script here.
            threads.lose()
            return nil
        }
        while true {
            threads.take(slot).runSome()
        }
    }
}
