import CLuaShim

/// A Swift type that scripts see as an object. Its list of members is the one source: registration, editor
/// annotations and the reference are made from it.
public protocol LuaBound: LuaPushable, LuaReadable, Sendable {
    static var luaType: LuaType<Self> { get }
    /// About how many bytes the value keeps beside its own fields: texts, lists. Charged to the state's memory as long as
    /// a script holds the object.
    var luaCost: Int { get }
}

extension LuaBound {
    public static var luaExpectation: String { luaType.descriptor.name }
    public var luaCost: Int { 0 }

    public func push(to state: LuaState) -> Int32 {
        state.push(box: LuaBoxOf(self, Self.luaType.descriptor, cost: luaCost))
        return 1
    }

    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> Self {
        guard let value = state.object(Self.self, at: index) else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        return value
    }
}

/// What a host function answers.
public enum LuaReturn {
    /// That many values on top of the stack are the results.
    case values(Int32)
    /// The coroutine waits until the operation ends.
    case wait(LuaOperation)
}

/// Work that a parked coroutine waits for. Runs off the state's thread; its answer is pushed on it.
public struct LuaOperation: Sendable {
    /// Gives what the parked call answers. Runs on the state's thread.
    public typealias Answer = @Sendable () throws -> any LuaPushable & Sendable
    /// Begins the work, and gives what cancels it. `work` counts it, where that is wanted.
    typealias Start =
        @Sendable (_ work: WorkCount?, _ done: @escaping @Sendable (@escaping Answer) -> Void) -> @Sendable () -> Void

    let start: Start
    /// Whether it counts as a timer: it ends when some time has passed.
    let isTimer: Bool

    /// Work in a task of its own.
    public init(
        isTimer: Bool = false, _ body: @escaping @Sendable () async throws -> any LuaPushable & Sendable
    ) {
        self.isTimer = isTimer
        start = { work, done in
            let operate: @Sendable () async -> Void = {
                do {
                    let value = try await body()
                    done { value }
                } catch {
                    done { throw error }
                }
            }
            work?.begin()
            let task = Task.detached {
                if let work { await work.run(operate) } else { await operate() }
            }
            return { task.cancel() }
        }
    }

    /// Work that tells its end by a call, for what needs no task: one costs several changes of threads. It is not counted:
    /// whoever does it counts what goes on by itself.
    ///
    /// - Parameter start: begins the work and gives what cancels it. `done` is called once, on any thread; after that, and
    ///   after a cancel, calls of it change nothing.
    public init(
        starting start:
            @escaping @Sendable (_ done: @escaping @Sendable (@escaping Answer) -> Void) ->
            @Sendable () ->
            Void
    ) {
        isTimer = false
        self.start = { _, done in start(done) }
    }
}

/// A right that an entry needs, checked on every call. The words are those of the architecture's table.
public struct LuaCapability: Hashable, Sendable, CustomStringConvertible {
    public let word: String
    public init(_ word: String) { self.word = word }
    public var description: String { word }
}

/// A parameter of an entry: name and sentence; the type is the Swift type.
public struct Param<Value: LuaReadable>: Sendable {
    public let name: String
    public let doc: String

    public init(_ name: String, _ doc: String) {
        self.name = name
        self.doc = doc
    }

    var info: LuaParameterInfo {
        LuaParameterInfo(name: name, doc: doc, optional: Value.isLuaOptional) { Value.luaExpectation }
    }
}

/// What the reference says of a parameter.
public struct LuaParameterInfo: Sendable {
    public let name: String
    public let doc: String
    public let optional: Bool
    /// Asked for later: a bound type's methods may take objects of the type, whose name is not known while its list is
    /// being made.
    private let expectation: @Sendable () -> String
    public var type: String { expectation() }

    init(name: String, doc: String, optional: Bool, expectation: @escaping @Sendable () -> String) {
        self.name = name
        self.doc = doc
        self.optional = optional
        self.expectation = expectation
    }
}

/// One entry of a list: a field, a method or a function, with everything that is known of it.
public struct LuaEntry: Sendable {
    public enum Kind: Sendable { case field, method, function }
    public let kind: Kind
    public let name: String
    public let doc: String
    public let parameters: [LuaParameterInfo]
    public let capability: LuaCapability?
    /// Whether calling it may suspend the coroutine.
    public let waits: Bool
    let body: @Sendable (LuaState, _ function: String) throws -> LuaReturn
}

/// A member of a bound type.
public struct LuaMember<Value: LuaBound>: Sendable {
    let entry: LuaEntry

    /// A read-only field.
    public static func field<R: LuaPushable>(
        _ name: String, _ doc: String, _ get: @escaping @Sendable (Value) -> R
    ) -> LuaMember {
        LuaMember(
            entry: LuaEntry(kind: .field, name: name, doc: doc, parameters: [], capability: nil, waits: false) {
                state, function in
                .values(get(try state.receiver(Value.self, function)).push(to: state))
            })
    }

    /// A field that is looked up in the host, for example in the cache as it is now.
    public static func lookup<R: LuaPushable>(
        _ name: String, _ doc: String, _ get: @escaping @Sendable (Value, LuaState) throws -> R
    ) -> LuaMember {
        LuaMember(
            entry: LuaEntry(kind: .field, name: name, doc: doc, parameters: [], capability: nil, waits: false) {
                state, function in
                .values(try get(try state.receiver(Value.self, function), state).push(to: state))
            })
    }

    /// A method that changes nothing and does not wait.
    public static func method<each A: LuaReadable, R: LuaPushable>(
        _ name: String, _ doc: String, _ params: repeat Param<each A>,
        body: @escaping @Sendable (Value, repeat each A) throws -> R
    ) -> LuaMember {
        let parameters = (repeat each params)
        return make(name, doc, nil, waits: false, infos(repeat each params)) { value, state, reader in
            .values(try body(value, repeat try reader.next(each parameters)).push(to: state))
        }
    }

    /// As `method`, with the state at hand.
    public static func query<each A: LuaReadable, R: LuaPushable>(
        _ name: String, _ doc: String, _ params: repeat Param<each A>,
        body: @escaping @Sendable (Value, LuaState, repeat each A) throws -> R
    ) -> LuaMember {
        let parameters = (repeat each params)
        return make(name, doc, nil, waits: false, infos(repeat each params)) { value, state, reader in
            .values(try body(value, state, repeat try reader.next(each parameters)).push(to: state))
        }
    }

    /// A method that acts on the platform: it names its capability and usually waits. The body runs at once, on the
    /// script's thread, and answers the operation that the coroutine then waits for.
    public static func action<each A: LuaReadable>(
        _ name: String, _ doc: String, needs capability: LuaCapability, _ params: repeat Param<each A>,
        body: @escaping @Sendable (Value, LuaState, repeat each A) throws -> LuaReturn
    ) -> LuaMember {
        let parameters = (repeat each params)
        return make(name, doc, capability, waits: true, infos(repeat each params)) { value, state, reader in
            try body(value, state, repeat try reader.next(each parameters))
        }
    }

    /// A method that waits, or registers something, and needs no capability (timers, waiting for events).
    public static func waiting<each A: LuaReadable>(
        _ name: String, _ doc: String, _ params: repeat Param<each A>,
        body: @escaping @Sendable (Value, LuaState, repeat each A) throws -> LuaReturn
    ) -> LuaMember {
        let parameters = (repeat each params)
        return make(name, doc, nil, waits: true, infos(repeat each params)) { value, state, reader in
            try body(value, state, repeat try reader.next(each parameters))
        }
    }

    private static func infos<each A: LuaReadable>(_ params: repeat Param<each A>) -> [LuaParameterInfo] {
        var infos: [LuaParameterInfo] = []
        for info in repeat (each params).info { infos.append(info) }
        return infos
    }

    private static func make(
        _ name: String, _ doc: String, _ capability: LuaCapability?, waits: Bool, _ infos: [LuaParameterInfo],
        body: @escaping @Sendable (Value, LuaState, inout LuaArgumentReader) throws -> LuaReturn
    ) -> LuaMember {
        LuaMember(
            entry: LuaEntry(
                kind: .method, name: name, doc: doc, parameters: infos, capability: capability, waits: waits
            ) { state, function in
                let value = try state.receiver(Value.self, function)
                if let capability { try state.check(capability, for: function) }
                var reader = LuaArgumentReader(state, function, first: 2)
                return try body(value, state, &reader)
            })
    }
}

/// A function of a module (`fluxer.sleep`, `log.info`).
public struct LuaFunction: Sendable {
    let entry: LuaEntry
    public var name: String { entry.name }

    public static func function<each A: LuaReadable>(
        _ name: String, _ doc: String, needs capability: LuaCapability? = nil, waits: Bool = false,
        _ params: repeat Param<each A>,
        body: @escaping @Sendable (LuaState, repeat each A) throws -> LuaReturn
    ) -> LuaFunction {
        var infos: [LuaParameterInfo] = []
        for info in repeat (each params).info { infos.append(info) }
        let parameters = (repeat each params)
        return LuaFunction(
            entry: LuaEntry(
                kind: .function, name: name, doc: doc, parameters: infos, capability: capability, waits: waits
            ) { state, function in
                if let capability { try state.check(capability, for: function) }
                var reader = LuaArgumentReader(state, function, first: 1)
                return try body(state, repeat try reader.next(each parameters))
            })
    }
}

/// A named list of functions, registered as a table.
public struct LuaModule: Sendable {
    public let name: String
    public let doc: String
    public let functions: [LuaFunction]
    public var entries: [LuaEntry] { functions.map(\.entry) }

    public init(_ name: String, _ doc: String, _ functions: [LuaFunction]) {
        self.name = name
        self.doc = doc
        self.functions = functions
    }
}

/// Operators of a bound type.
public struct LuaOperators<Value: Sendable>: Sendable {
    let tostring: (@Sendable (Value) -> String)?
    let equals: (@Sendable (Value, Value) -> Bool)?
    let length: (@Sendable (Value, LuaState) -> Int)?
    let member: (@Sendable (Value, String) -> any LuaPushable)?
    let assign: (@Sendable (Value, LuaState, String) throws -> Void)?
    let call: (@Sendable (Value, LuaState) throws -> LuaReturn)?
    let close: (@Sendable (Value) -> Void)?

    /// - Parameters:
    ///   - tostring: the text of the object; without it the type's name.
    ///   - equals: whether two objects of the type are equal.
    ///   - length: what `#object` gives.
    ///   - member: a name that the list does not have. Without it that is an error naming the nearest.
    ///   - assign: `object.name = value`, the value on top of the stack. Without it that is an error.
    ///   - call: `object(…)`, arguments from index 2 on.
    ///   - close: the end of the scope of `local x <close> = object`.
    public init(
        tostring: (@Sendable (Value) -> String)? = nil, equals: (@Sendable (Value, Value) -> Bool)? = nil,
        length: (@Sendable (Value, LuaState) -> Int)? = nil,
        member: (@Sendable (Value, String) -> any LuaPushable)? = nil,
        assign: (@Sendable (Value, LuaState, String) throws -> Void)? = nil,
        call: (@Sendable (Value, LuaState) throws -> LuaReturn)? = nil,
        close: (@Sendable (Value) -> Void)? = nil
    ) {
        self.tostring = tostring
        self.equals = equals
        self.length = length
        self.member = member
        self.assign = assign
        self.call = call
        self.close = close
    }
}

/// A bound type: name, sentence, members, operators.
public struct LuaType<Value: LuaBound>: Sendable {
    public let descriptor: LuaTypeDescriptor

    public init(
        _ name: String, _ doc: String, bases: [String] = [], members: [LuaMember<Value>],
        operators: LuaOperators<Value> = LuaOperators()
    ) {
        descriptor = LuaTypeDescriptor(
            name: name, doc: doc, bases: bases, members: members.map(\.entry), operators: ErasedOperators(operators))
    }
}

/// A bound type without its Swift type: what the states and the reference work with.
public final class LuaTypeDescriptor: Sendable {
    public let name: String
    public let doc: String
    public let bases: [String]
    public let members: [LuaEntry]
    let operators: ErasedOperators

    init(name: String, doc: String, bases: [String], members: [LuaEntry], operators: ErasedOperators) {
        self.name = name
        self.doc = doc
        self.bases = bases
        self.members = members
        self.operators = operators
    }
}

/// Reads the arguments of one call in order.
struct LuaArgumentReader {
    private let state: LuaState
    private let function: String
    private let first: Int32
    private var index: Int32

    init(_ state: LuaState, _ function: String, first: Int32) {
        self.state = state
        self.function = function
        self.first = first
        index = first
    }

    mutating func next<T: LuaReadable>(_ param: Param<T>) throws(LuaError) -> T {
        defer { index += 1 }
        do {
            return try T.read(state, at: index)
        } catch {
            throw LuaError.argument(
                Int(index - first + 1), of: function, parameter: param.name, expected: error.expected,
                found: error.found)
        }
    }
}

extension LuaError {
    /// `bad argument #1 to 'Message:reply' (content: string expected, got a table)`.
    public static func argument(
        _ position: Int, of function: String, parameter: String, expected: String, found: String
    ) -> LuaError {
        LuaError(
            "TypeError", bases: [rootName],
            "bad argument #\(position) to '\(function)' (\(parameter): \(expected) expected, got \(found))")
    }
}
