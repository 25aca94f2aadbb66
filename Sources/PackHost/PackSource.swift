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

    /// Whether the pack is its entry file and nothing beside it: what stands in the folder belongs to others.
    public var isAlone: Bool { isConfined && isFile }
    /// Whether links that lead out of its folder are refused.
    let isConfined: Bool
    private let isFile: Bool

    /// Finds the pack that `path` names: a `.lua` file, or a folder with `init.lua` or `bot.lua`, or with a single
    /// `.lua` file named after it.
    public init(path: String) throws(PackError) { try self.init(path: path, name: nil, entry: nil, isConfined: false) }

    /// Finds a pack whose name, or entry, is given.
    ///
    /// - Parameters:
    ///   - name: nil for the file's or the folder's.
    ///   - entry: a module name or a file below the folder; nil for the usual ones.
    ///   - isConfined: a `.lua` file stands for itself, without the files beside it, and no link leads out of a folder.
    public init(path: String, name given: String?, entry wanted: String?, isConfined: Bool) throws(PackError) {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let absolute = PackSource.absolute(path)
        let base = absolute.split(separator: "/").last.map(String.init) ?? "pack"
        self.isConfined = isConfined
        switch PackSource.kind(of: absolute) {
        case nil:
            throw PackError(
                .notFound, pack: given ?? base, "there is no \(path): name a .lua file, or a folder with init.lua in it"
            )
        case .file?:
            guard base.hasSuffix(".lua") else {
                throw PackError(
                    .notFound, pack: given ?? base,
                    "\(path) is not a .lua file: name a .lua file, or a folder with init.lua in it")
            }
            name = given ?? String(base.dropLast(4))
            root = PackSource.folder(of: absolute)
            entry = base
            isFile = true
        case .folder?:
            name = given ?? base
            root = absolute
            isFile = false
            guard let wanted else {
                let candidates = ["init.lua", "bot.lua", base + ".lua"]
                guard let found = candidates.first(where: { PackSource.kind(of: absolute + "/" + $0) == .file }) else {
                    throw PackError(
                        .notFound, pack: given ?? base,
                        "\(path) has no entry: put an init.lua (or bot.lua, \(base).lua) into it")
                }
                entry = found
                return
            }
            let file =
                wanted.hasSuffix(".lua") ? wanted : wanted.split(separator: ".").joined(separator: "/") + ".lua"
            guard PackSource.isBelowRoot(file), PackSource.kind(of: absolute + "/" + file) == .file else {
                throw PackError(.notFound, pack: given ?? base, "\(path) has no \(file), which its entry names")
            }
            entry = file
        }
    }

    /// Where a pack would be that cannot be found now: its files are watched for.
    init(missing path: String, name: String) {
        self.name = name
        let absolute = PackSource.absolute(path)
        isFile = absolute.hasSuffix(".lua")
        root = isFile ? PackSource.folder(of: absolute) : absolute
        entry = isFile ? (absolute.split(separator: "/").last.map(String.init) ?? "init.lua") : "init.lua"
        isConfined = true
    }

    /// Whether a text can be a pack's name: letters, digits, `-` and `_`, at most 64.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64 && text.first != "-"
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }

    enum Kind { case file, folder }

    static func kind(of path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
    }

    private static func absolute(_ path: String) -> String { FileText.real(path) ?? path }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The files a module name may stand for, below the root, in the order they are tried. Nil where the name is none.
    func candidates(for module: String) -> [String]? {
        isAlone ? [] : PackSource.candidates(for: module, ofPack: name)
    }

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

    /// Bytes that a file of a pack may have.
    static let fileLimit = 1 << 20

    /// Reads the Lua text of a file below the root: at most 1 MiB.
    func read(_ file: String) throws(PackError) -> String {
        if isConfined, !isInside(FileText.real(root + "/" + file) ?? "") {
            throw PackError(
                .unreadable, pack: name, "cannot read \(file): it is not there, or a link that leaves the pack")
        }
        var bytes: [UInt8]
        do throws(FileText.Failure) {
            bytes = try FileText.bytes(root + "/" + file, limit: PackSource.fileLimit)
        } catch {
            if error == .tooLarge {
                throw PackError(.unreadable, pack: name, "\(file) is larger than 1 MiB: split it into modules")
            }
            throw PackError(.unreadable, pack: name, "cannot read \(file): \(error.text(limit: "1 MiB"))")
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

    /// Whether a real path lies below the root.
    func isInside(_ real: String) -> Bool { real.hasPrefix(root == "/" ? "/" : root + "/") }

    static func isBelowRoot(_ file: String) -> Bool {
        !file.hasPrefix("/") && !file.split(separator: "/").contains("..")
    }
}
