/// Operators with the Swift type inside the closures.
struct ErasedOperators: Sendable {
    let tostring: (@Sendable (LuaBox) -> String)?
    let equals: (@Sendable (LuaBox, LuaBox) -> Bool)?
    let length: (@Sendable (LuaBox, LuaState) -> Int)?
    let member: (@Sendable (LuaBox, String) -> any LuaPushable)?
    let assign: (@Sendable (LuaBox, LuaState, String) throws -> Void)?
    let call: (@Sendable (LuaBox, LuaState) throws -> LuaReturn)?
    let close: (@Sendable (LuaBox) -> Void)?

    init<Value: LuaBound>(_ operators: LuaOperators<Value>) {
        if let body = operators.tostring {
            tostring = { box in
                guard let value: Value = Self.value(box) else { return "" }
                return body(value)
            }
        } else {
            tostring = nil
        }
        if let body = operators.length {
            length = { box, state in
                guard let value: Value = Self.value(box) else { return 0 }
                return body(value, state)
            }
        } else {
            length = nil
        }
        if let body = operators.equals {
            equals = { left, right in
                guard let left: Value = Self.value(left), let right: Value = Self.value(right) else { return false }
                return body(left, right)
            }
        } else {
            equals = nil
        }
        if let body = operators.member {
            member = { box, name in
                guard let value: Value = Self.value(box) else { return LuaValue.nil }
                return body(value, name)
            }
        } else {
            member = nil
        }
        if let body = operators.assign {
            assign = { box, state, name in
                if let value: Value = Self.value(box) { try body(value, state, name) }
            }
        } else {
            assign = nil
        }
        if let body = operators.call {
            call = { box, state in
                guard let value: Value = Self.value(box) else { return .values(0) }
                return try body(value, state)
            }
        } else {
            call = nil
        }
        if let body = operators.close {
            close = { box in
                if let value: Value = Self.value(box) { body(value) }
            }
        } else {
            close = nil
        }
    }

    private static func value<Value: LuaBound>(_ box: LuaBox) -> Value? { (box as? LuaBoxOf<Value>)?.value }
}

/// Holds a Swift value for Lua's userdata; immutable, so it may leave the state's thread.
class LuaBox: @unchecked Sendable {  // only immutable Sendable members, here and in the one subclass
    let descriptor: LuaTypeDescriptor
    /// About how many bytes the host keeps with it.
    let cost: Int
    init(_ descriptor: LuaTypeDescriptor, cost: Int) {
        self.descriptor = descriptor
        self.cost = cost
    }
}

final class LuaBoxOf<Value: Sendable>: LuaBox, @unchecked Sendable {  // immutable
    let value: Value
    init(_ value: Value, _ descriptor: LuaTypeDescriptor, cost: Int) {
        self.value = value
        super.init(descriptor, cost: cost + MemoryLayout<Value>.size + 64)
    }
}
