import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lines of JSON on standard output, for the program that drives this one.
enum Report {
    enum Value {
        case number(Double)
        case text(String)

        var json: String {
            switch self {
            case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
            case .text(let text): "\"\(text)\""
            }
        }
    }

    static func line(_ event: String, _ values: [String: Value]) {
        let rest = values.sorted { $0.key < $1.key }.map { ", \"\($0.key)\": \($0.value.json)" }.joined()
        let line = Array("{\"event\": \"\(event)\"\(rest)}\n".utf8)
        _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}

/// Times of answers, in nanoseconds.
struct Latencies {
    private var values: [UInt64] = []

    init() { values.reserveCapacity(1 << 16) }

    mutating func add(_ value: UInt64) { values.append(value) }

    /// Milliseconds.
    var summary: [String: Report.Value] {
        let sorted = values.sorted()
        func at(_ part: Double) -> Report.Value {
            guard !sorted.isEmpty else { return .number(0) }
            return .number(Double(sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]) / 1e6)
        }
        return ["p50": at(0.5), "p99": at(0.99), "max": at(1)]
    }
}
