import CLuaShim
import Synchronization

/// One engine's queue of work, run by one script thread at a time.
public final class ScriptExecutor: SerialExecutor {
    private enum Item {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
    }
    private struct Queue {
        var items = FIFO<Item>()
        var scheduled = false

        mutating func take() -> Item? {
            let item = items.take()
            if item == nil { scheduled = false }
            return item
        }
    }

    /// A thread is inside one call of C, and no hook of Lua can stop it.
    public struct Stuck: Sendable {
        public let seconds: Double
        /// So long that the state is not waited for any more: a fresh one has to take over.
        public let isGivenUp: Bool
    }

    private let name: String
    private let threads: ScriptThreads
    private let queue = ThreadLocked(Queue())
    private let thread = Atomic<UInt>(0)
    private let account: LuaAccount
    private let work: WorkCount?
    /// Called on the watchdog's thread.
    let isStuck: (@Sendable (Stuck) -> Void)?
    /// When it may go on, nanoseconds of the monotonic clock: its pack has used up its share.
    private let rest = Atomic<UInt64>(0)

    /// Nanoseconds after which others get their turn.
    private static let turn: UInt64 = 2_000_000
    /// A turn up to this long is taken as CPU: to ask for it costs more than the difference.
    private static let short: UInt64 = 200_000

    init(
        _ name: String, _ threads: ScriptThreads, account: LuaAccount, work: WorkCount?,
        isStuck: (@Sendable (Stuck) -> Void)?
    ) {
        self.name = name
        self.threads = threads
        self.account = account
        self.work = work
        self.isStuck = isStuck
    }

    private func add(_ item: consuming Item) {
        let item = item
        let first = queue.withLock { queue -> Bool in
            queue.items.append(item)
            defer { queue.scheduled = true }
            return !queue.scheduled
        }
        if first {
            work?.begin()
            threads.schedule(self, rest: rest.load(ordering: .relaxed))
        }
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
        let began = mt_now()
        mt_turn_begin(began)
        var now = began
        for _ in 0..<64 {
            guard
                let item = queue.withLock({ queue -> Item? in
                    let item = queue.take()
                    if item == nil { thread.store(0, ordering: .relaxed) }
                    return item
                })
            else {
                account(for: now &- began)
                work?.end()
                return
            }
            switch item {
            case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .closure(let body): body()
            }
            now = mt_now()
            if now &- began >= ScriptExecutor.turn { break }
        }
        thread.store(0, ordering: .relaxed)
        account(for: now &- began)
        threads.schedule(
            self, isTired: now &- began >= ScriptExecutor.turn, rest: rest.load(ordering: .relaxed))
    }

    /// Charges a turn to the pack, which may have to rest after it.
    private func account(for passed: UInt64) {
        guard passed > 0 else { return }
        // Of a long turn the thread's own CPU, which short ones before it are part of.
        let used = passed > ScriptExecutor.short ? min(passed, mt_cpu_since_last()) : passed
        let now = mt_now(), wanted = account.charge(used, at: now)
        if wanted > 0 { rest.store(max(rest.load(ordering: .relaxed), now) &+ wanted, ordering: .relaxed) }
    }
}
