#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads whole files, of bounded size.
enum FileText {
    /// Why a file was not read.
    enum Failure: Error, Sendable, Equatable {
        case missing
        /// A folder, a device, a pipe.
        case noFile
        case tooLarge
        /// The system's word.
        case system(String)

        /// Behind "it is there and" or a name: what is wrong.
        func text(limit: String) -> String {
            switch self {
            case .missing: "there is no such file"
            case .noFile: "it is not a file"
            case .tooLarge: "it is larger than \(limit)"
            case .system(let word): word
            }
        }
    }

    /// The bytes of the file at `path`, at most `limit` of them.
    static func bytes(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        // Without O_NONBLOCK the opening of a pipe waits for who writes into it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .system(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .noFile }
        guard status.st_size <= limit else { throw .tooLarge }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = systemRead(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }

    /// The real path, links followed; nil where there is nothing.
    static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether both paths lead to the same file, over links of both kinds.
    static func isSame(_ left: String, _ right: String) -> Bool {
        var a = stat(), b = stat()
        guard stat(left, &a) == 0, stat(right, &b) == 0 else { return false }
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino
    }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
