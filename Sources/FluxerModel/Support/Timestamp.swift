/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Reads and prints the platform's ISO 8601 text without Foundation. Printing always has milliseconds and `Z`.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970; negative before.
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Reads `2026-08-31T09:14:02.000Z`: with or without a fraction (cut at milliseconds), `Z`, an offset such as
    /// `+02:00` or `+0200`, or none (taken as UTC). Nil where the text is no such moment.
    public init?(_ text: String) {
        var text = text
        guard let value = text.withUTF8({ Timestamp(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = value
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        var cursor = DigitCursor(bytes)
        guard
            let year = cursor.number(4), cursor.take("-"), let month = cursor.number(2), cursor.take("-"),
            let day = cursor.number(2), cursor.takeTimeMark(), let hour = cursor.number(2), cursor.take(":"),
            let minute = cursor.number(2), cursor.take(":"), let second = cursor.number(2),
            (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year), hour <= 23, minute <= 59,
            second <= 60
        else { return nil }
        let fraction = cursor.take(".") ? cursor.milliseconds() : 0
        guard let fraction, let offset = cursor.offsetMinutes(), cursor.isAtEnd else { return nil }
        let days = Self.daysSince1970(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + (minute - offset) * 60 + second
        milliseconds = Int64(seconds) * 1000 + Int64(fraction)
    }

    /// ISO 8601 in UTC with milliseconds: `2026-08-31T09:14:02.000Z`.
    public var description: String {
        let seconds = self.seconds
        let fraction = Int(milliseconds &- seconds &* 1000)
        var days = seconds / 86_400
        var rest = Int(seconds % 86_400)
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        let (year, month, day) = Self.date(daysSince1970: days)
        var text = ""
        text.reserveCapacity(24)
        Self.append(year, 4, to: &text)
        text += "-"
        Self.append(month, 2, to: &text)
        text += "-"
        Self.append(day, 2, to: &text)
        text += "T"
        Self.append(rest / 3600, 2, to: &text)
        text += ":"
        Self.append(rest / 60 % 60, 2, to: &text)
        text += ":"
        Self.append(rest % 60, 2, to: &text)
        text += "."
        Self.append(fraction, 3, to: &text)
        text += "Z"
        return text
    }

    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    private static func append(_ number: Int, _ width: Int, to text: inout String) {
        let digits = String(number.magnitude)
        if number < 0 { text += "-" }
        for _ in 0..<max(0, width - digits.utf8.count) { text += "0" }
        text += digits
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970 of a proleptic Gregorian date, counted in eras of 400 years that begin in March.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func date(daysSince1970 days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

/// Walks over the digits and marks of a timestamp.
private struct DigitCursor {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: mark) else { return false }
        index += 1
        return true
    }

    mutating func takeTimeMark() -> Bool { take("T") || take("t") || take(" ") }

    mutating func number(_ width: Int) -> Int? {
        guard bytes.count - index >= width else { return nil }
        var value = 0
        for _ in 0..<width {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
            index += 1
        }
        return value
    }

    /// The digits after the point, the first three counting; nil where there is none.
    mutating func milliseconds() -> Int? {
        var value = 0
        var count = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            if count < 3 { value = value * 10 + Int(digit) }
            count += 1
            index += 1
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 3 - count) { value *= 10 }
        return value
    }

    /// Minutes east of UTC: `Z`, an offset, or nothing.
    mutating func offsetMinutes() -> Int? {
        if isAtEnd || take("Z") || take("z") { return 0 }
        let sign: Int
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(2) else { return nil }
        _ = take(":")
        guard let minutes = number(2), hours <= 23, minutes <= 59 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
