import Foundation

/// What the tests of the whole program need to know about the machine they run on.
enum Browser {
    /// Where a browser is missing its tests are left out; in CI they must run, so there they fail.
    static var mustRun: Bool {
        WebDriver.programs != nil || ProcessInfo.processInfo.environment["MOONTIDE_STRICT"] != nil
    }

    /// Keeps a picture in the folder that MOONTIDE_SCREENSHOTS names, if it is set.
    static func keep(_ picture: Data, as name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["MOONTIDE_SCREENSHOTS"] else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try picture.write(to: URL(filePath: folder).appending(path: name + ".png"))
    }
}

/// The program as it was built with these tests.
enum Program {
    static let path: String = {
        // Tests and program stand in one folder; the bundle is a file there, or on macOS a folder.
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        #if os(Linux)
            if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
                folder = URL(filePath: own).deletingLastPathComponent()
            }
        #else
            if let bundle = Bundle.allBundles.first(where: { $0.bundlePath.hasSuffix(".xctest") }) {
                folder = bundle.bundleURL.deletingLastPathComponent()
            }
        #endif
        return folder.appending(path: "moontide").path
    }()
}
