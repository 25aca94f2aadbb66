import LuaRuntime

/// A readable text of a Lua value: tables with their keys in order, cycles and depth cut, no function of the script called.
struct Inspector {
    /// Levels of tables shown.
    private let depth: Int
    /// Bytes of text.
    private static let size = 32_768
    /// Entries of one table.
    private static let entries = 1_000
    private static let width = 72

    private var text = ""
    private var open: [UnsafeRawPointer] = []
    private let state: LuaState

    static func text(of index: Int32, in state: LuaState, depth: Int) -> String {
        var inspector = Inspector(state, depth)
        inspector.write(state.absolute(index), indent: 0)
        return inspector.text
    }

    private init(_ state: LuaState, _ depth: Int) {
        self.state = state
        self.depth = depth
    }

    private mutating func write(_ index: Int32, indent: Int) {
        guard text.utf8.count < Inspector.size else { return }
        switch state.type(at: index) {
        case .none, .nil: text += "nil"
        case .boolean: text += state.boolean(at: index) ? "true" : "false"
        case .number: text += state.string(at: index) ?? "0"
        case .string: text += Inspector.quoted(state.string(at: index) ?? "")
        case .lightUserdata: text += state.isNull(at: index) ? "fluxer.null" : "<pointer>"
        case .function:
            if let (file, lines) = state.extent(at: index) {
                text += "<function \(file):\(lines.lowerBound)>"
            } else {
                text += "<function>"
            }
        case .thread: text += "<coroutine>"
        case .userdata: text += state.summary(at: index) ?? "<userdata>"
        case .table: writeTable(index, indent: indent)
        }
    }

    private mutating func writeTable(_ index: Int32, indent: Int) {
        guard let identity = state.identity(at: index), !open.contains(identity) else { return text += "<cycle>" }
        guard open.count < depth, state.ensureStack(8) else { return text += "{ … }" }
        open.append(identity)
        defer { open.removeLast() }
        let isArray = state.isArray(at: index)
        var (keys, left) = keys(of: index)
        guard !keys.isEmpty else { return text += isArray ? "fluxer.array{}" : "{}" }
        keys.sort()
        let start = text
        // On one line where it fits.
        var parts = written(keys, index, indent: indent + 1)
        if left > 0 { parts.append("… \(left) more") }
        let line = "{ \(parts.joined(separator: ", ")) }"
        if line.utf8.count + indent * 2 <= Inspector.width, !line.contains("\n") {
            text = start + line
            return
        }
        let margin = String(repeating: "  ", count: indent)
        text = start + "{\n" + parts.map { "\(margin)  \($0),\n" }.joined() + "\(margin)}"
        if text.utf8.count > Inspector.size {
            text = String(decoding: text.utf8.prefix(Inspector.size), as: UTF8.self) + "…"
        }
    }

    private mutating func written(_ keys: [Key], _ index: Int32, indent: Int) -> [String] {
        var parts: [String] = []
        var following: Int64 = 1
        let whole = text
        var used = whole.utf8.count
        for key in keys {
            guard used < Inspector.size else {
                parts.append("…")
                break
            }
            text = ""
            switch key {
            case .integer(let number):
                if number == following { following += 1 } else { text = "[\(number)] = " }
                state.getIndex(number, of: index)
            case .string(let name):
                text = (Inspector.isName(name) ? name : "[\(Inspector.quoted(name))]") + " = "
                state.getField(name, of: index)
            case .other(let shown):
                parts.append("[\(shown)] = …")
                continue
            }
            write(state.absolute(-1), indent: indent)
            state.pop()
            used += text.utf8.count
            parts.append(text)
        }
        text = whole
        return parts
    }

    // MARK: Keys

    /// Integers first, then names, then the rest, each in order.
    private enum Key: Comparable {
        case integer(Int64)
        case string(String)
        case other(String)
    }

    private func keys(of index: Int32) -> ([Key], Int) {
        var keys: [Key] = []
        var left = 0
        state.pushNil()
        while state.next(index) {
            state.pop()
            guard keys.count < Inspector.entries else {
                left += 1
                continue
            }
            if let number = state.exactInteger(at: -1) {
                keys.append(.integer(number))
            } else if let name = state.string(at: -1, converting: false) {
                keys.append(.string(name))
            } else if state.type(at: -1) == .number || state.type(at: -1) == .boolean {
                let shown = state.type(at: -1) == .boolean ? "\(state.boolean(at: -1))" : "\(state.number(at: -1) ?? 0)"
                keys.append(.other(shown))
            } else {
                keys.append(.other(state.summary(at: -1) ?? "<\(state.type(at: -1))>"))
            }
        }
        return (keys, left)
    }

    private static let words: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
        "not", "or", "repeat", "return", "then", "true", "until", "while",
    ]

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !words.contains(text), text.utf8.count <= 60 else { return false }
        let isLetter: (UInt8) -> Bool = { ($0 | 32) >= 97 && ($0 | 32) <= 122 || $0 == 95 }
        return isLetter(first) && text.utf8.allSatisfy { isLetter($0) || ($0 >= 48 && $0 <= 57) }
    }

    /// As Lua reads it again; very long texts are cut.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            if count > 4_000 { return quoted + "…\"" }
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 32 || scalar.value == 127: quoted += "\\\(Inspector.padded(scalar.value))"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func padded(_ value: UInt32) -> String {
        let digits = "\(value)"
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
}

extension Modules {
    static let utils = LuaModule(
        "utils", "Small tools.",
        [
            .function(
                "inspect", "A readable text of any value, tables with what is in them.",
                Param<LuaAny>("value", "The value."),
                Param<Int?>("depth", "Levels of tables that are shown; 6 without it.")
            ) { state, value, depth in
                state.push(Inspector.text(of: value.index, in: state, depth: min(max(depth ?? 6, 1), 50)))
                return .values(1)
            }
        ])
}
