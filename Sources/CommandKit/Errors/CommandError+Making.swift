/// The errors of this target and of the pipeline, with their texts. One place, so that a text is changed once.
extension CommandError {
    /// How much of what a user wrote a message repeats, in code points. The field has all of it.
    static let quotedLength = 100

    private static func parameter(_ name: String) -> Field {
        Field("param", .table([Field("name", .string(name))]))
    }

    // MARK: Finding and running a command

    /// No command answers to that name.
    public static func commandNotFound(_ name: String) -> CommandError {
        CommandError(
            .commandNotFound, "Command \"\(name.shortened(to: quotedLength))\" is not found",
            fields: [Field("command_name", .string(name))])
    }

    /// The command is there and switched off.
    public static func disabledCommand(_ name: String) -> CommandError {
        CommandError(.disabledCommand, "\(name) command is disabled", fields: [Field("command_name", .string(name))])
    }

    /// A check said no without an error of its own.
    public static func checkFailure(command name: String, isGlobal: Bool = false) -> CommandError {
        let which = isGlobal ? "The global check functions" : "The check functions"
        return CommandError(.checkFailure, "\(which) for command \(name) failed.")
    }

    /// The command's own code failed.
    ///
    /// - Parameters:
    ///   - original: what was raised.
    ///   - text: how it is told: `ScriptError: hello.lua:3: no such word`.
    ///   - phase: where it came from: `callback`, `check`, `before`, `after`.
    public static func invokeError(_ original: any Error, text: String, phase: String = "callback") -> CommandError {
        CommandError(
            .commandInvokeError, "Command raised an exception: \(text)", fields: [Field("phase", .string(phase))],
            original: original)
    }

    /// A name is taken.
    ///
    /// - Parameter detail: who wants it and who has it.
    public static func registrationError(_ name: String, isAlias: Bool, detail: String) -> CommandError {
        CommandError(
            .commandRegistrationError, detail,
            fields: [Field("name", .string(name)), Field("alias_conflict", .bool(isAlias))])
    }

    // MARK: Arguments

    /// A required parameter got nothing.
    public static func missingRequiredArgument(_ name: String, usage: String? = nil) -> CommandError {
        CommandError(
            .missingRequiredArgument, "\(name) is a required argument that is missing.", fields: [parameter(name)],
            usage: usage)
    }

    /// Text is left over, and the command takes none.
    public static func tooManyArguments(command name: String, usage: String? = nil) -> CommandError {
        CommandError(.tooManyArguments, "Too many arguments passed to \(name)", usage: usage)
    }

    /// A word is not what the parameter's type takes.
    public static func badArgument(
        converter: String, parameter name: String, argument: String, usage: String? = nil
    ) -> CommandError {
        CommandError(
            .badArgument, "Converting to \"\(converter)\" failed for parameter \"\(name)\".",
            fields: [
                parameter(name), Field("converter", .string(converter)), Field("argument", .string(argument)),
            ],
            usage: usage)
    }

    /// A word is neither a yes nor a no.
    public static func badBoolArgument(_ argument: String, parameter name: String, usage: String? = nil) -> CommandError
    {
        CommandError(
            .badBoolArgument, "\(argument.shortened(to: quotedLength)) is not a recognised boolean option",
            fields: [parameter(name), Field("argument", .string(argument))], usage: usage)
    }

    // MARK: Quotes

    static func unexpectedQuote(_ quote: Unicode.Scalar) -> CommandError {
        CommandError(
            .unexpectedQuoteError, "Unexpected quote mark, \(pythonLiteral(quote)), in non-quoted string",
            fields: [Field("quote", .string(String(quote)))])
    }

    static func invalidEndOfQuotedString(_ found: Unicode.Scalar) -> CommandError {
        CommandError(
            .invalidEndOfQuotedStringError,
            "Expected space after closing quotation but received \(pythonLiteral(found))",
            fields: [Field("char", .string(String(found)))])
    }

    static func expectedClosingQuote(_ quote: Unicode.Scalar) -> CommandError {
        CommandError(
            .expectedClosingQuoteError, "Expected closing \(quote).",
            fields: [Field("close_quote", .string(String(quote)))])
    }

    /// One code point as Python's `repr` shows it, since these texts are discord.py's.
    private static func pythonLiteral(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "'": return "\"'\""
        case "\\": return "'\\\\'"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator where scalar != " ":
            let digits = String(scalar.value, radix: 16)
            let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
            return "'\\\(letter)\(String(repeating: "0", count: max(0, width - digits.count)))\(digits)'"
        default:
            return "'\(scalar)'"
        }
    }
}
