import LuaRuntime
import Testing

@testable import PackHost

@Suite("data files", .timeLimit(.minutes(1)))
struct DataFileTests {
    private func evaluate(_ text: String) async throws -> LuaValue {
        try await DataFile.evaluate(text, name: "pack.lua", pack: "quotes")
    }

    @Test("a table of plain values comes back as it stands, with what its own arithmetic made")
    func plain() async throws {
        let value = try await evaluate(
            "local mega = 1024 * 1024 return { name = 'quotes', list = { 1, 'two' }, size = 2 * mega, deep = { on = true } }"
        )
        #expect(
            value
                == .table([
                    .string("name"): "quotes", .string("list"): .array([1, "two"]), .string("size"): 2_097_152,
                    .string("deep"): .table([.string("on"): true]),
                ]))
    }

    @Test(
        "what is no plain data is refused with the place and what to do",
        arguments: [
            ("return { f = function() end }", "pack.lua holds plain data only: f is a function"),
            ("local t = {} t.t = t return t", "nested deeper than 32"),
            ("return 1", "pack.lua returns a number: it has to be `return { … }` with names in it"),
            ("return { 1, 2 }", "pack.lua returns a list"),
            ("local x = 1", "pack.lua returns nothing: it has to be `return { … }`"),
            ("return { os.time() }", "pack.lua is plain data, without functions and globals"),
            ("return { x = require 'os' }", "without functions and globals"),
            ("return { x = ('a'):rep(3) }", "without functions and globals"),
            ("return { x = tostring(1) }", "without functions and globals"),
            ("return { = }", "pack.lua:1:"),
            ("error('x')", "without functions and globals"),
            ("while true do end", "pack.lua computes for longer than 10 ms: write the values themselves"),
            ("return { x = 'a' .. nil }", "pack.lua:1:"),
        ])
    func refused(_ text: String, _ expected: String) async throws {
        let error = await #expect(throws: PackError.self) { try await evaluate(text) }
        #expect(error?.detail.contains(expected) == true, "\(error?.detail ?? "")")
        #expect(error?.code == .invalid)
    }

    @Test("a text that grows ends at 1 MiB of memory")
    func memory() async throws {
        let error = await #expect(throws: PackError.self) {
            try await evaluate("local s = 'x' for i = 1, 40 do s = s .. s end return { s = s }")
        }
        #expect(error?.detail.contains("memory") == true || error?.detail.contains("10 ms") == true)
    }

    @Test("a syntax error names file and line")
    func syntax() async throws {
        let error = await #expect(throws: PackError.self) { try await evaluate("return {\n  name = ,\n}") }
        #expect(error?.cause?.file == "pack.lua")
        #expect(error?.cause?.line == 2)
    }

    @Test("a missing file, a folder and a compiled chunk say what they are")
    func files() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let missing = await #expect(throws: PackError.self) {
            try await DataFile.read(folder.path + "/pack.lua", name: "pack.lua", pack: "x")
        }
        #expect(missing?.detail == "cannot read pack.lua: there is no such file")
        let directory = await #expect(throws: PackError.self) {
            try await DataFile.read(folder.path, name: "pack.lua", pack: "x")
        }
        #expect(directory?.detail == "cannot read pack.lua: it is not a file")
        try folder.write("\u{1B}Lua", to: "pack.lua")
        let compiled = await #expect(throws: PackError.self) {
            try await DataFile.read(folder.path + "/pack.lua", name: "pack.lua", pack: "x")
        }
        #expect(compiled?.detail == "pack.lua is a compiled chunk: it must be Lua text")
    }
}
