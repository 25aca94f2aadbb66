/// How values of limits are written and read.
extension Limit {
    /// `64M`, `50ms`, `120/m`, `1,000`, `none`: as the table shows it.
    public func text(_ value: Double) -> String {
        guard value.isFinite else { return "none" }
        switch unit {
        case .bytes:
            for (factor, letter) in [(1_073_741_824.0, "G"), (1_048_576, "M"), (1_024, "K")]
            where value >= factor && (value / factor).rounded() == value / factor {
                return Limit.plain(value / factor) + letter
            }
            return Limit.plain(value)
        case .seconds:
            return value < 1 ? Limit.plain((value * 1e6).rounded() / 1e3) + "ms" : Limit.plain(value) + "s"
        case .cores: return Limit.plain(value)
        case .count: return Limit.plain(value)
        case .perSecond: return Limit.plain(value) + "/s"
        case .perMinute: return Limit.plain(value) + "/m"
        }
    }

    /// Whole numbers in groups of three, others with what they need.
    private static func plain(_ value: Double) -> String {
        guard let whole = Int64(exactly: value) else { return "\(value)" }
        var digits = "\(whole)", groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return ([digits] + groups).joined(separator: ",")
    }

    /// How a value is written, for errors.
    var example: String {
        switch unit {
        case .bytes: "bytes such as \"64M\""
        case .seconds: "a duration such as \"50ms\""
        case .cores: "cores such as 0.5"
        case .count: "a whole number"
        case .perSecond: "a rate such as \"5/s\""
        case .perMinute: "a rate such as \"120/m\""
        }
    }

    /// The value of a text such as `"64M"`; nil where it is none.
    func value(of text: String) -> Double? {
        let text = text.filter { $0 != " " && $0 != "_" }.lowercased()
        let head = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(head), number.isFinite else { return nil }
        let tail = String(text.dropFirst(head.count))
        let factor: Double?
        switch unit {
        case .bytes:
            factor =
                [
                    "": 1, "b": 1, "k": 1_024, "kb": 1_024, "kib": 1_024, "m": 1_048_576, "mb": 1_048_576,
                    "mib": 1_048_576, "g": 1_073_741_824, "gb": 1_073_741_824, "gib": 1_073_741_824,
                ][tail]
        case .seconds: factor = ["": 1, "ms": 1e-3, "s": 1, "m": 60, "min": 60][tail]
        case .cores: factor = ["": 1, "%": 0.01][tail]
        case .count: factor = ["": 1][tail]
        case .perSecond: factor = ["": 1, "/s": 1, "/m": 1.0 / 60, "/min": 1.0 / 60, "/h": 1.0 / 3600][tail]
        case .perMinute: factor = ["": 1, "/s": 60, "/m": 1, "/min": 1, "/h": 1.0 / 60][tail]
        }
        guard let factor else { return nil }
        // Not `50 * 1e-3`, which is not 0.05.
        return tail == "ms" ? number / 1_000 : number * factor
    }
}
