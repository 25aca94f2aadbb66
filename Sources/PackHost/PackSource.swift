import LuaRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a pack's files are: what PATH on the command line names.
public struct PackSource: Sendable, Hashable {
    /// The pack's name: the file's without `.lua`, or the folder's.
    public let name: String
    /// The folder that `require` searches, without a slash at its end.
    public let root: String
    /// The entry file below the root.
    public let entry: String

    /// Finds the pack that `path` names: a `.lua` file, or a folder with `init.lua` or `bot.lua`, or with a single
    /// `.lua` file named after it.
    public init(path: String) throws(PackError) {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let absolute = PackSource.absolute(path)
        let base = absolute.split(separator: "/").last.map(String.init) ?? "pack"
        switch PackSource.kind(of: absolute) {
        case nil:
            throw PackError(
                .notFound, pack: base, "there is no \(path): name a .lua file, or a folder with init.lua in it")
        case .file?:
            guard base.hasSuffix(".lua") else {
                throw PackError(
                    .notFound, pack: base,
                    "\(path) is not a .lua file: name a .lua file, or a folder with init.lua in it")
            }
            name = String(base.dropLast(4))
            root = PackSource.folder(of: absolute)
            entry = base
        case .folder?:
            name = base
            root = absolute
            let candidates = ["init.lua", "bot.lua", base + ".lua"]
            guard let found = candidates.first(where: { PackSource.kind(of: absolute + "/" + $0) == .file }) else {
                throw PackError(
                    .notFound, pack: base, "\(path) has no entry: put an init.lua (or bot.lua, \(base).lua) into it")
            }
            entry = found
        }
    }

    enum Kind { case file, folder }

    static func kind(of path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
    }

    private static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The files a module name may stand for, below the root, in the order they are tried. Nil where the name is none.
    func candidates(for module: String) -> [String]? { PackSource.candidates(for: module, ofPack: name) }

    /// The files that `require(module)` looks for in a pack of that name, below its root.
    package static func candidates(for module: String, ofPack name: String) -> [String]? {
        var parts = module.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0 != ".." && !$0.contains("/") && !$0.contains("\0") })
        else { return nil }
        var found: [String] = []
        func add(_ parts: [String]) {
            guard !parts.isEmpty else { return }
            found.append(parts.joined(separator: "/") + ".lua")
            found.append(parts.joined(separator: "/") + "/init.lua")
        }
        add(parts)
        if parts[0] == name {
            parts.removeFirst()
            add(parts)
        }
        return found
    }

    /// Reads a file below the root: at most 1 MiB.
    func read(_ file: String) throws(PackError) -> String {
        let path = root + "/" + file
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw PackError(.unreadable, pack: name, "cannot read \(file): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw PackError(.unreadable, pack: name, "cannot read \(file): it is not a file")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc_read(descriptor, &chunk, chunk.count)
            guard count >= 0 else {
                throw PackError(.unreadable, pack: name, "cannot read \(file): \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= 1 << 20 else {
                throw PackError(.unreadable, pack: name, "\(file) is larger than 1 MiB: split it into modules")
            }
        }
        if bytes.first == 0x1B {
            throw PackError(.failed, pack: name, "\(file) is a compiled chunk: only Lua text is loaded")
        }
        // A first line that begins with # is for the shell; line numbers stay.
        if bytes.first == UInt8(ascii: "#"), let end = bytes.firstIndex(of: 10) {
            bytes.removeSubrange(..<end)
        } else if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            bytes.removeFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Lines around `line` of a file as it is on disk, for reports of a save that did not load.
    public func excerpt(_ file: String, line: Int, around: Int = 2) -> [(line: Int, text: String)] {
        guard PackSource.isBelowRoot(file), let text = try? read(file) else { return [] }
        return PackSource.lines(of: text, line, around)
    }

    static func lines(of text: String, _ line: Int, _ around: Int) -> [(line: Int, text: String)] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard line >= 1, line <= lines.count else { return [] }
        return (max(1, line - around)...min(lines.count, line + around)).map { ($0, String(lines[$0 - 1].prefix(200))) }
    }

    private static func isBelowRoot(_ file: String) -> Bool {
        !file.hasPrefix("/") && !file.split(separator: "/").contains("..")
    }
}

@inline(__always) private func Glibc_read(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
