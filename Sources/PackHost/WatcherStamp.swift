#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a file looked like at one moment: enough to notice a save, cheap enough to ask for every 50 ms.
///
/// Size, modification time and inode come from `stat`. An editor that saves by rename brings a new inode; one that writes in
/// place brings a new time. Taken *before* a file is read, a stamp makes the watcher notice a save that came while it was read.
public struct FileStamp: Sendable, Hashable {
    /// Bytes; of a folder 0.
    public var size: Int64
    /// Nanoseconds since 1970; of a folder 0.
    public var modified: Int64
    /// The file's number on its volume; a rename over it changes it.
    public var inode: UInt64
    /// Of a folder: a hash of the names of its Lua files and folders. So a folder changes when a script comes or goes,
    /// and not when an editor leaves a swap file in it.
    public var names: Int

    /// A stamp made by hand, as tests do.
    public init(size: Int64, modified: Int64, inode: UInt64, names: Int = 0) {
        self.size = size
        self.modified = modified
        self.inode = inode
        self.names = names
    }

    /// Asks the system. `nil` where there is no such file, or none that may be seen.
    public static func read(_ path: String) -> FileStamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        if status.st_mode & S_IFMT == S_IFDIR {
            guard let names = luaNames(in: path) else { return nil }
            return FileStamp(size: 0, modified: 0, inode: UInt64(status.st_ino), names: names.hashValue)
        }
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return FileStamp(
            size: Int64(status.st_size),
            modified: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec),
            inode: UInt64(status.st_ino))
    }

    /// Names of the folder's Lua files and of its folders, without those that start with a dot.
    private static func luaNames(in folder: String) -> Set<String>? {
        guard let handle = opendir(folder) else { return nil }
        defer { closedir(handle) }
        var names: Set<String> = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            let isFolder = entry.pointee.d_type == DT_DIR
            if !name.hasPrefix("."), isFolder || name.hasSuffix(".lua") { names.insert(name) }
        }
        return names
    }
}
