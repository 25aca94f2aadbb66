import JSON

extension JSONWriter {
    /// A value in its wire form.
    public mutating func value(_ value: some WireWritable) { value.write(to: &self) }

    /// An id as decimal text.
    public mutating func id<Subject>(_ id: ID<Subject>) { decimal(id.rawValue) }

    mutating func decimal(_ value: UInt64) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { buffer in
            var rest = value
            var start = 20
            repeat {
                start -= 1
                buffer[start] = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0")
                rest /= 10
            } while rest > 0
            string(bytes: UnsafeRawBufferPointer(rebasing: buffer[start..<20]))
        }
    }

    mutating func member<Subject>(_ name: StaticString, _ value: ID<Subject>) {
        key(name)
        id(value)
    }

    mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    mutating func member(_ name: StaticString, _ value: Int) {
        key(name)
        int(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    mutating func member(_ name: StaticString, _ value: Timestamp) {
        key(name)
        string(value.description)
    }

    mutating func member(_ name: StaticString, _ value: Permissions) {
        key(name)
        decimal(value.rawValue)
    }

    mutating func member(_ name: StaticString, _ value: some WireWritable) {
        key(name)
        value.write(to: &self)
    }

    mutating func member(_ name: StaticString, _ values: [some WireWritable]) {
        key(name)
        beginArray()
        for value in values { value.write(to: &self) }
        endArray()
    }

    mutating func member<Subject>(_ name: StaticString, _ values: [ID<Subject>]) {
        key(name)
        beginArray()
        for value in values { id(value) }
        endArray()
    }

    mutating func member(_ name: StaticString, _ values: [String]) {
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    // Members that are null where there is no value.

    mutating func nullable(_ name: StaticString, _ value: String?) {
        if let value { member(name, value) } else { nothing(name) }
    }

    mutating func nullable(_ name: StaticString, _ value: Int?) {
        if let value { member(name, value) } else { nothing(name) }
    }

    mutating func nullable(_ name: StaticString, _ value: Timestamp?) {
        if let value { member(name, value) } else { nothing(name) }
    }

    mutating func nullable<Subject>(_ name: StaticString, _ value: ID<Subject>?) {
        if let value { member(name, value) } else { nothing(name) }
    }

    mutating func nothing(_ name: StaticString) {
        key(name)
        null()
    }

    // Members that are left out where there is no value.

    mutating func optional(_ name: StaticString, _ value: String?) {
        if let value { member(name, value) }
    }

    mutating func optional(_ name: StaticString, _ value: Int?) {
        if let value { member(name, value) }
    }

    mutating func optional(_ name: StaticString, _ value: Bool?) {
        if let value { member(name, value) }
    }

    mutating func optional(_ name: StaticString, _ value: Timestamp?) {
        if let value { member(name, value) }
    }

    mutating func optional<Subject>(_ name: StaticString, _ value: ID<Subject>?) {
        if let value { member(name, value) }
    }

    mutating func optional(_ name: StaticString, _ value: (some WireWritable)?) {
        if let value { member(name, value) }
    }
}
