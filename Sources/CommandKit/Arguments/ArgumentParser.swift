/// Turns the text behind a command's name into the values of its parameters.
///
/// It waits for nothing. Where a word is of a type that only the host can look up, it answers `.need` and goes on
/// when it is told the value:
///
/// ```swift
/// var parser = ArgumentParser(signature, arguments: call.arguments, usage: signature.usage(prefix: call.prefix))
/// var step = parser.start()
/// while case .need(let converter, let word) = step {
///     step = parser.resume(with: await lookUp(converter, word))
/// }
/// ```
public struct ArgumentParser: Sendable {
    /// What happens next.
    public enum Step: Sendable {
        /// The caller converts `word` for `currentParameter`, and answers with `resume` or `fail`.
        case need(converter: String, word: String)
        /// One value for each parameter, in their order.
        case done([ArgumentValue])
        /// The call was wrong.
        case failed(CommandError)
    }

    /// How a command wants its text read.
    public struct Options: Sendable, Hashable {
        /// Surplus text is dropped and not TooManyArguments.
        public var ignoresExtra = true
        /// A rest parameter gets its text with the blanks around it, and an empty one is no error.
        public var restIsRaw = false

        public init() {}
    }

    private let parameters: [Parameter]
    private let usage: UsageLine
    private let options: Options
    private var cursor: WordCursor
    private var values: [ArgumentValue] = []
    private var step: Step?

    public init(_ signature: Signature, arguments: WordCursor, usage: UsageLine, options: Options = Options()) {
        self.init(signature.parameters, arguments: arguments, usage: usage, options: options)
    }

    public init(_ parameters: [Parameter], arguments: WordCursor, usage: UsageLine, options: Options = Options()) {
        self.parameters = parameters
        self.usage = usage
        self.options = options
        self.cursor = arguments
        values.reserveCapacity(parameters.count)
    }

    /// Whose turn it is: `ctx.current_parameter`. Nil when all have their values.
    public var currentParameter: Parameter? {
        values.count < parameters.count ? parameters[values.count] : nil
    }

    /// The values so far, for an error card.
    public var valuesSoFar: [ArgumentValue] { values }

    /// Reads as far as it can. Asked again, it repeats its last answer.
    public mutating func start() -> Step {
        step ?? advance()
    }

    /// Takes the value that the last `.need` asked for, and reads on.
    public mutating func resume(with value: ArgumentValue) -> Step {
        guard case .need = step else { return start() }
        values.append(value)
        return advance()
    }

    /// Takes note that the word of the last `.need` cannot be converted.
    ///
    /// - Parameter error: why; without one it is a BadArgument that names converter and parameter.
    public mutating func fail(_ error: CommandError? = nil) -> Step {
        guard case .need(let converter, let word) = step, let parameter = currentParameter else { return start() }
        return end(.failed(error ?? badArgument(converter, parameter, word)))
    }

    // MARK: Reading

    private mutating func advance() -> Step {
        while let parameter = currentParameter {
            let word: String?
            do throws(CommandError) {
                word = try takeText(for: parameter)
            } catch {
                return end(.failed(error))
            }
            guard let word else {
                if parameter.isRequired {
                    return end(.failed(.missingRequiredArgument(parameter.name, usage: usage.description)))
                }
                values.append(parameter.fallback)
                continue
            }
            if case .converter(let converter) = parameter.type {
                return end(.need(converter: converter, word: word))
            }
            guard let value = PlainConversion.value(of: word, as: parameter.type) else {
                return end(.failed(mismatch(parameter, word)))
            }
            values.append(value)
        }
        if !options.ignoresExtra, !cursor.hasOnlyBlanksLeft {
            return end(.failed(.tooManyArguments(command: usage.command, usage: usage.description)))
        }
        return end(.done(values))
    }

    /// The parameter's text; nil where nothing is written for it.
    private mutating func takeText(for parameter: Parameter) throws(CommandError) -> String? {
        guard parameter.isRest else { return try cursor.word() }
        if options.restIsRaw { return String(cursor.rawRest()) }
        let rest = cursor.rest()
        return rest.isEmpty ? nil : rest
    }

    private mutating func end(_ step: Step) -> Step {
        self.step = step
        return step
    }

    private func mismatch(_ parameter: Parameter, _ word: String) -> CommandError {
        if parameter.type == .bool {
            return .badBoolArgument(word, parameter: parameter.name, usage: usage.description)
        }
        return badArgument(parameter.type.description, parameter, word)
    }

    private func badArgument(_ converter: String, _ parameter: Parameter, _ word: String) -> CommandError {
        .badArgument(converter: converter, parameter: parameter.name, argument: word, usage: usage.description)
    }
}
