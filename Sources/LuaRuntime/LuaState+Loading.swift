import CLua
import CLuaShim

/// Text becomes functions, and functions tell where they were written.
extension LuaState {
    /// Where the function at `index` was written: file, first and last line. Nil for functions that are not Lua's.
    public func extent(at index: Int32) -> (file: String, lines: ClosedRange<Int>)? {
        var first: Int32 = 0, last: Int32 = 0
        let file = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String? in
            guard mt_extent(current, index, buffer.baseAddress, 256, &first, &last) != 0 else { return nil }
            return buffer.baseAddress.map { String(cString: $0) }
        }
        guard let file, last >= first else { return nil }
        return (file, Int(first)...Int(last))
    }

    /// Loads a chunk of text. `name` is the file as tracebacks show it. Pushes the function.
    public func load(_ text: String, name: String) throws(LuaError) {
        var text = text
        guard text.utf8.count <= LuaState.textLimit else {
            var error = LuaError(
                "SyntaxError", bases: ["ScriptError", LuaError.rootName],
                "\(name) is larger than 1 MiB: split it into modules, or keep its data in a file")
            error.file = name
            throw error
        }
        let status = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { mt_load(current, $0.baseAddress, $0.count, "@" + name) }
        }
        guard status != LUA_OK else { return }
        let message = string(at: -1) ?? "cannot load \(name)"
        pop()
        var error = LuaError("SyntaxError", bases: ["ScriptError", LuaError.rootName], message)
        let place = LuaState.place(in: message)
        error.file = place?.file ?? name
        error.line = place?.line
        throw error
    }

    /// Bytes of text that may be loaded at once.
    static let textLimit = 1 << 20

    /// `file:12:` at the head of a message of Lua's.
    static func place(in message: String) -> (file: String, line: Int)? {
        let parts = message.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let line = Int(parts[1]) else { return nil }
        return (String(parts[0]), line)
    }
}
