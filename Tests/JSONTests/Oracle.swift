import Foundation
import JSON

/// Foundation's reader and writer, and where they are known to differ from RFC 8259 or from us.
enum Oracle {
    /// What Foundation makes of a text; nil where it refuses it. Its depth limit is 512.
    static func parse(_ bytes: [UInt8]) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
    }

    static func serialize(_ value: JSONValue) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: foundation(value), options: [.fragmentsAllowed]))
    }

    private static func foundation(_ value: JSONValue) -> Any {
        switch value {
        case .null: NSNull()
        case .bool(let flag): flag
        case .number(let number): number.int64 ?? number.double
        case .string(let text): text
        case .array(let values): values.map(foundation)
        case .object(let members):
            Dictionary(members.map { ($0.name, foundation($0.value)) }, uniquingKeysWith: { $1 })
        }
    }

    /// Whether both mean the same.
    static func agrees(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null:
            return theirs is NSNull
        case .bool(let flag):
            return isBoolean(theirs) && theirs as? Bool == flag
        case .string(let text):
            return (theirs as? String).map { $0.utf8.elementsEqual(text.utf8) } ?? false
        case .number(let number):
            guard let value = theirs as? NSNumber, !isBoolean(theirs) else { return false }
            if let integer = number.int64, value.int64Value == integer { return true }
            if value.doubleValue == number.double { return true }
            // Long numbers are of a decimal type of 38 digits: its text is right, its `doubleValue` off by some ulps.
            guard value is NSDecimalNumber, let exact = Double(value.stringValue) else { return false }
            return abs(exact - number.double) <= (number.text.utf8.count > 38 ? number.double.ulp : 0)
        case .array(let values):
            guard let array = theirs as? [Any], array.count == values.count else { return false }
            return zip(values, array).allSatisfy { agrees($0, $1) }
        case .object(let members):
            guard let object = theirs as? [String: Any] else { return false }
            let last = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            return last.count == object.count
                && last.allSatisfy { name, value in object[name].map { agrees(value, $0) } ?? false }
        }
    }

    private static func isBoolean(_ value: Any) -> Bool {
        (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
    }

    /// Why Foundation may read another value than we do; nil if it may not.
    static func knownMisreading(_ bytes: [UInt8]) -> String? {
        if bytes.prefix(4).contains(0) { return "it guesses UTF-16 and UTF-32 from the first four bytes" }
        if bytes.indices.contains(where: { bytes[$0...].starts(with: [0xEF, 0xBB, 0xBF]) }) {
            return "it drops U+FEFF where a piece of a string begins with it, for example after an escape"
        }
        return nil
    }

    /// Why Foundation may accept what we refuse; nil if it may not.
    static func knownLeniency(_ bytes: [UInt8], _ error: JSONError) -> String? {
        if bytes.prefix(4).contains(0) || bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: [0xFE, 0xFF])
            || bytes.starts(with: [0xFF, 0xFE])
        {
            return "it guesses UTF-16 and UTF-32 from the first four bytes and takes a byte order mark"
        }
        if error.offset < bytes.count, [UInt8(ascii: "]"), UInt8(ascii: "}")].contains(bytes[error.offset]) {
            let before = bytes[..<error.offset].last { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
            if before == UInt8(ascii: ",") { return "it takes a comma before the closing bracket" }
        }
        return nil
    }

    /// Why Foundation may refuse what we accept; nil if it may not.
    static func knownStrictness(_ value: JSONValue) -> String? {
        switch value {
        case .number(let number):
            return number.double.isFinite ? nil : "it refuses numbers beyond the range of Double"
        case .array(let values): return values.lazy.compactMap(knownStrictness).first
        case .object(let members): return members.lazy.compactMap { knownStrictness($0.value) }.first
        case .null, .bool, .string: return nil
        }
    }
}
