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

    private static func value<Value: LuaBound>(_ box: LuaBox) -> Value? {
        box.holds(Value.self) ? box.value(Value.self) : nil
    }
}

/// Holds a Swift value for Lua's userdata; immutable, so it may leave the state's thread.
class LuaBox: @unchecked Sendable {  // only immutable Sendable members, here and in the one subclass
    let descriptor: LuaTypeDescriptor
    /// The type of the value.
    private let type: ObjectIdentifier
    /// About how many bytes the host keeps with it.
    let cost: Int

    fileprivate init(_ type: ObjectIdentifier, _ descriptor: LuaTypeDescriptor, cost: Int) {
        self.type = type
        self.descriptor = descriptor
        self.cost = cost
    }

    /// Whether the value is of this type.
    final func holds<Value>(_: Value.Type) -> Bool { type == ObjectIdentifier(Value.self) }

    /// The value, which is of this type by `holds`. A cast to the subclass, or an optional of the value, would have metadata
    /// looked up each time, which takes longer than all else in reading a field.
    final func value<Value>(_: Value.Type) -> Value {
        withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { place in
            // One place was asked for: the address is there.
            let address = place.baseAddress.unsafelyUnwrapped
            copy(to: UnsafeMutableRawPointer(address))
            return address.move()
        }
    }

    /// Initializes memory for a value of the type with a copy of it.
    fileprivate func copy(to place: UnsafeMutableRawPointer) {}
}

final class LuaBoxOf<Value: Sendable>: LuaBox, @unchecked Sendable {  // immutable
    private let value: Value

    init(_ value: Value, _ descriptor: LuaTypeDescriptor, cost: Int) {
        self.value = value
        super.init(ObjectIdentifier(Value.self), descriptor, cost: cost + MemoryLayout<Value>.size + 64)
    }

    fileprivate override func copy(to place: UnsafeMutableRawPointer) {
        place.initializeMemory(as: Value.self, to: value)
    }
}
