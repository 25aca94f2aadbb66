import Foundation
import PackagePlugin

/// Turns the files of a target's folder `Page` into one Swift file of it, so that the program carries its chat page with it.
///
/// The files are listed anew at each build; the tool runs only when one of them, or the list, has changed.
@main struct EmbedPage: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = target.directoryURL.appending(path: "Page", directoryHint: .isDirectory)
        let files = try FileManager.default.contentsOfDirectory(atPath: root.path)
            .filter { !$0.hasPrefix(".") }
            .sorted()
        let output = context.pluginWorkDirectoryURL.appending(path: "PageText.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) files of the chat page",
                executable: try context.tool(named: "embed-text").url,
                arguments: ["page", output.path, root.path] + files,
                inputFiles: files.map { root.appending(path: $0) },
                outputFiles: [output])
        ]
    }
}
