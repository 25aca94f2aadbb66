/// Why a command did not run, or not to its end. A script sees it as an error object.
public struct CommandError: Error, Sendable, CustomStringConvertible {
    /// A plain value that travels with an error.
    public indirect enum Value: Sendable, Hashable {
        case string(String), int(Int64), number(Double), bool(Bool)
        case list([Value])
        case table([Field])
    }

    /// One named value: `err.argument`.
    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: Value

        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The class of the error.
    public let kind: Kind
    /// One sentence, in discord.py's words where it has the error. `@everyone` and `@here` in it reach nobody.
    public let message: String
    /// What scripts read as fields, in this order.
    public let fields: [Field]
    /// The error that a command, check or converter of a script raised.
    public let original: (any Error)?
    /// How the command is called, for errors that the caller can mend: `!ban <who>`.
    public let usage: String?

    public init(
        _ kind: Kind, _ message: String, fields: [Field] = [], original: (any Error)? = nil, usage: String? = nil
    ) {
        self.kind = kind
        self.message = Defusing.massMentions(message)
        self.fields = fields
        self.original = original
        self.usage = usage
    }

    /// The class's name: `BadArgument`.
    public var name: String { kind.name }

    /// The names of the base classes, nearest first.
    public var bases: [String] { kind.bases }

    /// Whether the error is of the class of that name, or of one below it.
    public func isA(_ name: String) -> Bool { kind.isA(name) }

    public var description: String { "\(name): \(message)" }

    public subscript(field name: String) -> Value? {
        fields.first { $0.name == name }?.value
    }
}

extension CommandError {
    /// What the person who called the command is told. Nil where the fault is the script's: that is answered with
    /// a reference, not with its text.
    public var userMessage: String? {
        if isA("CommandInvokeError") || isA("ConversionError") { return nil }
        if isA("MissingRequiredArgument"), let parameter = parameterName {
            let missing = "`\(parameter)` is missing."
            return Defusing.massMentions(usage.map { "\(missing) Usage: \($0)" } ?? missing)
        }
        if isA("CommandOnCooldown"), case .number(let seconds) = self[field: "retry_after"] {
            return "slow down, try again in \(Self.tenths(seconds)) s"
        }
        if isA("MissingPermissions"), case .list(let missing) = self[field: "missing_permissions"] {
            let names = missing.compactMap { value in
                if case .string(let name) = value { name } else { nil }
            }
            return Defusing.massMentions("you need: " + names.joined(separator: ", "))
        }
        return message
    }

    private var parameterName: String? {
        guard case .table(let fields) = self[field: "param"],
            case .string(let name)? = fields.first(where: { $0.name == "name" })?.value
        else { return nil }
        return name
    }

    /// Seconds with one decimal, never negative. Without `rounded()`, which would need the C library's `round`.
    private static func tenths(_ seconds: Double) -> String {
        let tenths = max(0, seconds) * 10 + 0.5
        guard tenths < 1e15 else { return "\(seconds)" }
        return "\(Int64(tenths) / 10).\(Int64(tenths) % 10)"
    }
}
