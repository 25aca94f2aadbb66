/// What a parameter's word is turned into.
public enum ParameterType: Sendable, Hashable, CustomStringConvertible {
    case string, int, number, bool
    /// A type that this target does not know: the argument parser asks for it with `.need`.
    case converter(String)

    /// The name as in a signature: `int`.
    public var description: String {
        switch self {
        case .string: "string"
        case .int: "int"
        case .number: "number"
        case .bool: "bool"
        case .converter(let name): name
        }
    }

    /// The four types that are converted here.
    static let plain: [ParameterType] = [.bool, .int, .number, .string]
}

/// One parameter of a command.
public struct Parameter: Sendable, Hashable {
    /// The name, unique in its command.
    public let name: String
    public let type: ParameterType
    /// Whether it takes the rest of the line and not one word. Only the last parameter does.
    public let isRest: Bool
    /// Whether its absence is an error.
    public let isRequired: Bool
    /// What stands for an optional parameter that is absent; `.absent` (nil in a script) without a default.
    public let fallback: ArgumentValue
    /// The default as help shows it. Nil: it is not shown.
    public let displayedFallback: String?

    /// A parameter that must be there.
    public init(_ name: String, _ type: ParameterType = .string, isRest: Bool = false) {
        self.init(name, type, isRest: isRest, isRequired: true, fallback: .absent, displayedFallback: nil)
    }

    /// A parameter that may be left out.
    ///
    /// - Parameter displayedFallback: the default as help shows it.
    public init(
        optional name: String, _ type: ParameterType = .string, isRest: Bool = false,
        fallback: ArgumentValue = .absent, displayedFallback: String? = nil
    ) {
        self.init(
            name, type, isRest: isRest, isRequired: false, fallback: fallback, displayedFallback: displayedFallback)
    }

    private init(
        _ name: String, _ type: ParameterType, isRest: Bool, isRequired: Bool, fallback: ArgumentValue,
        displayedFallback: String?
    ) {
        self.name = name
        self.type = type
        self.isRest = isRest
        self.isRequired = isRequired
        self.fallback = fallback
        self.displayedFallback = displayedFallback
    }

    /// As help shows it: `<who>`, `[n=5]`, `[reason]`. A rest parameter looks like any other, and an empty text
    /// as default is not shown (discord.py's rules).
    public var helpText: String {
        if isRequired { return "<\(name)>" }
        guard let displayedFallback, !displayedFallback.isEmpty else { return "[\(name)]" }
        return "[\(name)=\(displayedFallback)]"
    }
}
