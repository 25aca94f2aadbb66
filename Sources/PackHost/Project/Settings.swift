import LuaRuntime

/// A table of settings of a data file: reads by name, and errors name the path to what is wrong.
///
/// Names that nobody asked for are warned about by ``warnAboutOthers(known:)``, with the nearest that is known.
struct Settings {
    /// The file, as errors call it.
    let file: String
    /// Whose file it is, in errors.
    let pack: String
    /// Where the table stands: `packs.quotes`; empty for the file's own.
    let path: String
    private let entries: [LuaKey: LuaValue]

    /// - Throws: where the value is no table with names.
    init(_ value: LuaValue, file: String, pack: String, path: String = "") throws(PackError) {
        self.file = file
        self.pack = pack
        self.path = path
        switch value {
        case .nil: entries = [:]
        case .table(let found): entries = found
        case .array(let list) where list.isEmpty: entries = [:]
        default:
            throw PackError(
                .invalid, pack: pack, "\(file): \(path) is \(value.kind), expected a table with names")
        }
    }

    /// Names in order; what stands without a name is left out.
    var names: [String] {
        entries.keys.compactMap { if case .string(let name) = $0 { name } else { nil } }.sorted()
    }

    private func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// An error about the entry `name`.
    func error(_ name: String, _ what: String) -> PackError {
        PackError(.invalid, pack: pack, "\(file): \(place(name)) \(what)")
    }

    private func wrong(_ name: String, _ value: LuaValue, _ expected: String) -> PackError {
        error(name, "is \(value.kind), expected \(expected)")
    }

    /// The entry as it is; nil where there is none.
    func value(_ name: String) -> LuaValue { entries[.string(name)] ?? .nil }

    func string(_ name: String) throws(PackError) -> String? {
        switch value(name) {
        case .nil: return nil
        case .string(let text): return text
        case let other: throw wrong(name, other, "a string")
        }
    }

    func bool(_ name: String) throws(PackError) -> Bool? {
        switch value(name) {
        case .nil: return nil
        case .bool(let flag): return flag
        case let other: throw wrong(name, other, "true or false")
        }
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws(PackError) -> Int? {
        switch value(name) {
        case .nil: return nil
        case .int(let number):
            guard range.contains(number) else {
                throw error(name, "is \(number): it may be \(range.lowerBound) to \(range.upperBound)")
            }
            return Int(number)
        case let other: throw wrong(name, other, "a whole number")
        }
    }

    /// A list of strings; a single string counts as a list of one.
    func strings(_ name: String) throws(PackError) -> [String]? {
        switch value(name) {
        case .nil: return nil
        case .string(let text): return [text]
        case .array(let list):
            var texts: [String] = []
            for (number, item) in list.enumerated() {
                guard case .string(let text) = item else { throw wrong("\(name)[\(number + 1)]", item, "a string") }
                texts.append(text)
            }
            return texts
        case .table(let table) where table.isEmpty: return []
        case let other: throw wrong(name, other, "a list of strings")
        }
    }

    /// A table with names; an empty one where there is none.
    func table(_ name: String) throws(PackError) -> Settings {
        try Settings(value(name), file: file, pack: pack, path: place(name))
    }

    /// A line for each name that is not known.
    func warnAboutOthers(known: [String]) -> [String] {
        var warnings: [String] = []
        for name in names where !known.contains(name) {
            let hint =
                Nearest.name(to: name, among: known).map { "did you mean \($0)?" }
                ?? "known are \(known.sorted().joined(separator: ", "))"
            warnings.append("\(file): \(place(String(name.prefix(60)))) is no setting: \(hint)")
        }
        if entries.count > names.count {
            warnings.append("\(file): \(path.isEmpty ? "the table" : path) has items without a name")
        }
        return warnings
    }
}

extension LuaValue {
    /// What it is, for error texts.
    var kind: String {
        switch self {
        case .nil: "nil"
        case .bool: "a boolean"
        case .int, .double: "a number"
        case .string: "a string"
        case .null: "null"
        case .array: "a list"
        case .table: "a table"
        case .object: "an object"
        }
    }
}
