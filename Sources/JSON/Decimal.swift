/// A validated JSON number taken apart: its sign, its digits as far as 64 bits hold them, its power of ten.
struct Decimal {
    private let text: UnsafeRawBufferPointer
    private var negative = false
    /// All significant digits, trailing zeros taken off, if they fit; else nil.
    private var digits: UInt64? = 0
    /// The value is `digits` times ten to this. Clamped; far beyond what any type holds.
    private var exponent = 0

    /// Takes a text that `scanNumber` has accepted.
    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
        var fraction = false
        /// Zeros seen after the last digit that is none: they count only if another digit follows.
        var zeros = 0
        var index = 0
        var written = 0
        if text.first == UInt8(ascii: "-") {
            negative = true
            index = 1
        }
        while index < text.count {
            let next = text[index]
            index &+= 1
            if next == UInt8(ascii: ".") {
                fraction = true
            } else if next | 0x20 == UInt8(ascii: "e") {
                written = Self.exponent(text[index...])
                break
            } else {
                if fraction { exponent &-= 1 }
                if next == UInt8(ascii: "0") {
                    zeros &+= 1
                } else {
                    append(next &- UInt8(ascii: "0"), afterZeros: zeros)
                    zeros = 0
                }
            }
        }
        if digits == 0 {
            exponent = 0
        } else {
            exponent = exponent &+ zeros &+ written
        }
    }

    private mutating func append(_ digit: UInt8, afterZeros zeros: Int) {
        guard var value = digits else { return }
        for _ in 0..<(value == 0 ? 0 : zeros) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return digits = nil }
            value = product
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        digits = overflow || carry ? nil : sum
    }

    private static func exponent(_ text: Slice<UnsafeRawBufferPointer>) -> Int {
        var value = 0
        var negative = false
        for next in text {
            if next == UInt8(ascii: "-") {
                negative = true
            } else if next != UInt8(ascii: "+"), value < 1_000_000_000_000 {
                value = value &* 10 &+ Int(next &- UInt8(ascii: "0"))
            }
        }
        return negative ? -value : value
    }

    /// The value as an integer, if it is one of at most 64 bits.
    var integer: IntegerParts? {
        guard var magnitude = digits, exponent >= 0, exponent < 20 || magnitude == 0 else { return nil }
        for _ in 0..<exponent {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            magnitude = product
        }
        return IntegerParts(negative: negative, magnitude: magnitude)
    }

    /// Whether the value has no fraction, however large it is.
    var isInteger: Bool { exponent >= 0 }

    /// The nearest `Double`; infinite where it is too large.
    var double: Double {
        // Both operands are exact up to 2^53 and 10^22, so one operation rounds once (Clinger's fast path).
        if let digits, digits < 1 << 53, exponent >= -22, exponent <= 22 {
            let value = Double(digits)
            let scaled = exponent < 0 ? value / Self.powers[-exponent] : value * Self.powers[exponent]
            return negative ? -scaled : scaled
        }
        return Double(String(decoding: text, as: UTF8.self)) ?? (negative ? -.infinity : .infinity)
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
