import Foundation
import PackagePlugin

/// Turns `stdlib/lua/**.lua` into one Swift file of the target, so that the program carries its Lua library with it.
///
/// The files are listed anew at each build; the tool runs only when one of them, or the list, has changed.
@main struct EmbedStdlib: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = target.directoryURL.appending(path: "lua", directoryHint: .isDirectory)
        let files = try luaFiles(under: root)
        let output = context.pluginWorkDirectoryURL.appending(path: "StdlibText.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) Lua files",
                executable: try context.tool(named: "embed-text").url,
                arguments: ["stdlib", output.path, root.path] + files,
                inputFiles: files.map { root.appending(path: $0) },
                outputFiles: [output])
        ]
    }

    /// Paths below `root`, sorted, so that the same files always make the same text.
    private func luaFiles(under root: URL) throws -> [String] {
        guard FileManager.default.fileExists(atPath: root.path) else { throw MissingFolder(path: root.path) }
        return try FileManager.default.subpathsOfDirectory(atPath: root.path)
            .filter { $0.hasSuffix(".lua") }
            .sorted()
    }
}

struct MissingFolder: Error, CustomStringConvertible {
    let path: String
    var description: String { "the folder \(path) with the Lua library is missing" }
}
