/// The part of a parameter behind its name: type and default.
///
/// ```
/// type    = member {"|" member}
/// member  = string | integer | typename ["(" [number] ".." [number] ")"]
/// default = string | one or more of any but blank " ] >
/// string  = '"' {any | '\"' | '\\'} '"'
/// ```
extension SignatureReader {
    mutating func readType(of parameter: inout ParameterSyntax) throws(SignatureError) {
        guard peek == ":" else { return }
        repeat {
            index += 1
            let start = index
            parameter.type.append(.init(part: try readMember(), offset: start))
        } while peek == "|"
    }

    private mutating func readMember() throws(SignatureError) -> ParameterSyntax.Member {
        guard let scalar = peek else { throw error("a type is missing, such as int") }
        if scalar == "\"" { return .literalText(try readString()) }
        if scalar == "-" || scalar.isASCIIDigit { return .literalInteger(try readDigits()) }
        let start = index
        guard scalar.isASCIILetter || scalar == "_" else {
            throw error("a type is missing here, such as int; found \(found)")
        }
        while let scalar = peek, scalar.isASCIILetter || scalar.isASCIIDigit || scalar == "_" { index += 1 }
        let name = slice(start)
        guard peek == "(" else { return .named(name, range: nil) }
        index += 1
        let low = try readBound()
        guard looking(at: "..") else { throw error("a range is written (1..10), (..10) or (1..)") }
        index += 2
        let high = try readBound()
        guard peek == ")" else { throw error("a range is written (1..10), (..10) or (1..); expected \")\"") }
        index += 1
        return .named(name, range: (low, high))
    }

    /// One end of a range; empty where it is left open.
    private mutating func readBound() throws(SignatureError) -> String {
        guard let scalar = peek, scalar == "-" || scalar.isASCIIDigit else { return "" }
        let start = index
        _ = try readDigits()
        // `1..5`: the second dot tells a range from a decimal.
        if peek == ".", index + 1 < scalars.count, scalars[index + 1].isASCIIDigit {
            index += 1
            _ = try readDigits()
        }
        return slice(start)
    }

    private mutating func readDigits() throws(SignatureError) -> String {
        let start = index
        if peek == "-" { index += 1 }
        let digits = index
        while let scalar = peek, scalar.isASCIIDigit { index += 1 }
        guard index > digits else { throw error("a digit is missing here") }
        return slice(start)
    }

    mutating func readDefault(of parameter: inout ParameterSyntax) throws(SignatureError) {
        guard peek == "=", parameter.bracket == .optional else { return }
        index += 1
        let start = index
        if peek == "\"" {
            parameter.fallback = .init(part: .init(text: try readString(), isQuoted: true), offset: start)
            return
        }
        while let scalar = peek, !scalar.isBlank, !"\"]>".unicodeScalars.contains(scalar) {
            guard !scalar.isControl else { throw error("a default holds no control characters") }
            index += 1
        }
        let name = parameter.name.part
        if let scalar = peek, scalar == "\"" || scalar == ">" {
            throw error("a default that holds \(found) is quoted: [\(name)=\"…\"]")
        }
        guard index > start else {
            throw error("a default is missing behind \"=\"; an empty text is [\(name)=\"\"]")
        }
        parameter.fallback = .init(part: .init(text: slice(start), isQuoted: false), offset: start)
    }

    private mutating func readString() throws(SignatureError) -> String {
        let start = index
        var text = ""
        index += 1
        while let scalar = peek {
            index += 1
            if scalar == "\"" { return text }
            if scalar == "\\", let next = peek, next == "\"" || next == "\\" {
                text.unicodeScalars.append(next)
                index += 1
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        throw error("this quote is never closed", at: start)
    }

    // MARK: Looking and complaining

    var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    func looking(at word: String) -> Bool {
        index <= scalars.count && scalars[index...].starts(with: word.unicodeScalars)
    }

    mutating func skipBlanks() {
        while let scalar = peek, scalar.isBlank { index += 1 }
    }

    /// The text from `start` to here.
    func slice(_ start: Int) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[start..<index])
        return text
    }

    /// What stands here, for an error's text.
    var found: String {
        guard let scalar = peek else { return "the end" }
        if scalar.isBlank { return "a blank" }
        return scalar.isControl ? "a control character" : scalar == "\"" ? "a quote" : "\"\(scalar)\""
    }

    func error(_ message: String, at offset: Int? = nil) -> SignatureError {
        SignatureError(message, offset: offset ?? index, signature: text)
    }
}

extension Unicode.Scalar {
    /// A to z, `_`, and anything beyond ASCII that is neither blank nor control.
    var isIDLetter: Bool {
        isASCIILetter || self == "_" || (value > 0x7F && !isBlank && !isControl)
    }

    var isIDPart: Bool { isIDLetter || isASCIIDigit || self == "-" }
}
