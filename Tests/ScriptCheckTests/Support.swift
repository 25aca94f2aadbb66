import Foundation
import ScriptCheck

/// What scripts find in the program, read once.
enum Surface {
    static let current = Task { try await ScriptSurface.current() }

    /// Findings in one text, called `bot.lua`.
    static func findings(_ text: String, modules: Set<String> = []) async throws -> [Finding] {
        ScriptChecker(try await current.value).check([.init(path: "bot.lua", bytes: Array(text.utf8))]) {
            modules.contains($0)
        }
    }

    /// Findings as `line:column rule: reason | fix`.
    static func lines(_ text: String, modules: Set<String> = []) async throws -> [String] {
        try await findings(text, modules: modules).map {
            "\($0.line):\($0.column) \($0.rule): \($0.reason)" + ($0.fix.map { " | \($0)" } ?? "")
        }
    }

    /// Findings as `line:column fix`.
    static func fixes(_ text: String) async throws -> [String] {
        try await findings(text).map { "\($0.line):\($0.column) \($0.fix ?? "")" }
    }
}

/// The repository's folder.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}

/// A folder that is gone after the test.
func withFolder(_ files: [String: String], _ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "moontide-check-\(UUID().uuidString.prefix(8))")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
    try await body(folder.path)
}
