/// How an invocation ended.
public enum LuaOutcome {
    /// That many results on top of the stack, valid during the callback.
    case returned(Int32)
    case raised(LuaError)
}

/// One run of a Lua function from Swift: its coroutine, its budget, what it waits for.
public final class LuaInvocation {
    public let number: UInt64
    /// What it is, for logs and errors: `!ping`, `on_message`.
    public let label: String
    let thread: OpaquePointer
    let anchor: Int32
    let mayWait: Bool
    let budget: UInt64
    var arguments: Int32 = 0
    /// The shim's record of how far its end has come; at one place, because the shim keeps the address while it runs.
    let doom: UnsafeMutablePointer<Int32>
    var doomError: LuaError?
    /// Gives up what it waits for.
    var cancelOperation: (@Sendable () -> Void)?
    var parks: UInt64 = 0
    var isParked = false
    /// It waits for its first turn.
    var isUnstarted = false
    /// What it waits for counts as a timer.
    var holdsTimer = false
    var answer: Result<any LuaPushable & Sendable, any Error>?
    var cpu: UInt64 = 0
    var cpuMark: UInt64 = 0
    var isLong = false
    /// The invocation whose host call runs this one.
    weak var outer: LuaInvocation?
    let finished: (LuaState, LuaOutcome) -> Void
    /// What the host keeps with it, for example the command's context.
    public var attachment: AnyObject?

    init(
        number: UInt64, label: String, thread: OpaquePointer, anchor: Int32, mayWait: Bool, budget: UInt64,
        finished: @escaping (LuaState, LuaOutcome) -> Void
    ) {
        self.number = number
        self.label = label
        self.thread = thread
        self.anchor = anchor
        self.mayWait = mayWait
        self.budget = budget
        self.finished = finished
        doom = .allocate(capacity: 1)
        doom.initialize(to: 0)
    }

    deinit { doom.deallocate() }

    /// About how many bytes the host keeps for one, with its task.
    static let cost = 2_048
}
