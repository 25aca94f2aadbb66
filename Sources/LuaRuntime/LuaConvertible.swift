/// A Swift value that can become Lua values on top of the stack.
public protocol LuaPushable: SendableMetatype {
    /// Pushes the value and answers how many Lua values that made.
    func push(to state: LuaState) -> Int32
}

/// A Swift value that can be read from a Lua argument.
public protocol LuaReadable: SendableMetatype {
    /// What an argument error says was expected, for example `string`.
    static var luaExpectation: String { get }
    /// Whether the argument may be left out or nil.
    static var isLuaOptional: Bool { get }
    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> Self
}

extension LuaReadable {
    public static var isLuaOptional: Bool { false }
}

/// Why an argument was refused; the caller adds function, position and parameter.
public struct LuaMismatch: Error, Sendable {
    public let expected: String
    public let found: String

    public init(expected: String, found: String) {
        self.expected = expected
        self.found = found
    }
}

/// No result at all.
public struct LuaNothing: LuaPushable, Sendable {
    public init() {}
    public func push(to state: LuaState) -> Int32 { 0 }
}

/// Several results.
public struct LuaMultiple: LuaPushable {
    private let values: [any LuaPushable]
    public init(_ values: any LuaPushable...) { self.values = values }
    public func push(to state: LuaState) -> Int32 { values.reduce(0) { $0 + $1.push(to: state) } }
}

/// A result that is made by a closure on the state's own thread.
public struct LuaPushed: LuaPushable, Sendable {
    private let body: @Sendable (LuaState) -> Int32
    public init(_ body: @escaping @Sendable (LuaState) -> Int32) { self.body = body }
    public func push(to state: LuaState) -> Int32 { body(state) }
}

extension Optional: LuaPushable where Wrapped: LuaPushable {
    public func push(to state: LuaState) -> Int32 {
        guard let value = self else {
            state.pushNil()
            return 1
        }
        return value.push(to: state)
    }
}

extension Optional: LuaReadable where Wrapped: LuaReadable {
    public static var luaExpectation: String { Wrapped.luaExpectation }
    public static var isLuaOptional: Bool { true }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> Wrapped? {
        switch state.type(at: index) {
        case .none, .nil: return nil
        default: return try Wrapped.read(state, at: index)
        }
    }
}

extension Bool: LuaPushable, LuaReadable {
    public static var luaExpectation: String { "boolean" }
    public func push(to state: LuaState) -> Int32 {
        state.push(self)
        return 1
    }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> Bool {
        guard state.type(at: index) == .boolean else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        return state.boolean(at: index)
    }
}

extension Int64: LuaPushable, LuaReadable {
    public static var luaExpectation: String { "integer" }
    public func push(to state: LuaState) -> Int32 {
        state.push(self)
        return 1
    }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> Int64 {
        guard let value = state.integer(at: index) else {
            let found =
                state.type(at: index) == .number ? "a number with a fraction" : state.describe(at: index)
            throw LuaMismatch(expected: luaExpectation, found: found)
        }
        return value
    }
}

extension Int: LuaPushable, LuaReadable {
    public static var luaExpectation: String { "integer" }
    public func push(to state: LuaState) -> Int32 { Int64(self).push(to: state) }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> Int {
        Int(clamping: try Int64.read(state, at: index))
    }
}

extension Double: LuaPushable, LuaReadable {
    public static var luaExpectation: String { "number" }
    public func push(to state: LuaState) -> Int32 {
        state.push(self)
        return 1
    }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> Double {
        guard let value = state.number(at: index) else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        return value
    }
}

extension String: LuaPushable, LuaReadable {
    public static var luaExpectation: String { "string" }
    public func push(to state: LuaState) -> Int32 {
        state.push(self)
        return 1
    }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> String {
        guard let value = state.string(at: index) else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        return value
    }
}

extension Array: LuaPushable where Element: LuaPushable {
    public func push(to state: LuaState) -> Int32 {
        guard state.ensureStack(6) else {
            state.pushNil()
            return 1
        }
        state.pushTable(array: count)
        for (index, value) in enumerated() {
            let made = value.push(to: state)
            if made == 0 { state.pushNil() } else if made > 1 { state.pop(made - 1) }
            state.setIndex(Int64(index + 1))
        }
        return 1
    }
}

/// A function argument, kept as a reference.
extension LuaReference: LuaReadable {
    public static var luaExpectation: String { "function" }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> Self {
        guard state.type(at: index) == .function else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        guard let reference = state.reference(at: index) as? Self else {
            throw LuaMismatch(expected: luaExpectation, found: "a closed state")
        }
        return reference
    }
}

/// Any value as it stands on the stack, for functions that look at it themselves.
public struct LuaAny: LuaReadable {
    /// Its index on the calling function's stack; valid during the call.
    public let index: Int32
    public static var luaExpectation: String { "value" }
    public static var isLuaOptional: Bool { true }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> LuaAny { LuaAny(index: index) }
}

/// All further arguments, from `first` on. Only as the last parameter.
public struct LuaRest: LuaReadable {
    public let first: Int32
    public let count: Int32
    public static var luaExpectation: String { "values" }
    public static var isLuaOptional: Bool { true }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> LuaRest {
        LuaRest(first: index, count: max(0, state.top - index + 1))
    }
}
