import LuaRuntime

/// What one pack may use. A value for each `Limit`; infinity where there is none.
public struct PackLimits: Sendable, Equatable {
    private var values: [Double]
    /// Whether the pack is confined: breaches suspend it. The operator's own code is only warned about.
    public var isConfined: Bool

    private init(_ isConfined: Bool, _ value: (Limit.Entry) -> Double) {
        self.isConfined = isConfined
        values = Limit.allCases.map { value($0.entry) }
    }

    /// For the operator's own code: the PATH of the command line, a project's entry, trusted packs.
    public static let own = PackLimits(false) { $0.own }
    /// For every other pack.
    public static let confined = PackLimits(true) { $0.confined }

    /// The value in the limit's unit. What is set is brought into its range.
    public subscript(limit: Limit) -> Double {
        get { values[PackLimits.place(of: limit)] }
        set {
            let whole = limit.unit == .count || limit.unit == .bytes ? newValue.rounded(.down) : newValue
            let off = limit.mayBeOff && newValue == .infinity
            values[PackLimits.place(of: limit)] =
                off ? .infinity : min(max(whole, limit.range.lowerBound), limit.range.upperBound)
        }
    }

    private static let places = Dictionary(
        uniqueKeysWithValues: Limit.allCases.enumerated().map { ($0.element, $0.offset) })
    private static func place(of limit: Limit) -> Int { places[limit] ?? 0 }

    /// Reads `limits = { … }`, what it does not name as in `base`.
    ///
    /// - Throws: `LimitError`, which names the key, the nearest known one and what may be written.
    public init(parsing table: LuaValue, base: PackLimits) throws(LimitError) {
        self = base
        let entries: [LuaKey: LuaValue]
        switch table {
        case .nil: return
        case .table(let found): entries = found
        case .array(let list) where list.isEmpty: return
        default: throw LimitError(key: nil, "limits is no table: write limits = { memory = \"64M\", cpu = \"50ms\" }")
        }
        // In a fixed order, so that of two mistakes always the same one is told.
        for (key, value) in entries.sorted(by: { PackLimits.text($0.key) < PackLimits.text($1.key) }) {
            guard case .string(let name) = key, let limit = Limit(rawValue: name) else {
                throw PackLimits.unknown(PackLimits.text(key))
            }
            self[limit] = try PackLimits.value(value, of: limit)
        }
    }

    private static func text(_ key: LuaKey) -> String {
        switch key {
        case .string(let name): name
        case .int(let number): "[\(number)]"
        }
    }

    private static func unknown(_ name: String) -> LimitError {
        let known = Limit.allCases.map(\.name)
        let hint =
            Nearest.name(to: name, among: known).map { "did you mean \"\($0)\"?" }
            ?? "known are \(known.joined(separator: ", "))"
        return LimitError(key: name, "limits.\(name.prefix(60)) is no limit: \(hint)")
    }

    private static func value(_ value: LuaValue, of limit: Limit) throws(LimitError) -> Double {
        func refuse(_ found: String) -> LimitError {
            LimitError(
                key: limit.name,
                "limits.\(limit.name) is \(found): write \(limit.example)"
                    + (limit.mayBeOff ? ", or false for none" : ""))
        }
        let number: Double
        switch value {
        case .int(let given): number = Double(given)
        case .double(let given): number = given
        case .string(let text):
            guard let read = limit.value(of: text) else { throw refuse("\"\(text.prefix(40))\"") }
            number = read
        case .bool(false) where limit.mayBeOff: return .infinity
        case .bool(let given): throw refuse("\(given)")
        case .nil: throw refuse("nil")
        case .null: throw refuse("null")
        case .array, .table: throw refuse("a table")
        case .object: throw refuse("an object")
        }
        guard number.isFinite else { throw refuse("no finite number") }
        if limit.unit == .count || limit.unit == .bytes, number.rounded() != number { throw refuse("\(number)") }
        guard limit.range.contains(number) else {
            let least = limit.text(limit.range.lowerBound), greatest = limit.text(limit.range.upperBound)
            throw LimitError(
                key: limit.name, "limits.\(limit.name) is \(limit.text(number)): it may be \(least) to \(greatest)")
        }
        return number
    }

    /// The part that a Lua state enforces.
    public var lua: LuaLimits {
        func nanoseconds(_ limit: Limit) -> UInt64 { UInt64(self[limit] * 1e9) }
        var limits = LuaLimits(
            memory: Int(self[.memory]), cpu: nanoseconds(.cpu), loadCPU: nanoseconds(.loadCPU),
            invocations: Int(self[.invocations]))
        limits.share = self[.cpuShare].isFinite ? self[.cpuShare] : nil
        limits.timers = Int(self[.timers])
        return limits
    }

    /// Every limit with its value as it is written, in the order of the list.
    public var rows: [(limit: Limit, text: String)] { Limit.allCases.map { ($0, $0.text(self[$0])) } }
}

/// A mistake in `limits = { … }`.
public struct LimitError: Error, Sendable, CustomStringConvertible {
    /// The key that it is about; nil where the whole is no table.
    public let key: String?
    /// One sentence: what is wrong and what may be written.
    public let description: String

    init(key: String?, _ description: String) {
        self.key = key
        self.description = description
    }
}
