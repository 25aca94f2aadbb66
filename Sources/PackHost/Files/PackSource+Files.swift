import LuaRuntime

/// Files of a pack that its scripts read as they are.
extension PackSource {
    /// The bytes of a file of the pack, at most 1 MiB.
    ///
    /// - Parameters:
    ///   - file: its path below the pack's folder. Links are followed as long as they stay below it.
    ///   - secrets: paths of files that no script may read, wherever they are.
    /// - Throws: `FileError`, which says what is wrong with the name, or what the system said.
    func bytes(of file: String, secrets: [String]) throws(LuaError) -> [UInt8] {
        func refuse(_ what: String) -> LuaError {
            LuaError("FileError", bases: [LuaError.rootName], "pack.read: \"\(file.prefix(200))\" \(what)")
        }
        if isAlone { throw refuse("cannot be read: \(name) is a pack of one file. Make it a folder with init.lua") }
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        guard !file.isEmpty, !file.contains("\0"), !file.contains("\\"), file.utf8.count <= 1_000 else {
            throw refuse("is no name of a file")
        }
        guard parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." }) else {
            throw refuse(
                "leaves the pack's folder, or is written with dots: name a file below it, such as \"words.txt\"")
        }
        guard let real = FileText.real(root + "/" + file) else { throw refuse("is not there") }
        guard isInside(real) else {
            throw refuse("is a link that leaves the pack's folder")
        }
        guard !secrets.contains(where: { FileText.isSame($0, real) }) else {
            throw refuse("holds the bot's token, which no script may read")
        }
        do throws(FileText.Failure) {
            return try FileText.bytes(real, limit: PackSource.fileLimit)
        } catch {
            throw refuse("cannot be read: \(error.text(limit: "1 MiB"))")
        }
    }
}
