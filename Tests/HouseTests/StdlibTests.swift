import Stdlib
import Testing

@Suite("the Lua library in the program")
struct StdlibTests {
    @Test("holds the text of every file of stdlib/lua, byte for byte, and no others")
    func text() throws {
        let paths = try Repository.files(in: "stdlib/lua", suffix: ".lua")
        #expect(Stdlib.files.map { "stdlib/lua/" + $0.path } == paths)
        for file in Stdlib.files {
            let text = file.text.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
            #expect(try text == Repository.text("stdlib/lua/" + file.path), "\(file.path)")
        }
    }

    @Test("a module is found by the name that require takes, an init.lua by that of its folder")
    func modules() throws {
        #expect(Stdlib.file(module: "fluxer.core")?.path == "fluxer/core.lua")
        #expect(Stdlib.file(module: "no.such.module") == nil)
        for file in Stdlib.files {
            let stem = String(file.path.dropLast(".lua".count)).replacing("/", with: ".")
            let expected = stem.hasSuffix(".init") ? String(stem.dropLast(".init".count)) : String(stem)
            #expect(file.module == expected)
            #expect(Stdlib.file(module: file.module)?.path == file.path)
        }
    }
}
