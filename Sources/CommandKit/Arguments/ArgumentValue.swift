/// What a parameter got.
public enum ArgumentValue: Sendable {
    case string(String)
    case int(Int64)
    case number(Double)
    case bool(Bool)
    /// Nothing was written and there is no default: nil in a script.
    case absent
    /// What the caller made of a word that the parser asked it to convert.
    case custom(any Hashable & Sendable)
}

extension ArgumentValue: Hashable {
    public static func == (left: ArgumentValue, right: ArgumentValue) -> Bool {
        switch (left, right) {
        case (.string(let a), .string(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.absent, .absent): true
        case (.custom(let a), .custom(let b)): isEqual(a, b)
        case (.string, _), (.int, _), (.number, _), (.bool, _), (.absent, _), (.custom, _): false
        }
    }

    private static func isEqual<T: Hashable>(_ value: T, _ other: any Hashable) -> Bool {
        other as? T == value
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .string(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .bool(let value): hasher.combine(value)
        case .absent: hasher.combine(0)
        case .custom(let value): hasher.combine(value)
        }
    }
}
