import JSON

/// Readers that answer nil for a value of another type instead of failing. Broken JSON still throws.
extension JSONReader {
    /// An id as decimal text or as a number.
    @inline(__always)
    mutating func id<Subject>(_: Subject.Type = Subject.self) throws(JSONError) -> ID<Subject>? {
        guard let value = try unsigned() else { return nil }
        return ID(value)
    }

    /// An unsigned 64-bit number as decimal text (ids, permission masks) or as a number.
    mutating func unsigned() throws(JSONError) -> UInt64? {
        switch try peek() {
        case .string:
            return try withStringBytes { Snowflake.parse($0) }
        case .number:
            return try tolerantInteger()
        default:
            try skipValue()
            return nil
        }
    }

    mutating func text() throws(JSONError) -> String? {
        if try peek() == .string { return try readString() }
        try skipValue()
        return nil
    }

    /// An integer, also as text: the official client tolerates numeric text.
    mutating func integer() throws(JSONError) -> Int? {
        switch try peek() {
        case .number:
            return try tolerantInteger()
        case .string:
            return Int(try readString())
        default:
            try skipValue()
            return nil
        }
    }

    mutating func number() throws(JSONError) -> Double? {
        if try peek() == .number { return try readDouble() }
        try skipValue()
        return nil
    }

    mutating func flag() throws(JSONError) -> Bool? {
        if try peek() == .bool { return try readBool() }
        try skipValue()
        return nil
    }

    /// ISO 8601 text.
    mutating func timestamp() throws(JSONError) -> Timestamp? {
        if try peek() == .string { return try withStringBytes { Timestamp($0) } }
        try skipValue()
        return nil
    }

    /// An object, read by `T`. An object that lacks what `T` needs is skipped and reads as absent.
    mutating func object<T: WireReadable>(_: T.Type = T.self) throws(JSONError) -> T? {
        guard try peek() == .object else {
            try skipValue()
            return nil
        }
        return try attempt { (reader) throws(JSONError) in try T(from: &reader) }
    }

    /// An array of objects; whatever is not a `T` is left out.
    mutating func list<T: WireReadable>(_: T.Type = T.self) throws(JSONError) -> [T] {
        var items: [T] = []
        try elements { (reader) throws(JSONError) in
            if let item = try reader.object(T.self) { items.append(item) }
        }
        return items
    }

    /// An array of ids.
    mutating func ids<Subject>(of _: Subject.Type = Subject.self) throws(JSONError) -> [ID<Subject>] {
        var items: [ID<Subject>] = []
        try elements { (reader) throws(JSONError) in
            if let item = try reader.id(Subject.self) { items.append(item) }
        }
        return items
    }

    /// An array of texts.
    mutating func texts() throws(JSONError) -> [String] {
        var items: [String] = []
        try elements { (reader) throws(JSONError) in
            if let item = try reader.text() { items.append(item) }
        }
        return items
    }

    /// The elements of an array; anything else has none.
    mutating func elements(_ body: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        if try peek() == .array { try readArray(body) } else { try skipValue() }
    }

    /// The members of an object; anything else has none.
    mutating func members(_ body: (JSONKey, inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        if try peek() == .object { try readObject(body) } else { try skipValue() }
    }

    /// The value, or an error that names what is missing.
    func require<T>(_ value: T?, _ name: StaticString) throws(JSONError) -> T {
        guard let value else { throw error("\(name) is missing") }
        return value
    }

    private mutating func tolerantInteger<T: FixedWidthInteger>() throws(JSONError) -> T? {
        try attempt { (reader) throws(JSONError) in try reader.readInt(T.self) }
    }
}
