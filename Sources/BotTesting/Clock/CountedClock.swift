import FluxerREST
import LuaRuntime
import PackHost

/// The machine's clock with a count of what goes on on behalf of scripts, for those who wait until a bot is at rest.
public struct CountedClock: ScriptClock {
    private let clock = RealScriptClock()
    private let count = WorkCount()

    public init() {}

    public var now: Double { clock.now }
    public var work: WorkCount? { count }

    public func sleep(until deadline: Double) async throws {
        // Who sleeps does nothing.
        let isCounted = WorkCount.isCounted
        if isCounted { count.end() }
        defer { if isCounted { count.begin() } }
        try await clock.sleep(until: deadline)
    }
}

/// REST's clock, whose calls are counted with the scripts' work.
public struct CountedRESTClock: RESTClock {
    private let clock = SystemRESTClock()
    private let scripts: CountedClock

    public init(_ scripts: CountedClock) { self.scripts = scripts }

    public var now: Int64 { clock.now }
    public func sleep(until moment: Int64) async throws { try await clock.sleep(until: moment) }
    public func began() { scripts.work?.begin() }
    public func ended() { scripts.work?.end() }
}
