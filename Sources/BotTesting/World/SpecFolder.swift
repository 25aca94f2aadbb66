import PackHost

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder that lives as long as one spec.
enum SpecFolder {
    static func make() throws(PackError) -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/moontide-spec-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw PackError(.unreadable, pack: "spec", "no folder can be made in \(base): \(reason)")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Writes a file as an editor does: beside it, then over it.
    static func write(_ text: String, to path: String) throws(PackError) {
        let new = path + "~"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw PackError(.unreadable, pack: "spec", "\(path) cannot be written: \(reason)")
        }
        var isWritten = true
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { system_write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                isWritten = false
                break
            }
            bytes = bytes.dropFirst(count)
        }
        close(descriptor)
        guard isWritten, rename(new, path) == 0 else {
            throw PackError(.unreadable, pack: "spec", "\(path) cannot be written: \(reason)")
        }
    }

    /// Makes a folder below another; one that is there is as good.
    static func makeFolder(_ path: String) { mkdir(path, 0o755) }

    /// Removes a folder with everything in it. Links are removed, not followed.
    static func remove(_ path: String) {
        guard let directory = opendir(path) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let child = path + "/" + name
            var status = stat()
            if lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { remove(child) } else { unlink(child) }
        }
        closedir(directory)
        rmdir(path)
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

private func system_write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
