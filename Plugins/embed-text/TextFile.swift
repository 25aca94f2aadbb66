/// One file on its way into the program.
struct TextFile {
    /// Below the folder's root, as in `fluxer/utils.lua`.
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
