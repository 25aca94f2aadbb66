#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why a data folder could not be taken.
public struct InstanceLockError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which kind it is.
    public struct Code: Sendable, Hashable {
        private enum Raw { case taken, unusable }
        private let raw: Raw

        /// Another program runs on this folder.
        public static let taken = Code(raw: .taken)
        /// The folder or the file in it cannot be made, opened or locked.
        public static let unusable = Code(raw: .unusable)
    }

    public let code: Code
    /// The data folder.
    public let folder: String
    /// The process that holds it, if the code is ``Code/taken`` and it has said who it is.
    public let holder: Int32?
    /// What that process said it runs, as in `moontide run bot.lua`.
    public let program: String?
    /// The system's word, if the code is ``Code/unusable``.
    public let detail: String

    public var description: String {
        switch code {
        case .taken:
            let who = holder.map { "process \($0)\(program.map { " (\($0))" } ?? "")" } ?? "another process"
            let next = holder.map { "stop it (kill \($0))" } ?? "stop it"
            return "\(who) already runs on the data folder \(folder): \(next), or use another folder"
        default:
            return "the data folder \(folder) cannot be used: \(detail)"
        }
    }
}

/// One running program a data folder.
///
/// The lock is the system's (`flock`) on the file `moontide.lock`, so it ends with the process however that ends, and a file
/// that was left behind locks nobody out. The file says who holds it: `pid program`. It is emptied on release and never
/// removed, because a removed file could be locked by two at once.
public final class InstanceLock: Sendable {
    private let descriptor: Int32

    /// Takes the folder, which is made if it is missing.
    ///
    /// - Parameters:
    ///   - folder: the data folder.
    ///   - program: what is running, for the message that a second program gets; the first line counts.
    public init(folder: String, program: String) throws(InstanceLockError) {
        func unusable(_ what: String) -> InstanceLockError {
            let reason = String(cString: strerror(errno))
            return InstanceLockError(
                code: .unusable, folder: folder, holder: nil, program: nil, detail: "\(what): \(reason)")
        }

        guard Self.makeFolder(folder) else { throw unusable("it cannot be made") }
        let path = folder + "/moontide.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unusable("moontide.lock cannot be opened") }

        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let error: InstanceLockError
            if errno == EWOULDBLOCK {
                let holder = Self.readHolder(descriptor)
                error = InstanceLockError(
                    code: .taken, folder: folder, holder: holder?.pid, program: holder?.program, detail: "")
            } else {
                error = unusable("moontide.lock cannot be locked")
            }
            close(descriptor)
            throw error
        }

        let line = "\(getpid()) \(program.prefix { !$0.isNewline })\n"
        var written = ftruncate(descriptor, 0) == 0
        if written {
            written =
                Array(line.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) } == line.utf8.count
        }
        guard written else {
            let error = unusable("moontide.lock cannot be written")
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        // Emptied first: who comes between must not read a name that is no longer true.
        _ = ftruncate(descriptor, 0)
        close(descriptor)
    }

    /// Makes the folder and those above it.
    private static func makeFolder(_ path: String) -> Bool {
        var status = stat()
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { return true }
            errno = ENOTDIR
            return false
        }
        if let slash = path.dropLast().lastIndex(of: "/"), slash > path.startIndex {
            guard makeFolder(String(path[..<slash])) else { return false }
        }
        return mkdir(path, 0o755) == 0 || errno == EEXIST
    }

    private static func readHolder(_ descriptor: Int32) -> (pid: Int32, program: String?)? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        let line = String(decoding: bytes[..<count], as: UTF8.self).prefix { !$0.isNewline }
        let parts = line.split(separator: " ", maxSplits: 1)
        guard let first = parts.first, let pid = Int32(first) else { return nil }
        return (pid, parts.count > 1 ? String(parts[1]) : nil)
    }
}
