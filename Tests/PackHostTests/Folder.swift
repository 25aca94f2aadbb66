import Foundation

/// A temporary folder for a test.
struct Folder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "moontide-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.resolvingSymlinksInPath().path(percentEncoded: false)
    }

    func write(_ text: String, to name: String) throws {
        let url = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url, options: .atomic)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
