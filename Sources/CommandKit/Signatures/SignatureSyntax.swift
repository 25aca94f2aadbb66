/// A signature as it was written: every form of the grammar, with the place of each part.
///
/// Reading is apart from deciding what is supported, so that a form which comes later is refused with its name,
/// at its place, and not as a stray character.
struct SignatureSyntax {
    /// Something and the code point at which it begins.
    struct Located<Part> {
        var part: Part
        var offset: Int
    }

    var names: [Located<String>] = []
    var parameters: [ParameterSyntax] = []
    /// Where `--flags` stands.
    var flagsOffset: Int?
}

/// One parameter as it was written.
struct ParameterSyntax {
    enum Bracket: Unicode.Scalar {
        case required = "<"
        case optional = "["
        case greedy = "{"

        var closing: Unicode.Scalar {
            switch self {
            case .required: ">"
            case .optional: "]"
            case .greedy: "}"
            }
        }
    }

    enum Form {
        /// One word: `<x>`.
        case one
        /// The rest of the line: `<...x>`.
        case rest
        /// All words that are left: `<x...>`.
        case many
        /// One word, given back if it does not fit: `[x:type?]`.
        case tried
        /// A file of the message: `<@x>`.
        case attachment
    }

    enum Member {
        /// `"on"`
        case literalText(String)
        /// `3`
        case literalInteger(String)
        /// `int` or, with the text of its two ends, `int(1..10)`.
        case named(String, range: (low: String, high: String)?)
    }

    struct Default {
        var text: String
        var isQuoted: Bool
    }

    var bracket: Bracket
    /// Of the opening bracket.
    var offset: Int
    var form = Form.one
    /// Of what makes the form: `...`, `@`, `?`.
    var formOffset: Int
    var name = SignatureSyntax.Located(part: "", offset: 0)
    /// The members of the type, of which there are several in a union; empty without a type.
    var type: [SignatureSyntax.Located<Member>] = []
    var fallback: SignatureSyntax.Located<Default>?

    /// The parameter for an error's text: `<who>`, `[n]`, `<...text>`.
    var shortForm: String {
        let inner =
            switch form {
            case .one, .tried: name.part
            case .rest: "...\(name.part)"
            case .many: "\(name.part)..."
            case .attachment: "@\(name.part)"
            }
        return "\(bracket.rawValue)\(inner)\(bracket.closing)"
    }
}
