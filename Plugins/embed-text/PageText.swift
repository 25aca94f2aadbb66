/// The whole Swift file of the chat page: `PageText.page_js` for `page.js`.
func pageText(from files: [TextFile]) throws -> String {
    var output = "// Made from the folder Page by the plugin EmbedPage. Changes here are lost at the next build.\n\n"
    output += "enum PageText {\n"
    for file in files {
        let name = String(file.path.map { $0.isLetter || $0.isNumber ? $0 : "_" })
        output += "    static let \(name): StaticString = \(file.literal)\n"
    }
    output += "}\n"
    return output
}
