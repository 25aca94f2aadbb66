extension TextFile {
    /// The name that `require` takes: `fluxer.utils` for `fluxer/utils.lua`, `fluxer` for `fluxer/init.lua`.
    var module: String {
        var parts = path.dropLast(".lua".count).split(separator: "/")
        if parts.count > 1, parts.last == "init" { parts.removeLast() }
        return parts.joined(separator: ".")
    }
}

/// The whole Swift file of the Lua library. Each text is a constant of its own: one big array of literals is slow to compile.
func stdlibText(from files: [TextFile]) throws -> String {
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
