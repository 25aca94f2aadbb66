/// One Lua file on its way into the program.
struct LuaFile {
    /// Below the library's root, as in `fluxer/utils.lua`.
    let path: String
    let text: String

    /// Refuses what a Swift raw string cannot hold unchanged, and what no source file should hold.
    init(path: String, bytes: [UInt8]) throws {
        var line = 1
        for byte in bytes {
            if byte == 0x0A { line += 1 }
            if byte < 0x20, byte != 0x0A, byte != 0x09 {
                throw EmbedError(
                    detail: "\(path):\(line): control character \(byte); only line breaks and tabs may stand here")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw EmbedError(detail: "\(path): not UTF-8")
        }
        self.path = path
        self.text = text
    }

    /// The name that `require` takes: `fluxer.utils` for `fluxer/utils.lua`, `fluxer` for `fluxer/init.lua`.
    var module: String {
        var parts = path.dropLast(".lua".count).split(separator: "/")
        if parts.count > 1, parts.last == "init" { parts.removeLast() }
        return parts.joined(separator: ".")
    }

    /// The text as a Swift literal, with more number signs than any that follow a quote or a backslash in it.
    var literal: String {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "#") ? run + 1 : 0
            longest = max(longest, run)
        }
        let signs = String(repeating: "#", count: longest + 1)
        return signs + "\"\"\"\n" + text + "\n\"\"\"" + signs
    }
}

struct EmbedError: Error, CustomStringConvertible {
    let detail: String
    var description: String { detail }
}

/// The whole Swift file. Each text is a constant of its own: one big array of literals is slow to compile.
func generated(from files: [LuaFile]) throws -> String {
    let sameName = Dictionary(grouping: files, by: \.module).values.first { $0.count > 1 }
    if let sameName {
        let paths = sameName.map(\.path).joined(separator: " and ")
        throw EmbedError(detail: "\(paths) are both found by require \"\(sameName[0].module)\"")
    }
    var output = "// Made from stdlib/lua by the plugin EmbedStdlib. Changes here are lost at the next build.\n\n"
    output += "enum StdlibText {\n    static let files: [StdlibFile] = [\n"
    for (index, file) in files.enumerated() {
        output += "        StdlibFile(module: \"\(file.module)\", path: \"\(file.path)\", text: text\(index)),\n"
    }
    output += "    ]\n}\n"
    for (index, file) in files.enumerated() {
        output += "\nprivate let text\(index): StaticString = \(file.literal)\n"
    }
    return output
}
