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

// embed-stdlib OUTPUT ROOT FILE…: writes one Swift file that holds the text of each FILE below ROOT.
// Run by the plugin EmbedStdlib; stands outside the layers.

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("error: use: embed-stdlib OUTPUT ROOT FILE…")
    exit(2)
}

do {
    let files = try arguments[3...].map { path in
        try LuaFile(path: path, bytes: Array(Data(contentsOf: URL(filePath: arguments[2] + "/" + path))))
    }
    try Data(generated(from: files).utf8).write(to: URL(filePath: arguments[1]), options: .atomic)
} catch {
    print("error: \(error)")
    exit(1)
}
