import LuaRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files a pack keeps: `pack.data`. One pack's folder, flat or with folders in it; a write is whole or not at all.
///
/// Its work is done beside the script threads. The folder is made at the first write.
public actor DataFolder {
    /// Bytes of one file.
    public static let fileLimit = 4 << 20
    /// Bytes of all files of a pack.
    public static let wholeLimit = 64 << 20
    /// Files of a pack.
    public static let countLimit = 1_000
    /// Bytes of a name, and folders in it.
    private static let nameLimit = 200
    private static let depthLimit = 4

    private let root: String
    private var writes = 0

    /// - Parameter path: the pack's own folder.
    public init(_ path: String) { root = path }

    /// The bytes of a file; nil where there is none.
    public func read(_ name: String) throws(LuaError) -> [UInt8]? {
        let path = try place(name, "read")
        do throws(FileText.Failure) { return try FileText.bytes(path, limit: DataFolder.fileLimit) } catch {
            if error == .missing { return nil }
            throw DataFolder.refuse("read", name, "cannot be read: \(error.text(limit: "4 MiB"))")
        }
    }

    /// Puts bytes in the place of a file's. Who reads meanwhile gets the old or the new, never a part.
    public func write(_ name: String, _ bytes: [UInt8]) throws(LuaError) {
        let path = try place(name, "write")
        guard bytes.count <= DataFolder.fileLimit else {
            throw DataFolder.refuse("write", name, "would be larger than 4 MiB: split it, or use the store")
        }
        try checkRoom(for: name, bytes.count)
        guard DataFolder.makeFolder(PackSource.folder(of: path)) else { throw system("write", name) }
        writes += 1
        // Hidden, so that neither a list nor a read finds it.
        let draft = PackSource.folder(of: path) + "/.draft-\(getpid())-\(writes)"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw system("write", name) }
        var failure: LuaError?
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, sent, $0.count - sent) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                failure = system("write", name)
                break
            }
            sent += count
        }
        if failure == nil, fsync(descriptor) != 0 { failure = system("write", name) }
        close(descriptor)
        if failure == nil, rename(draft, path) != 0 { failure = system("write", name) }
        if let failure {
            unlink(draft)
            throw failure
        }
    }

    /// Names of the files, sorted; folders within as `folder/name`.
    public func list() throws(LuaError) -> [String] { files().map(\.name).sorted() }

    /// Takes a file away; false where there was none.
    public func remove(_ name: String) throws(LuaError) -> Bool {
        let path = try place(name, "remove")
        if unlink(path) == 0 { return true }
        if errno == ENOENT || errno == ENOTDIR { return false }
        throw system("remove", name)
    }

    // MARK: Names

    /// The path of a file. The folder holds what this type wrote, and names with dots in front are no names, so no link and no
    /// step upwards leads out of it; a link that the operator put in is refused.
    private func place(_ name: String, _ function: String) throws(LuaError) -> String {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain: (Character) -> Bool = {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_")
        }
        guard name.utf8.count <= DataFolder.nameLimit, parts.count <= DataFolder.depthLimit,
            parts.allSatisfy({ !$0.isEmpty && $0.first != "." && $0.allSatisfy(isPlain) })
        else {
            throw DataFolder.refuse(
                function, name,
                "is no name: letters, digits, \"-\", \"_\" and \".\" (not in front), folders with \"/\", at most 200 bytes"
            )
        }
        var path = root
        for part in parts {
            path += "/" + part
            var status = stat()
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
                throw DataFolder.refuse(function, name, "is a link, which leads out of the pack's folder")
            }
        }
        return path
    }

    private static func refuse(_ function: String, _ name: String, _ what: String) -> LuaError {
        LuaError("FileError", bases: [LuaError.rootName], "pack.data.\(function): \"\(name.prefix(200))\" \(what)")
    }

    private func system(_ function: String, _ name: String) -> LuaError {
        DataFolder.refuse(function, name, "failed: \(String(cString: strerror(errno)))")
    }

    // MARK: Room

    private func checkRoom(for name: String, _ size: Int) throws(LuaError) {
        let others = files().filter { $0.name != name }
        guard others.count < DataFolder.countLimit else {
            throw DataFolder.refuse("write", name, "would be one file too many: a pack keeps 1,000")
        }
        guard others.reduce(size, { $0 &+ $1.size }) <= DataFolder.wholeLimit else {
            throw DataFolder.refuse("write", name, "finds no room: the files of a pack hold 64 MiB together")
        }
    }

    private func files() -> [(name: String, size: Int)] {
        var found: [(name: String, size: Int)] = []
        collect("", depth: 0, &found)
        return found
    }

    private func collect(_ folder: String, depth: Int, _ found: inout [(name: String, size: Int)]) {
        guard depth < DataFolder.depthLimit, let handle = opendir(folder.isEmpty ? root : root + "/" + folder) else {
            return
        }
        defer { closedir(handle) }
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            let path = folder.isEmpty ? name : folder + "/" + name
            var status = stat()
            guard lstat(root + "/" + path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG: found.append((path, Int(status.st_size)))
            case S_IFDIR: collect(path, depth: depth + 1, &found)
            default: continue
            }
        }
    }

    /// Makes the folder and those above it.
    private static func makeFolder(_ path: String) -> Bool {
        var status = stat()
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { return true }
            errno = ENOTDIR
            return false
        }
        let above = PackSource.folder(of: path)
        if above != path, above != ".", !makeFolder(above) { return false }
        return mkdir(path, 0o700) == 0 || errno == EEXIST
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ offset: Int, _ count: Int) -> Int {
    write(descriptor, bytes?.advanced(by: offset), count)
}
