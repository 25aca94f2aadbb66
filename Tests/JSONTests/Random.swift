import JSON

/// SplitMix64. A failing property test prints its seed; `MOONTIDE_SEED=… swift test` runs it again.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }
    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }
}

// MARK: - Random values

extension SeededRandom {
    /// A tree whose objects have no repeated names and whose numbers both Foundation and we hold exactly.
    mutating func value(depth: Int = 4) -> JSONValue {
        switch below(depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .bool(chance(2))
        case 2: return .number(Int64.random(in: .min ... .max, using: &self) >> Int64(below(64)))
        case 3: return JSONNumber(double()).map(JSONValue.number) ?? .null
        case 4, 5: return .string(string())
        case 6: return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
        default:
            var names = Set<String>()
            return .object(
                (0..<below(5)).compactMap { _ in
                    let name = string()
                    return names.insert(name).inserted ? JSONMember(name, value(depth: depth - 1)) : nil
                })
        }
    }

    mutating func double() -> Double {
        switch below(4) {
        case 0: return Double(Int.random(in: -1000...1000, using: &self)) / 8
        case 1: return Double.random(in: -1...1, using: &self)
        case 2: return Double(bitPattern: next())
        default: return pick([0, -0.0, 1.7976931348623157e308, 0.1, 1e22, 1e23, 123456789012345680])
        }
    }

    mutating func string() -> String {
        var text = ""
        for _ in 0..<(chance(10) ? below(100) : below(12)) { text.unicodeScalars.append(scalar()) }
        return text
    }

    mutating func scalar() -> Unicode.Scalar {
        let bound: UInt32 = pick([0x20, 0x7F, 0x80, 0x800, 0xD800, 0x110000])
        let scalar = Unicode.Scalar(UInt32.random(in: 0..<bound, using: &self)) ?? "\u{FFFD}"
        return scalar == "\u{FEFF}" ? "\u{FFFD}" : scalar  // Foundation drops some; see `Oracle.knownMisreading`
    }
}

// MARK: - Random texts

extension SeededRandom {
    /// The value written as somebody else might: blanks, escapes where none are needed, other notations of numbers.
    mutating func text(of value: JSONValue) -> String {
        switch value {
        case .null: return blanks() + "null" + blanks()
        case .bool(let flag): return blanks() + (flag ? "true" : "false") + blanks()
        case .number(let number): return blanks() + notation(number) + blanks()
        case .string(let text): return blanks() + quoted(text) + blanks()
        case .array(let values):
            return blanks() + "[" + (values.isEmpty ? blanks() : values.map { text(of: $0) }.joined(separator: ","))
                + "]"
                + blanks()
        case .object(let members):
            let inner = members.map { blanks() + quoted($0.name) + blanks() + ":" + text(of: $0.value) }
            return blanks() + "{" + (inner.isEmpty ? blanks() : inner.joined(separator: ",")) + "}" + blanks()
        }
    }

    mutating func blanks() -> String {
        guard chance(4) else { return "" }
        return String((0..<below(4)).map { _ in pick([" ", "\n", "\t", "\r"] as [Character]) })
    }

    private mutating func notation(_ number: JSONNumber) -> String {
        guard number.text.utf8.allSatisfy({ $0 == 0x2D || $0 & 0xF0 == 0x30 }), chance(3) else { return number.text }
        switch below(3) {
        case 0: return number.text + ".0"
        case 1: return number.text + "e0"
        default: return number.int64 == 0 ? "0E-2" : number.text + "00E-2"
        }
    }

    private mutating func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += chance(2) ? "\\\"" : "\\u0022"
            case "\\": result += "\\\\"
            case "/": result += chance(2) ? "\\/" : "/"
            case "\n": result += chance(2) ? "\\n" : "\\u000a"
            case "\u{8}": result += "\\b"
            default:
                if scalar.value < 0x20 || chance(6) {
                    for unit in String(scalar).utf16 {
                        let digits = String(unit, radix: 16, uppercase: chance(2))
                        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    /// Changes a few bytes: flips, insertions of bytes that matter in JSON, removals, copies.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(3) {
            guard !bytes.isEmpty else { break }
            let place = below(bytes.count)
            switch below(5) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
            case 1: bytes[place] ^= 1 << UInt8(below(8))
            case 2: bytes.insert(pick(Array("{}[],:\"\\0129-+.eEutfn /\u{1}".utf8)), at: place)
            case 3: bytes.remove(at: place)
            default:
                let end = min(bytes.count, place + below(6))
                bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
            }
        }
        return bytes
    }
}
