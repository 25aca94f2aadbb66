/// Limits of one state.
public struct LuaLimits: Sendable, Equatable {
    /// Bytes of Lua memory, and of what the host keeps for the state.
    public var memory: Int
    /// Nanoseconds of CPU between two host waits.
    public var cpu: UInt64
    /// Nanoseconds of CPU a chunk and `setup` may take while loading.
    public var loadCPU: UInt64
    /// Invocations in flight, parked ones counted.
    public var invocations: Int
    /// Share of one core over 10 s; nil: as much as there is.
    public var share: Double?
    /// Timers at once: sleeps, time-outs, delayed calls.
    public var timers = 10_000

    public init(
        memory: Int = 64 << 20, cpu: UInt64 = 1_000_000_000, loadCPU: UInt64 = 1_000_000_000, invocations: Int = 1000
    ) {
        self.memory = memory
        self.cpu = cpu
        self.loadCPU = loadCPU
        self.invocations = invocations
    }
}
