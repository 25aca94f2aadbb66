/// Reads the text of a signature by the grammar of the mini-language.
///
/// ```
/// signature = name {"|" name} {blanks param} [blanks "--flags"]
/// param     = "<" ("@" id | rest | many | one) ">"
///           | "[" ("@" id | rest ["=" default] | many | tried | one ["=" default]) "]"
///           | "{" ("@" id | one) "}"
/// ```
///
/// Blanks at both ends of the text are passed over.
struct SignatureReader {
    let text: String
    let scalars: [Unicode.Scalar]
    var index = 0

    static func read(_ text: String) throws(SignatureError) -> SignatureSyntax {
        var reader = SignatureReader(text: text, scalars: Array(text.unicodeScalars))
        return try reader.readSignature()
    }

    // MARK: The line

    private mutating func readSignature() throws(SignatureError) -> SignatureSyntax {
        var syntax = SignatureSyntax()
        skipBlanks()
        syntax.names = try readNames()
        while true {
            let before = index
            skipBlanks()
            guard let scalar = peek else { return syntax }
            if let flags = syntax.flagsOffset {
                throw error("--flags is the last word: nothing can follow it", at: flags)
            }
            if let last = syntax.parameters.last {
                try check(last, allowsFollower: scalar)
                if before == index { throw error("a blank is missing before \(found)") }
            }
            if looking(at: "--") {
                syntax.flagsOffset = index
                try readFlags()
            } else if let bracket = ParameterSyntax.Bracket(rawValue: scalar) {
                syntax.parameters.append(try readParameter(bracket))
            } else {
                throw strayWord()
            }
        }
    }

    private func check(_ last: ParameterSyntax, allowsFollower next: Unicode.Scalar) throws(SignatureError) {
        switch last.form {
        case .rest: throw error("\(last.shortForm) takes the rest of the line: nothing can follow it")
        case .many: throw error("\(last.shortForm) takes all words that are left: nothing can follow it")
        case .one, .tried, .attachment: break
        }
    }

    private mutating func readNames() throws(SignatureError) -> [SignatureSyntax.Located<String>] {
        var names: [SignatureSyntax.Located<String>] = []
        while true {
            let start = index
            while let scalar = peek, !scalar.isBlank, scalar != "|" {
                guard !scalar.isControl else { throw error("a name holds no control characters") }
                index += 1
            }
            guard index > start else {
                throw error(names.isEmpty ? "a command needs a name" : "a name is missing beside \"|\"")
            }
            guard index - start <= Self.longestName else {
                throw error("a name has at most \(Self.longestName) characters", at: start + Self.longestName)
            }
            names.append(.init(part: slice(start), offset: start))
            guard peek == "|" else { return names }
            index += 1
        }
    }

    /// In code points.
    static let longestName = 100

    private mutating func readFlags() throws(SignatureError) {
        let start = index
        while let scalar = peek, !scalar.isBlank { index += 1 }
        guard slice(start) == "--flags" else {
            throw error("single flags are not written here: --flags stands for all of them", at: start)
        }
    }

    private func strayWord() -> SignatureError {
        if looking(at: "|") { return error("aliases are written without blanks: \"ban|hammer\"") }
        if looking(at: ">") || looking(at: "]") || looking(at: "}") { return error("\(found) closes nothing") }
        var ahead = self
        while let scalar = ahead.peek, !scalar.isBlank { ahead.index += 1 }
        let word = ahead.slice(index).shortened(to: 30)
        return error("a parameter stands in brackets: write <\(word)>, or [\(word)] if it may be left out")
    }

    // MARK: One parameter

    private mutating func readParameter(_ bracket: ParameterSyntax.Bracket) throws(SignatureError) -> ParameterSyntax {
        var parameter = ParameterSyntax(bracket: bracket, offset: index, formOffset: index)
        index += 1
        if peek == "@" {
            parameter.form = .attachment
            parameter.formOffset = index
            index += 1
            parameter.name = try readID(in: parameter)
        } else if looking(at: "...") {
            parameter.form = .rest
            parameter.formOffset = index
            index += 3
            parameter.name = try readID(in: parameter)
            try readType(of: &parameter)
            try readDefault(of: &parameter)
        } else {
            parameter.name = try readID(in: parameter)
            try readType(of: &parameter)
            if looking(at: "...") {
                parameter.form = .many
                parameter.formOffset = index
                index += 3
            } else {
                try readQuestionMark(of: &parameter)
                try readDefault(of: &parameter)
            }
        }
        try close(parameter)
        return parameter
    }

    private mutating func readID(in parameter: ParameterSyntax) throws(SignatureError)
        -> SignatureSyntax.Located<String>
    {
        let start = index
        if let scalar = peek, !scalar.isIDLetter {
            if scalar.isBlank { throw error("no blanks inside a parameter") }
            if scalar == parameter.bracket.closing { throw error("a parameter needs a name: <who>") }
            throw error("a parameter's name begins with a letter or _, not with \(found)")
        }
        while let scalar = peek, scalar.isIDPart { index += 1 }
        guard index > start else { throw unclosed(parameter) }
        return .init(part: slice(start), offset: start)
    }

    private mutating func readQuestionMark(of parameter: inout ParameterSyntax) throws(SignatureError) {
        guard peek == "?" else { return }
        if parameter.type.isEmpty {
            throw error("\"?\" stands behind a type; a parameter that may be left out is [\(parameter.name.part)]")
        }
        if parameter.bracket != .optional {
            throw error("\"?\" stands in square brackets only: [\(parameter.name.part):type?]")
        }
        parameter.form = .tried
        parameter.formOffset = index
        index += 1
    }

    private mutating func close(_ parameter: ParameterSyntax) throws(SignatureError) {
        guard let scalar = peek else { throw unclosed(parameter) }
        guard scalar == parameter.bracket.closing else {
            if scalar.isBlank { throw blankInside(parameter) }
            if scalar == "=" {
                throw error("a default stands in square brackets only: [\(parameter.name.part)=…]")
            }
            if ParameterSyntax.Bracket(rawValue: scalar) != nil { throw unclosed(parameter) }
            throw error("expected \"\(parameter.bracket.closing)\" here, found \(found)")
        }
        index += 1
    }

    /// A blank where the bracket should close: either a second word, or the bracket was forgotten.
    private func blankInside(_ parameter: ParameterSyntax) -> SignatureError {
        var ahead = index
        while ahead < scalars.count, ParameterSyntax.Bracket(rawValue: scalars[ahead]) == nil {
            if scalars[ahead] == parameter.bracket.closing {
                return parameter.fallback == nil
                    ? error("no blanks inside a parameter")
                    : error("a default that holds blanks is quoted: [\(parameter.name.part)=\"a b\"]")
            }
            ahead += 1
        }
        return unclosed(parameter)
    }

    private func unclosed(_ parameter: ParameterSyntax) -> SignatureError {
        error(
            "\"\(parameter.bracket.rawValue)\" is never closed: a \"\(parameter.bracket.closing)\" is missing",
            at: parameter.offset)
    }
}
