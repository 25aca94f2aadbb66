import PackHost

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The scripts that a path names, pack by pack.
public struct ScriptFolder: Sendable {
    /// Scripts that belong together: one `require` finds the others.
    public struct Pack: Sendable {
        public let name: String
        /// Where its modules are looked for.
        public let root: String
        public fileprivate(set) var files: [ScriptChecker.File]
    }

    public private(set) var packs: [Pack] = []
    /// How many scripts there are.
    public var count: Int { packs.reduce(0) { $0 + $1.files.count } }

    /// Finds the scripts of a `.lua` file (with the modules it requires), or of a folder with all that is in it. Folders
    /// whose name begins with a dot are left out, and links to folders.
    /// - Throws: one sentence of what is missing.
    public init(path: String) throws(ScriptFolderError) {
        var isFolder: Bool { Self.isFolder(path) }
        guard FileManager.default.fileExists(atPath: path) else {
            throw ScriptFolderError("there is no \(path): name a .lua file, or a folder with scripts in it")
        }
        if isFolder {
            let base = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            try read(folder: base, base == "." ? "" : base + "/", pack: nil, depth: 0)
            guard count > 0 else { throw ScriptFolderError("\(path) has no .lua file in it") }
        } else {
            guard path.hasSuffix(".lua") else {
                throw ScriptFolderError("\(path) is no .lua file: name one, or a folder with scripts in it")
            }
            try read(file: path)
        }
    }

    /// Whether `require` of a name finds a file of a pack, or of a folder in it that may be loaded as one.
    public static func hasModule(_ name: String, in pack: Pack) -> Bool {
        let folders = pack.files.filter { $0.path.hasSuffix("/init.lua") }.map { String($0.path.dropLast(9)) }
        return ([(pack.root, pack.name)] + folders.map { ($0, self.name(of: $0)) }).contains { root, pack in
            modules(name, of: pack).contains { FileManager.default.fileExists(atPath: root + "/" + $0) }
        }
    }

    /// The files a module's name may stand for.
    private static func modules(_ name: String, of pack: String) -> [String] {
        PackSource.candidates(for: name, ofPack: pack) ?? []
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    private static func name(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasSuffix(".lua") ? String(last.dropLast(4)) : last
    }

    // MARK: Reading

    private static let mostFiles = 10_000

    private mutating func add(_ path: String, to pack: Int) throws(ScriptFolderError) {
        guard count < Self.mostFiles else {
            throw ScriptFolderError("more than \(Self.mostFiles) scripts: name a folder with fewer")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ScriptFolderError("cannot read \(path)")
        }
        let last = path.split(separator: "/").last ?? ""
        let isManifest = last == "pack.lua" || last == "moontide.lua"
        packs[pack].files.append(
            ScriptChecker.File(path: path, bytes: Array(data), kind: isManifest ? .manifest : .script))
    }

    /// A folder with a manifest is a pack, and so is the outermost one with an `init.lua`.
    private mutating func read(
        folder: String, _ prefix: String, pack outer: Int?, depth: Int, isInPack: Bool = false
    ) throws(ScriptFolderError) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        // Below a folder with scripts of its own an init.lua is a module's.
        let isPack =
            names.contains("pack.lua")
            || !isInPack && (names.contains("init.lua") || depth == 0 && names.contains { $0.hasSuffix(".lua") })
        var pack = outer
        if pack == nil || isPack {
            packs.append(Pack(name: Self.name(of: Self.absolute(folder)), root: folder, files: []))
            pack = packs.count - 1
        }
        guard let pack else { return }
        for name in names where name.hasSuffix(".lua") && !Self.isFolder(prefix + name) {
            try add(prefix + name, to: pack)
        }
        guard depth < 32 else { return }
        for name in names where !name.hasPrefix(".") && Self.isFolder(prefix + name) && !Self.isLink(prefix + name) {
            try read(
                folder: prefix + name, prefix + name + "/", pack: pack, depth: depth + 1, isInPack: isInPack || isPack)
        }
    }

    private static func isLink(_ path: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    }

    private static func absolute(_ path: String) -> String {
        path == "." ? FileManager.default.currentDirectoryPath : path
    }

    /// A script, and the modules of its folder that it asks for.
    private mutating func read(file: String) throws(ScriptFolderError) {
        let root =
            file.contains("/")
            ? file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") : "."
        packs.append(Pack(name: Self.name(of: file), root: root.isEmpty ? "/" : root, files: []))
        var waiting = [file]
        var seen: Set<String> = [file]
        let prefix = root == "." && !file.hasPrefix("./") ? "" : root + "/"
        while let next = waiting.popLast() {
            try add(next, to: 0)
            guard let text = packs[0].files.last else { continue }
            for module in ScriptChecker.required(by: text.bytes) {
                let found = Self.modules(module, of: packs[0].name).map { prefix + $0 }
                    .first { FileManager.default.fileExists(atPath: $0) }
                if let found, seen.insert(found).inserted { waiting.append(found) }
            }
        }
    }
}

/// Why a path has no scripts to check.
public struct ScriptFolderError: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
