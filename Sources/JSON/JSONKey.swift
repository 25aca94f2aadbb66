/// An object member's name, unescaped. Lives only inside the callback that receives it.
///
/// Compared with literals it makes no `String`: `switch key { case "id": … default: break }`.
public struct JSONKey: CustomStringConvertible {
    @usableFromInline let bytes: UnsafeRawBufferPointer

    @inlinable
    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The name as a `String`; makes one on each call.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    public var description: String { string }

    /// Lends the name's UTF-8.
    @inlinable
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { body(bytes) }

    @inlinable @inline(__always)
    public static func == (key: JSONKey, name: StaticString) -> Bool {
        guard name.hasPointerRepresentation else { return name.withUTF8Buffer { key.bytes.elementsEqual($0) } }
        guard key.bytes.count == name.utf8CodeUnitCount else { return false }
        guard let base = key.bytes.baseAddress else { return true }
        return sameBytes(base, UnsafeRawPointer(name.utf8Start), key.bytes.count)
    }

    @inlinable @inline(__always)
    public static func ~= (name: StaticString, key: JSONKey) -> Bool { key == name }
}

/// Whether `count` bytes are the same, eight at a time, the last eight overlapping.
@inlinable @inline(__always)
func sameBytes(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
    if count >= 8 {
        var index = 0
        while index &+ 8 < count {
            if left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                != right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            {
                return false
            }
            index &+= 8
        }
        return left.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            == right.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    }
    if count >= 4 {
        return left.loadUnaligned(as: UInt32.self) == right.loadUnaligned(as: UInt32.self)
            && left.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
                == right.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
    }
    for index in 0..<count
    where left.load(fromByteOffset: index, as: UInt8.self)
        != right.load(fromByteOffset: index, as: UInt8.self)
    { return false }
    return true
}
