/// One member of an object, where order is kept.
public struct JSONMember: Sendable, Hashable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// A JSON text as a tree, for places where speed does not count.
///
/// Objects keep the order of their members, and their repetitions; equality observes both.
public indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// Parses a complete text.
    public init(parsing bytes: [UInt8], depthLimit: Int = 200) throws(JSONError) {
        self = try JSONReader.read(bytes, depthLimit: depthLimit) { (reader) throws(JSONError) in
            try JSONValue(from: &reader)
        }
    }

    /// Parses a complete text.
    public init(parsing text: String, depthLimit: Int = 200) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), depthLimit: depthLimit)
    }

    /// Consumes the reader's next value. Goes as deep as the reader's limit allows.
    public init(from reader: inout JSONReader) throws(JSONError) {
        switch try reader.peek() {
        case .null:
            try reader.readNull()
            self = .null
        case .bool:
            self = .bool(try reader.readBool())
        case .number:
            self = .number(try reader.readNumber())
        case .string:
            self = .string(try reader.readString())
        case .array:
            var values: [JSONValue] = []
            try reader.readArray { (reader) throws(JSONError) in values.append(try JSONValue(from: &reader)) }
            self = .array(values)
        case .object:
            var members: [JSONMember] = []
            try reader.readObject { (key, reader) throws(JSONError) in
                members.append(JSONMember(key.string, try JSONValue(from: &reader)))
            }
            self = .object(members)
        }
    }

    /// The value as JSON text in UTF-8, without blanks.
    public func serialize() -> [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}

extension JSONWriter {
    /// Writes a tree.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let value): number(value)
        case .string(let text): string(text)
        case .array(let values):
            array { for value in values { $0.value(value) } }
        case .object(let members):
            object {
                for member in members {
                    $0.key(member.name)
                    $0.value(member.value)
                }
            }
        }
    }
}

// MARK: - Reading

extension JSONValue {
    public var kind: JSONKind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The member of that name, the last one if it is repeated; nil if there is none or this is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The element at that place; nil beyond the end or if this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let values) = self, values.indices.contains(index) else { return nil }
        return values[index]
    }

    public var isNull: Bool { self == .null }

    public var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    public var boolValue: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    /// The number, if it is a whole one that fits.
    public var intValue: Int? { numberValue?.int64.flatMap(Int.init(exactly:)) }

    public var doubleValue: Double? { numberValue?.double }

    public var numberValue: JSONNumber? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    public var arrayValue: [JSONValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    public var objectValue: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }
}
