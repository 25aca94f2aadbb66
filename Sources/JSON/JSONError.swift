/// Why a text was not the JSON, or not the value, that was asked for, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of mistake it is. A struct, so that a new kind breaks no caller's switch.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Raw: String {
            case syntax, unexpectedEnd, typeMismatch, outOfRange, invalidString, invalidNumber, tooDeep, trailingBytes
            case invalidValue
        }
        private let raw: Raw

        /// A byte that cannot stand here.
        public static let syntax = Code(raw: .syntax)
        /// The text ends inside a value.
        public static let unexpectedEnd = Code(raw: .unexpectedEnd)
        /// A value of another kind stands here. The reader has consumed nothing: `skipValue` goes on.
        public static let typeMismatch = Code(raw: .typeMismatch)
        /// A number that does not fit the type asked for. The reader has consumed nothing.
        public static let outOfRange = Code(raw: .outOfRange)
        /// A bad escape, a lone surrogate, a control character or invalid UTF-8.
        public static let invalidString = Code(raw: .invalidString)
        /// A number that RFC 8259 does not allow, such as `01` or `1.`.
        public static let invalidNumber = Code(raw: .invalidNumber)
        /// More nested arrays and objects than the reader allows.
        public static let tooDeep = Code(raw: .tooDeep)
        /// Something follows the value.
        public static let trailingBytes = Code(raw: .trailingBytes)
        /// Correct JSON that its consumer refuses (`JSONReader.error(_:)`).
        public static let invalidValue = Code(raw: .invalidValue)

        public var description: String { raw.rawValue }
    }

    public let code: Code
    /// Byte offset from the beginning of the text.
    public let offset: Int
    /// Counts from 1; lines end with a line feed.
    public let line: Int
    /// Counts Unicode scalars from 1.
    public let column: Int
    /// What was expected and what was found, without the place.
    public let detail: String

    public init(code: Code, offset: Int, line: Int, column: Int, detail: String) {
        self.code = code
        self.offset = offset
        self.line = line
        self.column = column
        self.detail = detail
    }

    public var description: String { "line \(line), column \(column) (byte \(offset)): \(detail)" }
}
