import LuaRuntime
import PackHost

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file with specs, and the bot that it is about.
public struct SpecFile: Sendable, Hashable {
    /// Its path, without `.` and `..`.
    public let path: String
    /// The bot that it is about where it says nothing: the pack, script or project that its folder belongs to.
    public let bot: String?

    /// The folder that it lies in.
    public var folder: String { SpecPaths.parent(of: path) }
    /// As reports and tracebacks show it: the file and the two folders it lies in, `hello/tests/hello.lua`.
    public var name: String {
        path.split(separator: "/").suffix(3).joined(separator: "/")
    }

    /// The bot that the file names with `t.bot` or `t.script`, else the one it belongs to.
    func bot(saidAs value: LuaValue) throws(LuaError) -> SpecBot? {
        if let script = value["script"].text { return .script(script) }
        if let said = value["path"].text {
            let path = said.hasPrefix("/") ? said : folder + "/" + said
            guard let real = SpecPaths.real(path) else {
                throw .spec("t.bot \(Excerpt.quoted(said)): there is no \(path)")
            }
            return .path(real)
        }
        return bot.map { .path($0) }
    }

    func read() throws(PackError) -> String { try SpecPaths.read(path) }

    /// The text of a module for `require`: beside the spec, then below the bot's folder.
    func module(_ name: String) throws(LuaError) -> (text: String, file: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && !$0.contains("/") && !$0.contains("\0") }) else {
            throw .spec("'\(name)' is no module name")
        }
        let relative = parts.joined(separator: "/") + ".lua"
        var folders = [folder]
        if let bot { folders.append(SpecPaths.isFolder(bot) ? bot : SpecPaths.parent(of: bot)) }
        for folder in folders {
            let path = folder + "/" + relative
            guard SpecPaths.isFile(path) else { continue }
            do throws(PackError) {
                return (try SpecPaths.read(path), path.split(separator: "/").suffix(3).joined(separator: "/"))
            } catch { throw .spec(error.detail) }
        }
        throw .spec(
            "module '\(name)' not found; looked for " + folders.map { "\($0)/\(relative)" }.joined(separator: ", "))
    }
}

/// Paths on disk, as specs need them.
enum SpecPaths {
    static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
    static func isFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }
    static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

    static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func last(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Names in a folder, sorted, hidden ones left out.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// A text of at most 1 MiB.
    static func read(_ path: String) throws(PackError) -> String {
        let name = last(of: path)
        guard let file = fopen(path, "re") else {
            throw PackError(.unreadable, pack: name, "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= 1 << 20 else {
                throw PackError(.unreadable, pack: name, "\(path) is larger than 1 MiB: split it")
            }
        }
        if bytes.first == 0x1B {
            throw PackError(.failed, pack: name, "\(path) is a compiled chunk: only Lua text is loaded")
        }
        if bytes.first == UInt8(ascii: "#"), let end = bytes.firstIndex(of: 10) { bytes.removeSubrange(..<end) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
