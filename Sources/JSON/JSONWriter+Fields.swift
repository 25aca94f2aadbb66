/// A member in one call: `writer.field("id", "1")`.
extension JSONWriter {
    public mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    public mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    public mutating func field<T: FixedWidthInteger>(_ name: StaticString, _ value: T) {
        key(name)
        int(value)
    }

    public mutating func field(_ name: StaticString, _ value: Double) {
        key(name)
        double(value)
    }

    public mutating func field(_ name: StaticString, _ value: JSONNumber) {
        key(name)
        number(value)
    }

    public mutating func field(_ name: StaticString, _ value: JSONValue) {
        key(name)
        self.value(value)
    }

    /// Writes the member, or nothing for nil.
    public mutating func fieldIfPresent(_ name: StaticString, _ value: String?) {
        if let value { field(name, value) }
    }

    /// Writes the member, or nothing for nil.
    public mutating func fieldIfPresent(_ name: StaticString, _ value: Bool?) {
        if let value { field(name, value) }
    }

    /// Writes the member, or nothing for nil.
    public mutating func fieldIfPresent<T: FixedWidthInteger>(_ name: StaticString, _ value: T?) {
        if let value { field(name, value) }
    }

    /// Writes the member, or nothing for nil.
    public mutating func fieldIfPresent(_ name: StaticString, _ value: Double?) {
        if let value { field(name, value) }
    }

    /// Writes the member, or nothing for nil.
    public mutating func fieldIfPresent(_ name: StaticString, _ value: JSONValue?) {
        if let value { field(name, value) }
    }
}
