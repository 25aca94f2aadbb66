/// A Lua file that the program carries with it.
public struct StdlibFile: Sendable {
    /// The name that `require` takes, as in `fluxer.utils`; for an `init.lua` that of its folder.
    public let module: String
    /// Below `stdlib/lua`, as in `fluxer/utils.lua`; what messages and tracebacks show.
    public let path: String
    /// The file, unchanged. The bytes live as long as the program.
    public let text: StaticString

    init(module: String, path: String, text: StaticString) {
        self.module = module
        self.path = path
        self.text = text
    }
}

/// The Lua library of the program: the files of `stdlib/lua`, put into the binary when it is built, so that the binary
/// can be moved anywhere.
public enum Stdlib {
    /// All files, sorted by path.
    public static var files: [StdlibFile] { StdlibText.files }

    /// The file that `require(module)` loads, if the library has it.
    public static func file(module: String) -> StdlibFile? { byModule[module] }

    private static let byModule: [String: StdlibFile] = Dictionary(
        StdlibText.files.map { ($0.module, $0) },
        uniquingKeysWith: { first, _ in first })
}
