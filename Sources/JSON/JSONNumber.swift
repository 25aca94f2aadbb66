/// A JSON number as it was written. What it is worth is asked for, so nothing is lost before.
///
/// Equality is that of the texts: `1` and `1.0` differ.
public struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
    /// The number as RFC 8259 writes it.
    public let text: String

    init(validated text: String) { self.text = text }

    /// Takes a text that is one JSON number, without blanks around it; nil for any other.
    public init?(_ text: String) {
        let whole = try? JSONReader.read(text) { (reader) throws(JSONError) in try reader.readRaw() }
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10,
            whole == 0..<text.utf8.count
        else { return nil }
        self.text = text
    }

    public init(_ value: some FixedWidthInteger) { text = String(value) }

    /// The shortest text that gives the same `Double` again; nil for NaN and the infinities, which JSON lacks.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// The value, if it is a whole number that fits: `1e2` is 100.
    public var int64: Int64? { withDecimal { $0.integer }?.value(as: Int64.self) }

    /// The value, if it is a whole number that fits.
    public var uint64: UInt64? { withDecimal { $0.integer }?.value(as: UInt64.self) }

    /// The nearest `Double`; infinite where the number is beyond its range.
    public var double: Double { withDecimal { $0.double } }

    /// Whether it is a whole number, of any size, in any notation.
    public var isInteger: Bool { withDecimal { $0.isInteger } }

    public var description: String { text }

    private func withDecimal<R>(_ body: (Decimal) -> R) -> R {
        var copy = text
        return copy.withUTF8 { body(Decimal(UnsafeRawBufferPointer($0))) }
    }
}
