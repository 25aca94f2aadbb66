/// A value of many fields whose copies cost one retain.
///
/// A conforming type reads its fields as its own members, by dynamic member lookup: the optimizer turns the key paths into
/// plain loads, also from other modules.
public protocol Boxed: Sendable, Hashable {
    associatedtype Fields: Sendable, Hashable
    init(_ fields: Fields)
    /// All fields at once.
    var fields: Fields { get }
}

extension Boxed {
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
