/// A plain value that left its state: what can cross to another state, wait, or be kept.
///
/// Functions, coroutines and userdata other than bound objects are no such values; reading one is an error that names
/// the path to it.
public enum LuaValue: Sendable, Equatable {
    case `nil`
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    /// `fluxer.null`: JSON's null, where absence would mean "not sent".
    case null
    /// A list, or a table with the array mark.
    case array([LuaValue])
    /// A table with string or integer keys, in no order.
    case table([LuaKey: LuaValue])
    /// A bound object, equal to another if it is the same box.
    case object(LuaObject)

    /// Limits of what may cross: nesting of tables, and bytes of text and entries counted together.
    public static let depthLimit = 32
    public static let sizeLimit = 1 << 20
}

/// A key of a plain table.
public enum LuaKey: Sendable, Hashable {
    case string(String)
    case int(Int64)
}

/// A bound object outside its state. Holds the Swift value, not the Lua one.
public struct LuaObject: Sendable, Equatable {
    let box: LuaBox
    public static func == (left: LuaObject, right: LuaObject) -> Bool { left.box === right.box }
}

extension LuaValue: LuaPushable, LuaReadable {
    public static let luaExpectation = "a plain value"

    public func push(to state: LuaState) -> Int32 {
        switch self {
        case .nil: state.pushNil()
        case .bool(let value): state.push(value)
        case .int(let value): state.push(value)
        case .double(let value): state.push(value)
        case .string(let value): state.push(value)
        case .null: state.pushNull()
        case .array(let values):
            guard state.ensureStack(6) else {
                state.pushNil()
                return 1
            }
            state.pushTable(array: values.count)
            for (index, value) in values.enumerated() {
                _ = value.push(to: state)
                state.setIndex(Int64(index + 1))
            }
            state.markArray()
        case .table(let entries):
            guard state.ensureStack(6) else {
                state.pushNil()
                return 1
            }
            state.pushTable(hash: entries.count)
            for (key, value) in entries {
                switch key {
                case .string(let name): state.push(name)
                case .int(let number): state.push(number)
                }
                _ = value.push(to: state)
                state.rawSet()
            }
        case .object(let object): state.push(box: object.box)
        }
        return 1
    }

    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> LuaValue {
        do {
            return try state.value(at: index)
        } catch {
            throw LuaMismatch(expected: luaExpectation, found: error.message)
        }
    }
}

extension LuaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension LuaState {
    /// The plain value at `index`. Cyclic tables, tables deeper than 32 or larger than 1 MiB and values that cannot
    /// cross raise a `TypeError` that names the path.
    public func value(at index: Int32) throws(LuaError) -> LuaValue {
        var budget = LuaValue.sizeLimit
        return try value(at: absolute(index), path: [], budget: &budget)
    }

    private func value(at index: Int32, path: [String], budget: inout Int) throws(LuaError) -> LuaValue {
        func refuse(_ what: String) -> LuaError {
            let place = path.isEmpty ? "the value" : "value" + path.joined()
            return LuaError("TypeError", bases: [LuaError.rootName], "\(place) \(what)")
        }
        budget -= 16
        guard budget > 0 else { throw refuse("makes the whole larger than 1 MiB") }
        switch type(at: index) {
        case .none, .nil: return .nil
        case .boolean: return .bool(boolean(at: index))
        case .number:
            if let integer = exactInteger(at: index) { return .int(integer) }
            return .double(number(at: index) ?? 0)
        case .string:
            budget -= rawLength(at: index)
            guard budget > 0 else { throw refuse("makes the whole larger than 1 MiB") }
            return .string(string(at: index) ?? "")
        case .lightUserdata: return .null
        case .userdata:
            guard let box = box(at: index) else { throw refuse("is a userdata that cannot leave its pack") }
            return .object(LuaObject(box: box))
        case .function, .thread:
            throw refuse("is \(describe(at: index)), which cannot leave its pack")
        case .table: break
        }
        guard path.count < LuaValue.depthLimit else {
            throw refuse("is nested deeper than 32 tables, or contains itself")
        }
        guard ensureStack(6) else { throw refuse("finds no room: stack overflow") }
        let marked = isArray(at: index)
        var entries: [LuaKey: LuaValue] = [:]
        pushNil()
        while next(index) {
            let key: LuaKey
            let step: String
            if type(at: -2) == .string {
                let name = string(at: -2) ?? ""
                key = .string(name)
                step = ".\(name)"
                budget -= name.utf8.count
            } else if let number = exactInteger(at: -2) {
                key = .int(number)
                step = "[\(number)]"
            } else {
                let found = describe(at: -2)
                pop(2)
                throw refuse("has \(found) as a key")
            }
            let top = absolute(-1)
            do {
                entries[key] = try value(at: top, path: path + [step], budget: &budget)
            } catch {
                pop(2)
                throw error
            }
            pop()
        }
        let count = entries.count
        var list: [LuaValue] = []
        if count > 0 || marked {
            list.reserveCapacity(count)
            for number in 0..<count {
                guard let value = entries[.int(Int64(number + 1))] else { return .table(entries) }
                list.append(value)
            }
            return .array(list)
        }
        return .table(entries)
    }
}
