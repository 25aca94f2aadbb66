/// Turns a signature that is well written into parameters, and refuses what makes no sense or comes later.
struct SignatureRules {
    let text: String
    let converters: Set<String>

    func apply(to syntax: SignatureSyntax) throws(SignatureError) -> (names: [String], parameters: [Parameter]) {
        let names = try checkedNames(syntax.names)
        var parameters: [Parameter] = []
        var seen: Set<String> = []
        var firstOptional: ParameterSyntax?
        for written in syntax.parameters {
            try refuseLaterForms(written)
            guard seen.insert(written.name.part).inserted else {
                throw error("two parameters are called \"\(written.name.part)\"", at: written.name.offset)
            }
            switch written.bracket {
            case .optional: firstOptional = firstOptional ?? written
            case .required, .greedy:
                if let optional = firstOptional {
                    throw error(
                        "\(written.shortForm) is required and cannot follow \(optional.shortForm), "
                            + "which may be left out: write \(written.shortForm) \(optional.shortForm)",
                        at: written.offset)
                }
            }
            parameters.append(try parameter(written))
        }
        if let offset = syntax.flagsOffset {
            throw error("flags are not supported yet; write <...text> for the rest of the line", at: offset)
        }
        return (names, parameters)
    }

    private func checkedNames(_ written: [SignatureSyntax.Located<String>]) throws(SignatureError) -> [String] {
        var seen: Set<String> = []
        for name in written where !seen.insert(name.part).inserted {
            throw error("the name \"\(name.part)\" stands here twice", at: name.offset)
        }
        return written.map(\.part)
    }

    private func refuseLaterForms(_ written: ParameterSyntax) throws(SignatureError) {
        let name = written.name.part
        switch written.form {
        case .attachment:
            throw error("attachments (<@file>) are not supported yet", at: written.formOffset)
        case .many:
            throw error(
                "lists of words (\(written.shortForm)) are not supported yet; "
                    + "the rest of the line as one text is <...\(name)>",
                at: written.formOffset)
        case .tried:
            throw error(
                "trying a type ([\(name):type?]) is not supported yet; write [\(name):type]", at: written.formOffset)
        case .one, .rest: break
        }
        if written.bracket == .greedy {
            throw error(
                "greedy lists ({\(name)}) are not supported yet; write <\(name)> for one word", at: written.offset)
        }
    }

    // MARK: Type and default

    private func parameter(_ written: ParameterSyntax) throws(SignatureError) -> Parameter {
        let type = try type(of: written)
        let isRest = written.form == .rest
        let name = written.name.part
        guard written.bracket == .optional else { return Parameter(name, type ?? .string, isRest: isRest) }
        guard let fallback = written.fallback else {
            return Parameter(optional: name, type ?? .string, isRest: isRest)
        }
        let (found, value) = try self.value(of: fallback, as: type, for: name)
        return Parameter(
            optional: name, found, isRest: isRest, fallback: value, displayedFallback: fallback.part.text)
    }

    private func type(of written: ParameterSyntax) throws(SignatureError) -> ParameterType? {
        guard let first = written.type.first else { return nil }
        if written.type.count > 1 {
            throw error("a choice of types or values (|) is not supported yet; write one type", at: first.offset)
        }
        switch first.part {
        case .literalText, .literalInteger:
            throw error("fixed values as a type are not supported yet; write <\(written.name.part)>", at: first.offset)
        case .named(let typeName, let range):
            let type = try type(named: typeName, at: first.offset)
            if range != nil {
                throw error(
                    "ranges are not supported yet; write \(typeName)",
                    at: first.offset + typeName.unicodeScalars.count)
            }
            return type
        }
    }

    private func type(named name: String, at offset: Int) throws(SignatureError) -> ParameterType {
        if let plain = ParameterType.plain.first(where: { $0.description == name }) { return plain }
        if converters.contains(name) { return .converter(name) }
        let known = ParameterType.plain.map(\.description) + converters.sorted()
        let list = "types are \(known.joined(separator: ", "))"
        if Self.laterTypes.contains(name) {
            throw error("the type \"\(name)\" is not supported yet; \(list)", at: offset)
        }
        if let meant = Self.slips[name] ?? Suggestion.nearest(to: name, among: known) {
            throw error("there is no type \"\(name)\"; did you mean \"\(meant)\"?", at: offset)
        }
        throw error("there is no type \"\(name.shortened(to: 30))\"; \(list)", at: offset)
    }

    private func value(
        of fallback: SignatureSyntax.Located<ParameterSyntax.Default>, as type: ParameterType?, for name: String
    ) throws(SignatureError) -> (ParameterType, ArgumentValue) {
        let text = fallback.part.text
        guard let type = type ?? (fallback.part.isQuoted ? .string : Self.inferredType(of: text)) else {
            throw error(
                "\(text.shortened(to: 30)) does not fit into 64 bits; write [\(name)=\"…\"]", at: fallback.offset)
        }
        if case .converter(let converter) = type {
            throw error(
                "a default of type \"\(converter)\" cannot be written here; write [\(name):\(converter)]",
                at: fallback.offset)
        }
        guard let value = PlainConversion.value(of: text, as: type) else {
            throw error("the default \"\(text.shortened(to: 30))\" is no \(type)", at: fallback.offset)
        }
        return (type, value)
    }

    /// Integer, decimal, true or false, else text. Nil for an integer that is too large.
    private static func inferredType(of text: String) -> ParameterType? {
        if text == "true" || text == "false" { return .bool }
        let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = unsigned.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.unicodeScalars.allSatisfy(\.isASCIIDigit) }) else { return .string }
        guard parts.count == 1 else { return .number }
        return Int64(text) == nil ? nil : .int
    }

    /// Types of the language that no converter stands behind yet.
    private static let laterTypes: Set<String> = [
        "user", "member", "guild", "role", "channel", "text_channel", "voice_channel", "category", "message", "emoji",
        "partial_emoji", "sticker", "invite", "colour", "color", "object", "snowflake", "duration", "time", "timestamp",
        "date", "command", "url", "clean_content",
    ]

    /// What people write who come from other languages.
    private static let slips = [
        "str": "string", "text": "string", "integer": "int", "float": "number", "double": "number", "boolean": "bool",
    ]

    private func error(_ message: String, at offset: Int) -> SignatureError {
        SignatureError(message, offset: offset, signature: text)
    }
}
