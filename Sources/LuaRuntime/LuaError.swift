/// An error that can cross Lua both ways: what a script sees as `err`.
///
/// A Swift error that is raised into Lua keeps its identity in `underlying` and comes back to Swift unchanged. A plain
/// error of a script (`error("text")`, a failed operation) is a `ScriptError` once it has left the script.
public struct LuaError: Error, Sendable, CustomStringConvertible {
    /// The kind, as `err.name` and `err:is` know it, for example `Forbidden`.
    public var name: String
    /// Names of the kinds above, nearest first; `err:is` matches them too.
    public var bases: [String]
    /// One sentence for people: what, where, why, what to do.
    public var message: String
    /// Further fields a script can read (`err.status`, `err.retry_after`).
    public var fields: [String: LuaValue]
    /// Lua's traceback where it was raised; nil until it passed a protected call of the host.
    public var traceback: String?
    /// The script file that raised, relative to its pack, and the line there, from 1.
    public var file: String?
    public var line: Int?
    /// The Swift error this one stands for.
    public var underlying: (any Error)?

    public init(
        _ name: String, bases: [String] = [], _ message: String, fields: [String: LuaValue] = [:],
        underlying: (any Error)? = nil
    ) {
        self.name = name
        self.bases = bases
        self.message = message
        self.fields = fields
        self.underlying = underlying
    }

    /// What a script's `error(value)` becomes outside.
    public static func script(_ message: String, value: LuaValue = .nil) -> LuaError {
        LuaError("ScriptError", bases: [rootName], message, fields: value == .nil ? [:] : ["value": value])
    }

    /// The name at the root of the tree of errors.
    public static let rootName = "FluxerError"
    /// The kind of an invocation that used up its CPU budget; no pcall absorbs it.
    public static let budgetName = "BudgetExceeded"
    /// The kind of an invocation that was cancelled.
    public static let cancelledName = "Cancelled"

    /// The kind of a call that a limit of the pack does not allow.
    public static let limitName = "LimitReached"

    /// A limit of the pack does not allow the call.
    public static func limitReached(_ message: String) -> LuaError {
        LuaError(limitName, bases: [rootName], message)
    }

    /// Whether the error is of this kind or one below it.
    public func isKind(_ kind: String) -> Bool { name == kind || bases.contains(kind) || kind == LuaError.rootName }

    public var description: String { message }

    /// Any Swift error in the form a script sees. `LuaErrorConvertible` decides its name and fields.
    public init(_ error: any Error) {
        if let error = error as? LuaError {
            self = error
        } else if let error = error as? any LuaErrorConvertible {
            self = error.luaError
            underlying = underlying ?? error
        } else if error is CancellationError {
            self.init(LuaError.cancelledName, bases: [LuaError.rootName], "cancelled", underlying: error)
        } else {
            self.init("HostError", bases: [LuaError.rootName], "\(error)", underlying: error)
        }
    }
}

/// A Swift error that knows how scripts see it.
public protocol LuaErrorConvertible: Error {
    var luaError: LuaError { get }
}

extension LuaError: LuaBound {
    public var luaCost: Int { 128 + message.utf8.count + (traceback?.utf8.count ?? 0) + fields.count * 64 }

    public static let luaType = LuaType<LuaError>(
        "Error", "What went wrong: raised by calls that fail, given to error handlers.",
        members: [
            .field("name", "The kind of error, for example `Forbidden`.") { $0.name },
            .field("message", "What went wrong, in a sentence.") { $0.message },
            .field("traceback", "Where it was raised, with the script's files and lines.") { $0.traceback },
            .field("file", "The script file that raised it.") { $0.file },
            .field("line", "The line in that file.") { $0.line },
            .method(
                "is", "Whether the error is of this kind or of one below it.",
                Param<LuaErrorKind>("kind", "A name, or an error class.")
            ) { $0.isKind($1.name) },
        ],
        operators: LuaOperators(
            tostring: { $0.message },
            member: { error, name in error.fields[name].map { $0 as any LuaPushable } ?? LuaValue.nil }))
}

/// The argument of `err:is`: a name or anything with a `name`.
public struct LuaErrorKind: LuaReadable, Sendable {
    let name: String
    public static let luaExpectation = "an error's name or class"
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> LuaErrorKind {
        if let name = state.string(at: index, converting: false) { return LuaErrorKind(name: name) }
        if let error = state.object(LuaError.self, at: index) { return LuaErrorKind(name: error.name) }
        if let name = state.stringMember("name", at: index) { return LuaErrorKind(name: name) }
        throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
    }
}
