/// A value of many fields whose copies cost one retain.
///
/// The fields are read as members of the value itself. Writing a member makes a fresh box, so values stay values; use
/// `with` to change several at once.
@dynamicMemberLookup
public protocol Boxed: Sendable, Hashable {
    associatedtype Fields: Sendable, Hashable
    init(_ fields: Fields)
    /// All fields at once.
    var fields: Fields { get }
}

extension Boxed {
    @inlinable
    public subscript<Value>(dynamicMember path: KeyPath<Fields, Value>) -> Value { fields[keyPath: path] }

    /// The same value with changes.
    public func with(_ change: (inout Fields) -> Void) -> Self {
        var fields = fields
        change(&fields)
        return Self(fields)
    }
}

/// Immutable storage shared by copies.
@usableFromInline
final class Box<Fields: Sendable & Hashable>: Sendable, Hashable {
    @usableFromInline let fields: Fields
    @inlinable init(_ fields: Fields) { self.fields = fields }

    @inlinable static func == (left: Box, right: Box) -> Bool { left === right || left.fields == right.fields }
    @inlinable func hash(into hasher: inout Hasher) { hasher.combine(fields) }
}
