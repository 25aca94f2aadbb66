import CLuaShim
import Synchronization

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
/// is stuck inside C would eat their threads. As many as cores, at most 8; one more when all are stuck.
public final class ScriptThreads: @unchecked Sendable {  // `queue` and the counts are guarded by `lock`
    public static let shared = ScriptThreads()

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var queue: [ScriptExecutor] = []
    private var head = 0
    private var threads = 0
    private var idle = 0
    private let limit: Int
    /// 2 MiB: Lua's deepest recursion needs 434 KiB, frames of ours come on top. Only touched pages cost memory.
    private let stackSize: Int

    init(limit: Int? = nil) {
        self.limit = limit ?? max(1, min(8, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        stackSize = Int(mt_stack_size())
        lock.initialize(to: pthread_mutex_t())
        filled.initialize(to: pthread_cond_t())
        pthread_mutex_init(lock, nil)
        pthread_cond_init(filled, nil)
        mt_watchdog_start(LuaEngine.slice)
    }

    /// An engine has work and is in no queue.
    func schedule(_ executor: ScriptExecutor) {
        pthread_mutex_lock(lock)
        queue.append(executor)
        // Threads that were signalled still count as idle until they run, so the queue is what they are measured by.
        let needed = queue.count - head > idle
        let grow = needed && (threads < limit || (threads < 64 && mt_longest_slice() > 1_000_000_000))
        if grow { threads += 1 } else if idle > 0 { pthread_cond_signal(filled) }
        pthread_mutex_unlock(lock)
        if grow { startThread() }
    }

    private func take() -> ScriptExecutor {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while head >= queue.count {
            queue.removeAll(keepingCapacity: true)
            head = 0
            idle += 1
            pthread_cond_wait(filled, lock)
            idle -= 1
        }
        let executor = queue[head]
        head += 1
        if head > 256, head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
        return executor
    }

    private func startThread() {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let argument = Unmanaged.passRetained(self).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        if pthread_create(&thread, &attributes, ScriptThreads.enter, argument) != 0 {
            Unmanaged<ScriptThreads>.fromOpaque(argument).release()
            pthread_mutex_lock(lock)
            threads -= 1
            pthread_mutex_unlock(lock)
        }
        pthread_attr_destroy(&attributes)
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
        mt_thread_enter()
        while true {
            threads.take().runSome()
        }
    }
}

/// One engine's queue of work, run by one script thread at a time.
public final class ScriptExecutor: SerialExecutor {
    private enum Item {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
    }
    private struct Queue {
        var items: [Item?] = []
        var head = 0
        var scheduled = false

        mutating func take() -> Item? {
            guard head < items.count else {
                items.removeAll(keepingCapacity: true)
                head = 0
                scheduled = false
                return nil
            }
            // Taken out, not copied: what a closure holds may die after it has run, outside the lock.
            let item = items[head].take()
            head += 1
            if head > 512, head * 2 > items.count {
                items.removeFirst(head)
                head = 0
            }
            return item
        }
    }

    private let name: String
    private let threads: ScriptThreads
    private let queue = ThreadLocked(Queue())
    private let thread = Atomic<UInt>(0)

    init(_ name: String, _ threads: ScriptThreads) {
        self.name = name
        self.threads = threads
    }

    private func add(_ item: consuming Item) {
        let item = item
        let first = queue.withLock { queue -> Bool in
            queue.items.append(item)
            defer { queue.scheduled = true }
            return !queue.scheduled
        }
        if first { threads.schedule(self) }
    }

    public func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

    /// Enqueues a closure in order with the jobs.
    func submit(_ body: @escaping @Sendable () -> Void) { add(.closure(body)) }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    public func checkIsolated() {
        precondition(thread.load(ordering: .relaxed) == ScriptExecutor.ownThread, "not on the script thread of \(name)")
    }

    public func isIsolatingCurrentContext() -> Bool? {
        thread.load(ordering: .relaxed) == ScriptExecutor.ownThread
    }

    private static var ownThread: UInt { UInt(bitPattern: mt_thread_identity()) }

    /// Runs queued items for a while, then queues itself again behind the others.
    func runSome() {
        thread.store(ScriptExecutor.ownThread, ordering: .relaxed)
        for _ in 0..<64 {
            guard
                let item = queue.withLock({ queue -> Item? in
                    let item = queue.take()
                    if item == nil { thread.store(0, ordering: .relaxed) }
                    return item
                })
            else { return }
            switch item {
            case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .closure(let body): body()
            }
        }
        thread.store(0, ordering: .relaxed)
        threads.schedule(self)
    }
}
