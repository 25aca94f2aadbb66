#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// embed-text stdlib|page OUTPUT ROOT FILE…: writes one Swift file that holds the text of each FILE below ROOT.
// Run by the plugins EmbedStdlib and EmbedPage; stands outside the layers.

let arguments = CommandLine.arguments
guard arguments.count >= 4, let form = ["stdlib": stdlibText, "page": pageText][arguments[1]] else {
    print("error: use: embed-text stdlib|page OUTPUT ROOT FILE…")
    exit(2)
}

do {
    let files = try arguments[4...].map { path in
        try TextFile(path: path, bytes: Array(Data(contentsOf: URL(filePath: arguments[3] + "/" + path))))
    }
    try Data(form(files).utf8).write(to: URL(filePath: arguments[2]), options: .atomic)
} catch {
    print("error: \(error)")
    exit(1)
}
