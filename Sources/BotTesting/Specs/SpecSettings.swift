import LuaRuntime
import PackHost

/// Which bot a spec is about.
public enum SpecBot: Sendable, Hashable {
    /// A script, pack or project on disk.
    case path(String)
    /// The text of a script that stands in the spec itself.
    case script(String)
}

/// How specs are run.
public struct SpecSettings: Sendable {
    /// Seconds of real time after which a spec that gets nowhere is stopped; ten times that is all a spec may take.
    public var timeout: Double = 5
    /// Limits of the bot's packs.
    public var limits = PackLimits.own
    /// Limits of the spec file itself.
    public var specLimits = LuaLimits()

    public init() {}
}

extension LuaError {
    /// The kind of an expectation that was not met.
    static let expectationName = "ExpectationFailed"
    /// The kind that ends a spec without passing or failing it.
    static let skippedName = "SpecSkipped"
    /// The kind of a spec that does not come to an end.
    static let stuckName = "SpecStuck"

    static func spec(_ message: String) -> LuaError { LuaError("SpecError", bases: [rootName], message) }
    static func expectation(_ message: String) -> LuaError { LuaError(expectationName, bases: [rootName], message) }
    static func stuck(_ message: String) -> LuaError { LuaError(stuckName, bases: [rootName], message) }
}
