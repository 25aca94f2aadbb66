import PackHost

/// Finds the files with specs below a path.
///
/// A file has specs if it lies in a folder called `tests`, or if its name ends in `_spec.lua`. It is about the pack, script or
/// project in the folder above `tests`; `NAME_spec.lua` is about the script `NAME.lua` beside it, or the pack it lies in. A
/// folder named on the command line that has neither holds specs itself: every `.lua` file in it that is no bot's entry.
public enum SpecFinder {
    /// Folders that hold other things than specs.
    private static let skipped: Set<String> = ["node_modules", "vendor", "fixtures", "broken"]

    /// - Throws: where there is no such path, or no spec below it: what was looked for.
    public static func find(_ path: String) throws(PackError) -> [SpecFile] {
        guard let root = SpecPaths.real(path) else {
            throw PackError(
                .notFound, pack: SpecPaths.last(of: path),
                "there is no \(path): name a spec file, or a folder with tests/*.lua or *_spec.lua in it")
        }
        if SpecPaths.isFile(root) {
            guard root.hasSuffix(".lua") else {
                throw PackError(
                    .notFound, pack: path, "\(path) is no .lua file: name a spec file, or a folder with specs")
            }
            // The bot itself stands for its specs.
            let tests = SpecPaths.parent(of: root) + "/tests"
            if !isSpec(root), SpecPaths.isFolder(tests), !files(in: tests).isEmpty {
                return files(in: tests).map { SpecFile(path: $0, bot: root) }
            }
            return [SpecFile(path: root, bot: bot(of: root))]
        }
        var found: [String] = []
        search(root, isTests: isTests(root), &found)
        if found.isEmpty {
            found = SpecPaths.names(in: root).filter { $0.hasSuffix(".lua") }.map { root + "/" + $0 }
                .filter { SpecPaths.isFile($0) && mentionsSpecs($0) }
        }
        guard !found.isEmpty else {
            throw PackError(
                .notFound, pack: SpecPaths.last(of: root),
                "no specs in \(path): looked for tests/*.lua and *_spec.lua in it and below. Write one: "
                    + "tests/hello.lua with local t = require \"fluxer.test\"")
        }
        return found.map { SpecFile(path: $0, bot: bot(of: $0)) }
    }

    private static func isTests(_ folder: String) -> Bool { SpecPaths.last(of: folder) == "tests" }

    private static func isSpec(_ file: String) -> Bool {
        file.hasSuffix("_spec.lua") || isTests(SpecPaths.parent(of: file))
    }

    /// Whether a file asks for the library: then its specs are meant, wherever it lies.
    private static func mentionsSpecs(_ file: String) -> Bool {
        (try? SpecPaths.read(file))?.contains("fluxer.test") ?? false
    }

    private static func files(in folder: String) -> [String] {
        var found: [String] = []
        search(folder, isTests: true, &found)
        return found
    }

    private static func search(_ folder: String, isTests: Bool, _ found: inout [String], depth: Int = 0) {
        guard depth < 16 else { return }
        for name in SpecPaths.names(in: folder) {
            let path = folder + "/" + name
            if SpecPaths.isFolder(path) {
                guard !skipped.contains(name), SpecPaths.real(path) == path else { continue }
                search(path, isTests: isTests || name == "tests", &found, depth: depth + 1)
            } else if name.hasSuffix("_spec.lua") || (isTests && name.hasSuffix(".lua") && mentionsSpecs(path)) {
                found.append(path)
            }
        }
    }

    /// The bot that a spec file belongs to; nil where there is none: then the file says it itself.
    static func bot(of file: String) -> String? {
        let folder = SpecPaths.parent(of: file)
        if file.hasSuffix("_spec.lua") {
            let beside = String(file.dropLast("_spec.lua".count)) + ".lua"
            if SpecPaths.isFile(beside) { return beside }
        }
        // The innermost folder called tests, and what lies above it.
        var place = folder
        while place != "/", place != "." {
            if isTests(place) { return entry(of: SpecPaths.parent(of: place)) }
            place = SpecPaths.parent(of: place)
        }
        return file.hasSuffix("_spec.lua") ? entry(of: folder) : nil
    }

    /// Everything whose change may change what the specs come to: the Lua files and folders of specs and bots.
    public static func watched(_ files: [SpecFile]) -> [String] {
        var found: Set<String> = []
        for file in files {
            found.insert(file.path)
            collect(file.folder, &found, depth: 0)
            if let bot = file.bot {
                collect(SpecPaths.isFolder(bot) ? bot : SpecPaths.parent(of: bot), &found, depth: 0)
            }
        }
        return found.sorted()
    }

    private static func collect(_ folder: String, _ found: inout Set<String>, depth: Int) {
        guard depth < 8, found.count < 5_000, found.insert(folder).inserted else { return }
        for name in SpecPaths.names(in: folder) {
            let path = folder + "/" + name
            if name.hasSuffix(".lua") {
                found.insert(path)
            } else if SpecPaths.isFolder(path), !skipped.contains(name), SpecPaths.real(path) == path {
                collect(path, &found, depth: depth + 1)
            }
        }
    }

    private static func entry(of folder: String) -> String? {
        if SpecPaths.isFile(folder + "/moontide.lua") || SpecPaths.isFile(folder + "/pack.lua") { return folder }
        return (try? PackSource(path: folder)) == nil ? nil : folder
    }
}
